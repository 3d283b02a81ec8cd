#include "places.h"

#include "ledger_json.h"

namespace medchain::http {
namespace {

constexpr std::size_t kLookAt = 2'000;  // before a page ends with what was found

}  // namespace

bool Places::take(const TransactionPlace& place, const std::function<bool(const Transaction&)>& wanted) {
  if (items_.size() >= limit_ || looked_at_++ >= kLookAt) {
    more_ = true;
    return false;
  }
  last_ = place;
  auto block = node_.block(place.height);
  if (!block) {
    failed_ = block.error();
    return false;
  }
  const auto& transactions = (*block)->certified.block.transactions;
  if (place.index >= transactions.size()) {
    failed_ = Error(ErrorCode::kCorrupt, "the index names a place that its block does not have");
    return false;
  }
  const ParsedTransaction& transaction = *transactions[place.index];
  if (!wanted(transaction.transaction())) return true;
  items_.push_back({{"height", place.height.value},
                    {"index", place.index},
                    {"receipt", json_of((*block)->receipts[place.index])},
                    {"transaction", json_of(transaction.content)}});
  return true;
}

Reply Places::reply(const Result<void>& listed, std::string_view listing) {
  if (failed_) return problem_reply(*failed_);
  if (!listed) return problem_reply(listed.error());
  return page_reply(std::move(items_), listing, more_ ? last_ : std::nullopt);
}

}  // namespace medchain::http
