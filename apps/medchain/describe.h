// Transactions as the fields of a Report.
#pragma once

#include "medchain/transaction.h"
#include "output.h"

namespace program {

// sender, valid_until, kind, and the fields of its body. Amounts are decimal texts: JSON numbers lose digits above
// 2^53.
void describe_transaction(Report& report, const medchain::Transaction& transaction);

std::vector<std::string> address_texts(const std::vector<medchain::Address>& addresses);

}  // namespace program
