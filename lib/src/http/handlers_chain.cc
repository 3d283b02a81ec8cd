// Blocks and committees. They name validators and nobody else, so everybody may see them; what is in a block's
// transactions, only whom it concerns.
#include <algorithm>

#include "handlers.h"
#include "ledger_json.h"
#include "places.h"

namespace medchain::http {
namespace {

constexpr std::string_view kBlocks = "blocks";

Reply final_reply(Reply reply, const std::string& etag) {
  reply.etag = etag;
  reply.for_everybody = true;
  return reply;
}

// A height in decimal, or a hash.
Result<Height> read_block_id(const Call& call, Arguments& arguments) {
  const std::string id = arguments.text("block").value_or("");
  if (id == "latest") return call.answers.node().engine().height();
  if (id.size() == 2 * Hash::kSize) {
    auto hash = arguments.fixed<Hash>("block");
    if (!hash) return Height{0};  // refused
    auto index = call.answers.node().index();
    if (!index) return index.error();
    auto height = index->block(*hash);
    if (!height) return height.error();
    if (!*height) return Error(ErrorCode::kNotFound, "no block with this hash is final here");
    return **height;
  }
  if (id.empty() || id.find_first_not_of("0123456789") != std::string::npos) {
    arguments.refuse("block", "a height, a block's hash of 64 hexadecimal digits, or latest");
    return Height{0};
  }
  return Height{arguments.number("block", 0)};
}

Reply block_reply(Call& call, Height height) {
  auto block = call.answers.block(height);
  if (!block) return problem_reply(block.error());
  if (call.wants_bytes()) return final_reply(bytes_reply(bcs::encode(*block)), block->hash.hex() + "-bcs");
  return final_reply(json_reply(json_of(*block)), block->hash.hex());
}

// Block after block, with the event loop's other work between two of them: each has to be decoded.
class BlockPage {
 public:
  BlockPage(Call& call, std::uint64_t from, std::uint64_t until, std::uint64_t limit)
      : call_(call), next_(from), until_(until), limit_(limit) {}

  Outcome run() {
    if (next_ < until_ || next_ == 0 || items_.size() >= limit_) {
      const bool more = next_ >= until_ && next_ > 0;
      return page_reply(std::move(items_), kBlocks, more ? std::optional(Height{next_}) : std::nullopt);
    }
    return let_others(call_.timer).then([this]() -> Outcome {
      auto block = call_.answers.node().block(Height{next_});
      if (!block) return problem_reply(block.error());
      items_.push_back(summary_of((*block)->certified));
      --next_;
      return run();
    });
  }

 private:
  Call& call_;
  std::uint64_t next_;
  std::uint64_t until_;
  std::uint64_t limit_;
  OrderedJson items_ = OrderedJson::array();
};

// The committee of a round is told by the block before its first: found by halving, since rounds ascend with heights.
Result<Committee> committee_of(rpc::NodeView& node, Round round) {
  const Engine& engine = node.engine();
  if (round == engine.committee().round) return engine.committee();
  if (round > engine.committee().round) {
    return Error(ErrorCode::kNotFound,
                 "that round has not begun; the current one is " + std::to_string(engine.committee().round.value));
  }
  if (round.value == 0) return node.first_committee();
  std::uint64_t low = 1, high = engine.height().value;  // the first block of the round is among them
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    auto block = node.block(Height{middle});
    if (!block) return block.error();
    if ((*block)->certified.block.header.round < round) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  auto before = node.block(Height{low - 1});
  if (!before) return before.error();
  if (!(*before)->next_committee) {
    return Error(ErrorCode::kCorrupt, "block " + std::to_string(low - 1) + " does not tell the committee after it");
  }
  return *(*before)->next_committee;
}

}  // namespace

Outcome get_parameters(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  return json_reply(json_of(call.answers.node().engine().state().parameters()));
}

Outcome get_committee(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  return json_reply(json_of(call.answers.committee()));
}

Outcome get_round(Call& call) {
  Arguments arguments(call.arguments);
  const Round round{arguments.number("round", 0)};
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto committee = committee_of(call.answers.node(), round);
  if (!committee) return problem_reply(committee.error());
  return final_reply(json_reply(json_of(*committee)), committee->order_hash().hex());
}

Outcome list_candidates(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  OrderedJson items = OrderedJson::array();
  for (const auto& [address, candidate] : call.answers.node().engine().state().candidates()) {
    OrderedJson item{{"address", address.text()}};
    item.update(json_of(candidate));
    items.push_back(std::move(item));
  }
  return json_reply({{"items", std::move(items)}});
}

Outcome list_blocks(Call& call) {
  Arguments arguments(call.arguments);
  const std::uint64_t limit = arguments.number("limit", kPageItems, 1, kMaxPageItems);
  const auto behind = read_position<Height>(arguments, kBlocks);
  const std::uint64_t last = call.answers.node().engine().height().value;
  // Downwards, from the newest or from a height.
  const std::uint64_t from = arguments.number("from", last, 1);
  const std::uint64_t until = arguments.number("until", 1, 1);  // the lowest
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto page = kj::heap<BlockPage>(call, std::min(behind ? behind->value : from, last), until, limit);
  auto& borrowed = *page;
  return kj::evalNow([&] { return borrowed.run(); }).attach(kj::mv(page));
}

Outcome get_latest_block(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  Reply reply = block_reply(call, call.answers.node().engine().height());
  reply.etag.clear();  // another one soon
  reply.for_everybody = false;
  return reply;
}

Outcome get_block(Call& call) {
  Arguments arguments(call.arguments);
  auto height = read_block_id(call, arguments);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  if (!height) return problem_reply(height.error());
  return block_reply(call, *height);
}

Outcome list_block_transactions(Call& call) {
  Arguments arguments(call.arguments);
  auto height = read_block_id(call, arguments);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  if (!height) return problem_reply(height.error());
  auto visible = call.answers.visibility();
  if (!visible) return problem_reply(visible.error());
  auto block = call.answers.node().block(*height);
  if (!block) return problem_reply(block.error());
  OrderedJson items = OrderedJson::array();
  for (std::size_t i = 0; i < (*block)->receipts.size(); ++i) {
    OrderedJson item{{"index", i}, {"receipt", json_of((*block)->receipts[i])}};
    const ParsedTransaction& transaction = *(*block)->certified.block.transactions[i];
    if (visible->transaction(transaction.transaction())) item["transaction"] = json_of(transaction.content);
    items.push_back(std::move(item));
  }
  return json_reply({{"height", height->value}, {"items", std::move(items)}});
}

}  // namespace medchain::http
