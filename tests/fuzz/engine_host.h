// The smallest host of one engine: carries out what the engine asks, and keeps what others should hear.
#pragma once

#include <deque>

#include "medchain/engine.h"

namespace medchain::fuzz {

class EngineHost {
 public:
  // `storage` is borrowed. The genesis and the storage are good: asserts that the engine starts.
  EngineHost(EngineConfig config, MemoryStorage& storage, Now at);

  // One event: run([&](Engine& engine) { return engine.tick(now); });
  template <class Call>
  void run(Call call) {
    carry_out(call(*engine_));
  }
  // While true, disk and signature checks do not answer; answer() then gives one answer, the oldest.
  void keep_waiting(bool wait) { wait_ = wait; }
  void answer();

  Engine& engine() { return *engine_; }
  const Engine& engine() const { return *engine_; }
  Now now;
  std::vector<Outputs::Message> messages;                     // for the caller to deliver, and to clear
  std::vector<std::shared_ptr<const StoredBlock>> committed;  // since the start
  std::optional<std::uint64_t> tick_at_ms;
  std::optional<Error> halted;

 private:
  void carry_out(Outputs out);
  struct Answer {
    std::uint64_t token = 0;
    std::optional<std::vector<Result<void>>> checks;  // nothing: the write is durable
  };

  MemoryStorage& storage_;
  const SignatureVerifier* verifier_;
  std::optional<Engine> engine_;
  std::deque<Answer> answers_;
  bool wait_ = false;
};

}  // namespace medchain::fuzz
