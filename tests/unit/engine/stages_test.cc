// The engine says which stage of its work it is in; whoever measures decides what that means.
#include "medchain/stages.h"

#include "network.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct Counting final : StageMeter {
  std::array<std::size_t, kStages> entered{};
  std::vector<Stage> inside;
  std::size_t deepest = 0;
  void enter(Stage stage) override {
    ++entered[static_cast<std::size_t>(stage)];
    inside.push_back(stage);
    deepest = std::max(deepest, inside.size());
  }
  void leave() override { inside.pop_back(); }
};

}  // namespace

TEST_CASE("A transaction on its way to a final block passes every stage of the engine") {
  Network n(make_test_genesis(4));
  Counting meter;
  measure_stages(&meter);
  auto id = n.net.submit(0, n.transfer(n.institution(0), n.node(1), 7));
  REQUIRE(id);
  REQUIRE(n.net.run_until_final(*id));
  measure_stages(nullptr);
  for (Stage stage :
       {Stage::kDecode, Stage::kQueue, Stage::kExecute, Stage::kStateTree, Stage::kVote, Stage::kStore, Stage::kSend}) {
    CAPTURE(kStageNames[static_cast<std::size_t>(stage)]);
    CHECK(meter.entered[static_cast<std::size_t>(stage)] > 0);
  }
  // The pool's and the connections' are the host's.
  CHECK(meter.entered[static_cast<std::size_t>(Stage::kVerify)] == 0);
  CHECK(meter.entered[static_cast<std::size_t>(Stage::kLoop)] == 0);
  CHECK(meter.inside.empty());
  CHECK(meter.deepest > 1);
}
