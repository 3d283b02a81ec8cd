#include "engine_host.h"

namespace medchain::fuzz {

EngineHost::EngineHost(EngineConfig config, MemoryStorage& storage, Now at)
    : now(at), storage_(storage), verifier_(config.verifier) {
  auto engine = Engine::start(std::move(config), storage, at);
  MEDCHAIN_ASSERT(engine, "an engine that does not start from a good genesis");
  engine_.emplace(std::move(*engine));
  run([&](Engine& started) { return started.begin(now); });
}

void EngineHost::carry_out(Outputs out) {
  tick_at_ms = out.tick_at_ms;
  if (out.halted) halted = out.halted;
  for (const Outputs::Write& write : out.writes) {
    MEDCHAIN_ASSERT(storage_.write(write.batch, write.sync), "memory takes every write");
    if (write.token != 0) answers_.push_back({write.token, std::nullopt});
  }
  for (const Outputs::Verification& verification : out.verifications) {
    Answer answer{verification.token, std::vector<Result<void>>()};
    for (const Outputs::Job& job : verification.jobs) answer.checks->push_back(check(job, *verifier_));
    answers_.push_back(std::move(answer));
  }
  messages.insert(messages.end(), out.messages.begin(), out.messages.end());
  committed.insert(committed.end(), out.committed.begin(), out.committed.end());
  while (!wait_ && !answers_.empty()) answer();
}

void EngineHost::answer() {
  if (answers_.empty()) return;
  Answer next = std::move(answers_.front());
  answers_.pop_front();
  run([&](Engine& engine) {
    return next.checks ? engine.verified(next.token, std::move(*next.checks), now) : engine.durable(next.token, now);
  });
}

}  // namespace medchain::fuzz
