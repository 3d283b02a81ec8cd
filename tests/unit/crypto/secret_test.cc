#include "medchain/secret.h"

#include <atomic>
#include <set>
#include <thread>

#include "support/catch.h"

using namespace medchain;

TEST_CASE("a secret starts as zeros, moves, clones and compares") {
  SecretBytes zeros(32);
  CHECK(equal_secret(zeros.expose(), Bytes(32)));
  SecretBytes a = SecretBytes::copy_of(view("correct horse"));
  SecretBytes b = a.clone();
  CHECK(equal_secret(a.expose(), b.expose()));
  CHECK(a.expose().data() != b.expose().data());
  SecretBytes c = std::move(a);
  CHECK(a.size() == 0);  // NOLINT(bugprone-use-after-move): the state after a move is part of the contract
  CHECK(text(c.expose()) == "correct horse");
  c = std::move(b);
  CHECK(text(c.expose()) == "correct horse");
  CHECK_FALSE(equal_secret(c.expose(), view("correct horsf")));
  CHECK_FALSE(equal_secret(c.expose(), view("correct")));
  CHECK(equal_secret(ByteView(), ByteView()));
}

TEST_CASE("a released secret is zeroed in its place") {
  const std::uint8_t* where = nullptr;
  {
    SecretBytes secret = SecretBytes::copy_of(Bytes(48, 0xaa));
    where = secret.expose().data();
  }
  CHECK(equal({where, 48}, Bytes(48)));  // its slab stays mapped for ever
}

TEST_CASE("secrets of every size, above and below the pool's") {
  for (std::size_t size : {0, 1, 32, 127, 128, 129, 4096, 70000}) {
    SecretBytes secret = SecretBytes::random(size);
    REQUIRE(secret.size() == size);
    CHECK(equal_secret(secret.clone().expose(), secret.expose()));
  }
}

TEST_CASE("many secrets at once do not share memory") {
  std::vector<SecretBytes> secrets;
  std::set<const std::uint8_t*> places;
  for (int i = 0; i < 1000; ++i) {
    secrets.push_back(SecretBytes::copy_of(Bytes(32, static_cast<std::uint8_t>(i))));
    CHECK(places.insert(secrets.back().expose().data()).second);
  }
  for (int i = 0; i < 1000; ++i) {
    CHECK(equal_secret(secrets[static_cast<std::size_t>(i)].expose(), Bytes(32, static_cast<std::uint8_t>(i))));
  }
}

TEST_CASE("threads may make and release secrets at the same time") {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&wrong, t] {
      for (int i = 0; i < 2000; ++i) {
        Bytes expected(32, static_cast<std::uint8_t>(t * 50 + i % 50));
        SecretBytes secret = SecretBytes::copy_of(expected);
        std::this_thread::yield();
        if (!equal_secret(secret.expose(), expected)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("wiping zeroes, and random bytes differ") {
  Bytes bytes(100, 1);
  wipe(bytes);
  CHECK(bytes == Bytes(100));
  CHECK_FALSE(equal_secret(SecretBytes::random(32).expose(), SecretBytes::random(32).expose()));
  CHECK(random_fixed<32, struct SomeTag>() != random_fixed<32, struct SomeTag>());
}
