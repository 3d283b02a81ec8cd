#include "places.h"

#include "ledger_json.h"

namespace medchain::http {
namespace {

constexpr std::size_t kMaxPlaces = 1'000;
constexpr std::size_t kMaxBlocks = 200;  // decoded for one page

class Walk {
 public:
  Walk(Call& call, Places places, std::uint64_t limit, std::string_view listing, ItemOf item_of)
      : call_(call), places_(std::move(places)), limit_(limit), listing_(listing), item_of_(std::move(item_of)) {}

  Outcome run() {
    while (next_ < places_.found.size() && items_.size() < limit_) {
      const TransactionPlace& place = places_.found[next_];
      if (!block_ || block_->certified.block.header.height != place.height) return read(place.height);
      if (place.index >= block_->receipts.size()) {
        return problem_reply(Error(ErrorCode::kCorrupt, "the index names a place that its block does not have"));
      }
      if (auto item = item_of_(*block_, place)) items_.push_back(std::move(*item));
      ++next_;
    }
    return end();
  }

 private:
  Outcome read(Height height) {
    if (blocks_++ >= kMaxBlocks) return end();
    return let_others(call_.timer).then([this, height]() -> Outcome {
      auto block = call_.answers.node().block(height);
      if (!block) return problem_reply(block.error());
      block_ = std::move(*block);
      return run();
    });
  }

  Reply end() {
    const bool more = next_ < places_.found.size() || places_.more;
    return page_reply(std::move(items_), listing_,
                      more && next_ > 0 ? std::optional(places_.found[next_ - 1]) : std::nullopt);
  }

  Call& call_;
  Places places_;
  std::uint64_t limit_;
  std::string_view listing_;
  ItemOf item_of_;
  OrderedJson items_ = OrderedJson::array();
  std::size_t next_ = 0;
  std::size_t blocks_ = 0;
  std::shared_ptr<const StoredBlock> block_;
};

}  // namespace

bool Places::take(const TransactionPlace& place) {
  if (found.size() >= kMaxPlaces) {
    more = true;
    return false;
  }
  found.push_back(place);
  return true;
}

OrderedJson transaction_item(const StoredBlock& block, const TransactionPlace& place) {
  return {{"height", place.height.value},
          {"index", place.index},
          {"receipt", json_of(block.receipts[place.index])},
          {"transaction", json_of(block.certified.block.transactions[place.index]->content)}};
}

Outcome answer_places(Call& call, const Result<void>& listed, Places places, std::uint64_t limit,
                      std::string_view listing, ItemOf item_of) {
  if (!listed) return problem_reply(listed.error());
  auto walk = kj::heap<Walk>(call, std::move(places), limit, listing, std::move(item_of));
  auto& borrowed = *walk;
  return kj::evalNow([&] { return borrowed.run(); }).attach(kj::mv(walk));
}

// A timer, since nothing else has the loop look at its sockets while there is work.
kj::Promise<void> let_others(kj::Timer& timer) { return timer.afterDelay(1 * kj::MICROSECONDS); }

}  // namespace medchain::http
