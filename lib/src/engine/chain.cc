#include "chain.h"

#include <algorithm>

#include "medchain/stages.h"

namespace medchain {
namespace {

Error invalid(std::string what) { return {ErrorCode::kInadmissible, std::move(what)}; }

// The order of a committee's set and lead is part of what a header commits to.
void commit_to(BlockHeader& header, const Committee& committee, const Committee& next) {
  header.committee_set = committee.set_hash();
  header.committee_order = committee.order_hash();
  header.next_committee_set = next.set_hash();
  header.next_committee_order = next.order_hash();
}

BlockHeader genesis_header(const Genesis& genesis, const Hash& state_root, const Committee& first) {
  BlockHeader header;
  header.chain = genesis.chain_id();
  header.time_ms = genesis.time_ms;
  header.transactions_root = transactions_root({});
  header.receipts_root = receipts_root({});
  header.state_root = state_root;
  commit_to(header, first, first);
  return header;
}

}  // namespace

std::vector<Standing> standings_of(const std::map<Address, Candidate>& candidates) {
  std::vector<Standing> standings;
  for (const auto& [address, candidate] : candidates) {
    standings.push_back(
        {address, candidate.consensus_key, candidate.institution, candidate.votes, candidate.pass_over_rounds});
  }
  return standings;
}

Result<Chain> Chain::from_genesis(const Genesis& genesis, const SignatureVerifier& verifier) {
  auto state = State::from_genesis(genesis);
  if (!state) return state.error();
  return at_genesis(genesis, std::move(*state), verifier);
}

Result<Chain> Chain::at_genesis(const Genesis& genesis, State state, const SignatureVerifier& verifier) {
  Committee first = elect_first(standings_of(state.candidates()), genesis.parameters.committee_size);
  MEDCHAIN_TRY(first.check());
  BlockHeader header = genesis_header(genesis, state.root(), first);
  Tip tip{header, header.hash(), std::nullopt, first};
  return Chain(genesis.chain_id(), std::move(state), std::move(tip), std::move(first), verifier);
}

Chain::Chain(ChainId id, State state, Tip tip, Committee committee, const SignatureVerifier& verifier)
    : id_(id), state_(std::move(state)), tip_(std::move(tip)), committee_(std::move(committee)), verifier_(&verifier) {
  state_.verify_with(verifier);
  MEDCHAIN_ASSERT(state_.height() == tip_.header.height, "a state that is not the tip's");
  MEDCHAIN_ASSERT(committee_.covers(next_height()), "a committee that is not the next height's");
}

BlockContext Chain::context_of(const BlockHeader& header) const {
  BlockContext context{header.height, header.round, header.time_ms, {}, header.height == committee_.last_height()};
  if (!header.parent_certificate) return context;
  // Views pass from producer to producer; after one turn around the committee the same ones come again.
  std::uint64_t missed = std::min<std::uint64_t>(header.parent_certificate->ballot.view.value, tip_.committee.size());
  for (std::uint64_t view = 0; view < missed; ++view) {
    std::size_t leader = tip_.committee.leader(tip_.header.height, View{view});
    context.missed_turns.push_back(tip_.committee.order[leader].validator);
  }
  return context;
}

Committee Chain::committee_after(const Execution& execution) const {
  if (execution.height != committee_.last_height()) return committee_;
  return elect(standings_of(execution.candidates), state_.parameters().committee_size, committee_);
}

// That it is there, and for the parent, is part of the block's form.
Result<void> Chain::check_parent_certificate(const BlockHeader& header) const {
  if (header.parent_certificate == tip_.certificate) return {};  // checked when it arrived
  return check_certified(tip_.header, *header.parent_certificate, tip_.committee.sorted(), id_, *verifier_);
}

Result<void> Chain::check_header(const BlockHeader& header) const {
  if (header.height != next_height()) {
    return invalid("block of height " + std::to_string(header.height.value) + ", expected " +
                   std::to_string(next_height().value));
  }
  if (header.parent != tip_.hash) return invalid("the parent is another block than the last final one");
  if (header.round != committee_.round) return invalid("another round than the committee's");
  if (header.time_ms < tip_.header.time_ms) return invalid("block time before its parent's");
  if (!committee_.index_of(header.producer)) return invalid("the producer is not a member of the committee");
  if (header.committee_set != committee_.set_hash() || header.committee_order != committee_.order_hash()) {
    return invalid("the header commits to another committee than the elected one");
  }
  return check_parent_certificate(header);
}

Result<void> Chain::check_limits(const Block& block) const {
  const Parameters& limits = state_.parameters();
  std::size_t bytes = 0;
  std::uint64_t payload_bytes = 0;
  for (const TxPtr& transaction : block.transactions) {
    bytes += transaction->bytes.size();
    if (auto payload = payload_of(transaction->transaction().body)) {
      if (payload->bytes > limits::kMaxPayloadBytes) return invalid("a payload above the limit");
      payload_bytes += payload->bytes;
    }
  }
  if (block.transactions.size() > limits.max_block_transactions) return invalid("too many transactions in one block");
  if (bytes > limits.max_block_bytes) return invalid("more bytes of transactions than a block may hold");
  if (payload_bytes > limits.max_block_payload_bytes) return invalid("more bytes of payload than a block may bring");
  return {};
}

Result<Transition> Chain::execute(BlockPtr block, bool keys_believed) const {
  InStage stage(Stage::kExecute);
  const BlockHeader& header = block->header;
  MEDCHAIN_TRY(block->check_form(id_));
  MEDCHAIN_TRY(check_header(header));
  MEDCHAIN_TRY(check_limits(*block));
  BlockContext context = context_of(header);
  context.keys_believed = keys_believed;
  auto execution = state_.execute(context, block->transactions);
  if (!execution) return execution.error();
  if (header.receipts_root != execution->receipts_root) return invalid("the receipts root differs from our execution");
  if (header.state_root != execution->state_root) return invalid("the state root differs from our execution");
  Committee next = committee_after(*execution);
  if (header.next_committee_set != next.set_hash() || header.next_committee_order != next.order_hash()) {
    return invalid("the next committee differs from our election");
  }
  Hash hash = block->hash();
  return Transition{std::move(block), hash, std::move(*execution), std::move(next)};
}

Transition Chain::compose(std::vector<TxPtr> candidates, const Address& producer, std::uint64_t unix_ms,
                          std::vector<TxId>& rejected) const {
  InStage stage(Stage::kExecute);
  auto block = std::make_shared<Block>();
  BlockHeader& header = block->header;
  header.chain = id_;
  header.height = next_height();
  header.round = committee_.round;
  header.parent = tip_.hash;
  header.time_ms = std::max(unix_ms, tip_.header.time_ms);
  header.producer = producer;
  header.parent_certificate = tip_.certificate;
  BlockContext context = context_of(header);

  block->transactions = std::move(candidates);
  Execution execution = state_.execute_admissible(context, block->transactions, rejected);
  Committee next = committee_after(execution);
  header.transactions_root = transactions_root(block->transactions);
  header.transaction_count = static_cast<std::uint32_t>(block->transactions.size());
  header.receipts_root = execution.receipts_root;
  header.state_root = execution.state_root;
  commit_to(header, committee_, next);
  Hash hash = block->hash();
  return Transition{std::move(block), hash, std::move(execution), std::move(next)};
}

void Chain::commit(Transition transition, Certificate certificate) {
  InStage stage(Stage::kExecute);
  MEDCHAIN_ASSERT(transition.block->header.parent == tip_.hash, "a transition from another parent");
  state_.apply(std::move(transition.execution));
  tip_ = Tip{transition.block->header, transition.hash, std::move(certificate), std::move(committee_)};
  committee_ = std::move(transition.next);
}

}  // namespace medchain
