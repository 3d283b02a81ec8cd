#include "replay_window.h"

#include "support/catch.h"

using namespace medchain;
using namespace medchain::state;

namespace {

TxId id(std::string_view name) { return {sha256(view(name)).bytes}; }

}  // namespace

TEST_CASE("a replay window keeps exactly the last W blocks") {
  ReplayWindow window(3);
  for (std::uint64_t height = 1; height <= 10; ++height) {
    CHECK(window.add(Height{height}, id(std::to_string(height))));
    window.advance(Height{height});
    for (std::uint64_t old = 1; old <= height; ++old) {
      CAPTURE(height, old);
      auto found = window.find(id(std::to_string(old)));
      CHECK(found.has_value() == (old + 3 > height));
      if (found) CHECK(found->value == old);
    }
  }
  CHECK(window.size() == 3);
}

TEST_CASE("a replay window refuses an id that it has, whatever its height") {
  ReplayWindow window(5);
  CHECK(window.add(Height{1}, id("a")));
  CHECK_FALSE(window.add(Height{1}, id("a")));
  CHECK_FALSE(window.add(Height{2}, id("a")));
  CHECK(window.find(id("a"))->value == 1);
  window.advance(Height{6});
  CHECK(window.add(Height{7}, id("a")));
}

TEST_CASE("a replay window fills in any order of heights, as recovery may") {
  ReplayWindow window(2);
  CHECK(window.add(Height{9}, id("nine")));
  CHECK(window.add(Height{8}, id("eight")));
  window.advance(Height{10});
  CHECK_FALSE(window.find(id("eight")));
  CHECK(window.find(id("nine")));
}

TEST_CASE("heights near the top of their range do not wrap around") {
  ReplayWindow window(8192);
  CHECK(window.covers(Height{UINT64_MAX - 1}, Height{UINT64_MAX}));
  CHECK_FALSE(window.covers(Height{UINT64_MAX - 8192}, Height{UINT64_MAX}));
  CHECK(window.covers(Height{UINT64_MAX - 8191}, Height{UINT64_MAX}));
}
