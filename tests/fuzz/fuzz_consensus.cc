// Consensus messages at a replica that watches or votes. A message has one encoding; what real signatures let pass, the
// credulous verifier lets pass too; a replica fed with whatever is signed by anybody sends a bounded number of
// messages, never goes back to an earlier view, and decides a height at most once.
#include <deque>

#include "pieces.h"
#include "stand_ins.h"
#include "world.h"

using namespace medchain;
using namespace medchain::consensus;

namespace {

constexpr Height kHeight{2};
constexpr std::size_t kMaxEffects = 4096;  // of one input: each step has a few

struct Watched {
  Committee committee = fuzz::world().committee(kHeight);
  fuzz::Pretender signer{committee.order[1].consensus_key};
  Replica replica{Config{.chain = fuzz::world().chain}};
  std::uint64_t now_ms = 0;
  std::size_t effects = 0;
  std::size_t decided = 0;

  // What the replica sends to all comes back to it, signed, as its header demands.
  void step(Input input) {
    std::deque<Input> inputs;
    inputs.push_back(std::move(input));
    while (!inputs.empty()) {
      const View before = replica.view();
      Effects made = replica.step(std::move(inputs.front()), now_ms);
      inputs.pop_front();
      effects += made.size();
      MEDCHAIN_ASSERT(effects < kMaxEffects, "a replica that goes on by itself");
      MEDCHAIN_ASSERT(replica.view() >= before, "a view that falls");
      for (Effect& effect : made) {
        decided += std::holds_alternative<Decide>(effect) ? 1 : 0;
        auto* send = std::get_if<Send>(&effect);
        if (send == nullptr) continue;
        sign(send->message, fuzz::world().chain, signer);
        inputs.push_back(Receive{std::move(send->message)});
      }
    }
    MEDCHAIN_ASSERT(decided <= 1, "a height decided twice");
  }

  void hear(ByteView bytes) {
    auto message = fuzz::canonical<Message>(bytes);
    if (!message) return;
    auto judge = [&](const SignatureVerifier& verifier) {
      return verify_message(*message, committee, kHeight, fuzz::world().chain, verifier).ok();
    };
    const bool believed = judge(fuzz::kCredulous);
    if (judge(real_signatures())) MEDCHAIN_ASSERT(believed, "a true signature that is not believed");
    if (believed) step(Receive{std::move(*message)});
  }
};

void take_step(Watched& watched, fuzz::Pieces& pieces) {
  const std::uint8_t code = pieces.byte();
  switch (code % 8) {
    case 0:
    case 1:
    case 2: return watched.hear(pieces.piece());
    case 3: watched.now_ms += 100u * pieces.byte(); return watched.step(Tick{});
    case 4: return watched.step(WorkWaiting{code >= 128});
    case 5: return watched.step(Validated{fuzz::world().block_hash(kHeight), code >= 128});
    case 6: {
      auto block = bcs::decode<Block>(pieces.piece());
      if (!block || block->header.height != kHeight) return;
      return watched.step(Proposed{watched.replica.view(), std::make_shared<const Block>(std::move(*block))});
    }
    default: {
      auto block = bcs::decode<Block>(pieces.piece());
      if (block) watched.step(BlockFetched{std::make_shared<const Block>(std::move(*block))});
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces pieces({data, size});
  Watched watched;
  std::optional<std::size_t> self;
  if (pieces.byte() % 2 == 0) self = 1;
  watched.step(EnterHeight{kHeight, watched.committee, self, std::nullopt, nullptr});
  for (std::size_t steps = 0; steps < 200 && !pieces.empty(); ++steps) take_step(watched, pieces);
  return 0;
}
