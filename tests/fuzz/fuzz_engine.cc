// A producer's engine among peers that say what the input says, in any order, while time passes and the disk answers or
// does not. Its queues stay within their limits and its height never falls. An input whose first byte is even is judged
// by real signatures: then the engine never halts, and only blocks that a quorum signed become final. An odd one is
// believed whatever it signs, so that the code behind the checks is reached; there a forged certificate may halt the
// engine.
#include <cstdio>

#include "fuzz_engine_steps.h"
#include "pieces.h"
#include "stand_ins.h"
#include "world.h"

using namespace medchain;
using fuzz::EngineHost;
using fuzz::EngineStep;

namespace {

constexpr std::size_t kMempool = 8;
constexpr std::size_t kMaxSteps = 400;

EngineConfig config_of(bool real, const Signer& signer) {
  EngineConfig config{.genesis = fuzz::world().made.genesis, .self = fuzz::world().node(0), .consensus_key = &signer};
  if (!real) config.verifier = &fuzz::kCredulous;
  config.mempool_transactions = kMempool;
  config.mempool_per_sender = kMempool / 2;
  config.state_flush_heights = 2;
  config.compact_from = 1;
  config.begin_vote_log = true;
  static const KeySigner account(fuzz::world().made.validators[0].node.signing.clone());
  config.account_key = &account;
  return config;
}

void take_step(EngineHost& host, fuzz::Pieces& pieces) {
  const std::uint8_t code = pieces.byte();
  const Address peer = fuzz::world().node(1 + code / 16 % (fuzz::kValidators - 1));
  switch (static_cast<EngineStep>(code % 16)) {
    case EngineStep::kMessage: {
      const ByteView message = pieces.piece();
      return host.run([&](Engine& engine) { return engine.receive(peer, message, host.now); });
    }
    case EngineStep::kPass: {
      const std::uint64_t passed_ms = pieces.byte();
      host.now = {host.now.monotonic_ms + passed_ms, host.now.unix_ms + passed_ms};
      return;
    }
    case EngineStep::kTick: return host.run([&](Engine& engine) { return engine.tick(host.now); });
    case EngineStep::kConnect: return host.run([&](Engine& engine) { return engine.peer_connected(peer, host.now); });
    case EngineStep::kDisconnect:
      return host.run([&](Engine& engine) { return engine.peer_disconnected(peer, host.now); });
    case EngineStep::kSubmit: {
      auto submission = bcs::decode<Submission>(pieces.piece());
      if (!submission) return;
      return host.run([&](Engine& engine) { return engine.submit(1, {std::move(*submission)}, host.now); });
    }
    case EngineStep::kKeepWaiting: return host.keep_waiting(code / 16 % 2 != 0);
    case EngineStep::kAnswer: return host.answer();
    default: return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces pieces({data, size});
  const bool real = pieces.byte() % 2 == 0;
  const SigningKey& key = fuzz::world().made.validators[0].consensus;
  const KeySigner honest(key.clone());
  const fuzz::Pretender pretender(key.public_key());
  MemoryStorage storage;
  EngineHost host(config_of(real, real ? static_cast<const Signer&>(honest) : pretender), storage,
                  {0, fuzz::world().made.genesis.time_ms});
  for (std::size_t steps = 0; steps < kMaxSteps && !pieces.empty() && !host.halted; ++steps) {
    const Height before = host.engine().height();
    take_step(host, pieces);
    host.messages.clear();
    MEDCHAIN_ASSERT(host.engine().height() >= before, "a height that falls");
    MEDCHAIN_ASSERT(host.engine().mempool_size() <= kMempool, "a mempool above its limit");
  }
  if (!real) return 0;
  if (host.halted) std::fprintf(stderr, "halted: %s\n", host.halted->message().c_str());
  MEDCHAIN_ASSERT(!host.halted, "an engine that strangers made halt");
  for (const auto& block : host.committed) fuzz::assert_final(block->certified.block);
  return 0;
}
