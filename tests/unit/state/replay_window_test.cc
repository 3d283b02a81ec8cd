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

TEST_CASE("a replay window takes two ids that share 16 bytes for one, and no others") {
  ReplayWindow window(5);
  TxId other = id("a");
  other.bytes[16] ^= 1;
  TxId near = id("a");
  near.bytes[15] ^= 1;
  CHECK(window.add(Height{1}, id("a")));
  CHECK(window.find(other)->value == 1);
  CHECK_FALSE(window.add(Height{2}, other));
  CHECK_FALSE(window.find(near));
  CHECK(window.add(Height{2}, near));
}

TEST_CASE("a replay window knows each id's block, whatever grows and expires") {
  ReplayWindow window(50);
  auto numbered = [](std::uint64_t height, std::uint64_t i) {
    return id(std::to_string(height) + " " + std::to_string(i));
  };
  auto ids_of = [](std::uint64_t height) { return height * 7 % 90; };  // none, now and then
  for (std::uint64_t height = 1; height <= 400; ++height) {
    for (std::uint64_t i = 0; i < ids_of(height); ++i) REQUIRE(window.add(Height{height}, numbered(height, i)));
    window.advance(Height{height});
  }
  std::size_t expected = 0;
  for (std::uint64_t height = 1; height <= 400; ++height) {
    for (std::uint64_t i = 0; i < ids_of(height); ++i) {
      auto found = window.find(numbered(height, i));
      REQUIRE(found.has_value() == (height > 350));
      if (found) REQUIRE(*found == Height{height});
      expected += found ? 1 : 0;
    }
  }
  CHECK(window.size() == expected);
}

TEST_CASE("ids that fall into one chain are told apart") {
  ReplayWindow window(3);
  auto alike = [](std::uint8_t byte) {
    TxId made;
    made.bytes[15] = byte;  // beyond what the hash reads
    return made;
  };
  for (std::uint8_t i = 0; i < 30; ++i) {
    REQUIRE(window.add(Height{i + std::uint64_t{1}}, alike(i)));
    window.advance(Height{i + std::uint64_t{1}});
    CHECK(window.find(alike(i)) == Height{i + std::uint64_t{1}});
    if (i >= 2) CHECK(window.find(alike(static_cast<std::uint8_t>(i - 2))));
    if (i >= 3) CHECK_FALSE(window.find(alike(static_cast<std::uint8_t>(i - 3))));
  }
}

TEST_CASE("heights near the top of their range do not wrap around") {
  ReplayWindow window(8192);
  CHECK(window.covers(Height{UINT64_MAX - 1}, Height{UINT64_MAX}));
  CHECK_FALSE(window.covers(Height{UINT64_MAX - 8192}, Height{UINT64_MAX}));
  CHECK(window.covers(Height{UINT64_MAX - 8191}, Height{UINT64_MAX}));
}
