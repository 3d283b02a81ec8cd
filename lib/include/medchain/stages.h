// Where a node's CPU time goes. The library says which stage of its work a thread is in; what measures it, if anything
// does, is its host's affair: nothing here reads a clock, and nothing depends on one.
//
//   InStage stage(Stage::kExecute);   // until the end of the scope; what is entered inside counts there alone
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace medchain {

enum class Stage : std::uint8_t {
  kDecode,     // messages and transactions parsed
  kQueue,      // transactions admitted, queued, and taken out again
  kVerify,     // clients' signatures and payloads checked
  kExecute,    // blocks composed or executed, and applied
  kStateTree,  // the new state root
  kVote,       // consensus: its messages verified, judged and signed
  kStore,      // batches made and written
  kSend,       // messages encoded and handed over
  kLoop,       // everything else on the node's main thread: connections, TLS, clients' questions
};
inline constexpr std::size_t kStages = 9;
constexpr std::array<std::string_view, kStages> kStageNames{"decode", "queue", "verify", "execute", "state_tree",
                                                            "vote",   "store", "send",   "loop"};

class StageMeter {
 public:
  virtual ~StageMeter() = default;
  virtual void enter(Stage stage) = 0;
  virtual void leave() = 0;
};

// Of the calling thread, from now on. Borrowed; null, as at first: nothing is measured.
void measure_stages(StageMeter* meter);

class InStage {
 public:
  explicit InStage(Stage stage);
  ~InStage();
  InStage(const InStage&) = delete;
  InStage& operator=(const InStage&) = delete;

 private:
  StageMeter* meter_;
};

}  // namespace medchain
