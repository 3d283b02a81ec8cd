// Blocks of whatever the participants may ask for, in any order, executed on the genesis. Every admissible transaction
// is executed, with a receipt; no token appears or vanishes; what is in the state, and what is not, can be proved.
#include <algorithm>

#include "pieces.h"
#include "world.h"

using namespace medchain;

namespace {

constexpr std::size_t kMaxTransactions = 64;

struct Chainless {
  State state = std::move(*State::from_genesis(fuzz::world().made.genesis));
  Tokens total = state.total_tokens();
  std::vector<TxPtr> waiting;
  std::vector<StateKey> touched;

  void close_block(std::uint8_t how) {
    BlockContext context;
    context.height = state.height().next();
    context.round = Round{state.height().value / 4};
    context.time_ms = fuzz::world().made.genesis.time_ms + context.height.value;
    context.ends_round = context.height.value % 4 == 0;
    if (how % 2 != 0) context.missed_turns = {fuzz::world().node(how / 2 % fuzz::kValidators)};
    auto execution = state.execute(context, waiting);
    MEDCHAIN_ASSERT(execution, "admissible transactions that do not execute");
    MEDCHAIN_ASSERT(execution->receipts.size() == waiting.size(), "not one receipt for each transaction");
    const Hash root = execution->state_root;
    for (const auto& [key, value] : execution->changes) touched.push_back(key);
    state.apply(std::move(*execution));
    waiting.clear();
    MEDCHAIN_ASSERT(state.root() == root, "another root than the one executed");
    MEDCHAIN_ASSERT(state.total_tokens() == total, "tokens that appeared or vanished");
  }

  void add(std::uint8_t who, std::uint64_t salt, Body body) {
    const auto& participants = fuzz::world().made.genesis.participants;
    const PublicKeys& sender = participants[who % participants.size()].keys;
    Transaction transaction{state.chain(), sender.address(), Height{500}, salt, std::move(body)};
    auto made = make_transaction({std::move(transaction), sender.signing, {}});
    auto repeated = [&](const TxPtr& other) { return other->id == made->id; };
    if (!state.admissible(*made) || std::ranges::any_of(waiting, repeated)) return;
    waiting.push_back(std::move(made));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces pieces({data, size});
  Chainless chain;
  for (std::size_t count = 0; count < kMaxTransactions && !pieces.empty(); ++count) {
    const std::uint8_t who = pieces.byte();
    if (who >= 0xe0) {
      chain.close_block(who);
      continue;
    }
    auto body = fuzz::canonical<Body>(pieces.piece());
    if (body) chain.add(who, count, std::move(*body));
  }
  chain.close_block(0);
  for (const StateKey& key : chain.touched) {
    const StateProof proof = chain.state.prove(key);
    MEDCHAIN_ASSERT(proof.value == chain.state.get(key), "a proof of another value");
    MEDCHAIN_ASSERT(verify_state_proof(proof, chain.state.root()), "a proof of ours that does not verify");
  }
  return 0;
}
