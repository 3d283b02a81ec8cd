// A page of transactions, found at places that the index names.
#pragma once

#include <functional>

#include "paging.h"

namespace medchain::http {

class Places {
 public:
  Places(rpc::NodeView& node, std::uint64_t limit) : node_(node), limit_(limit) {}

  // For IndexReader::transactions: adds the transaction when it is `wanted`. False: the page is full, or it failed.
  bool take(const TransactionPlace& place, const std::function<bool(const Transaction&)>& wanted);
  Reply reply(const Result<void>& listed, std::string_view listing);

 private:
  rpc::NodeView& node_;
  std::uint64_t limit_;
  OrderedJson items_ = OrderedJson::array();
  std::size_t looked_at_ = 0;
  bool more_ = false;
  std::optional<TransactionPlace> last_;
  std::optional<Error> failed_;
};

}  // namespace medchain::http
