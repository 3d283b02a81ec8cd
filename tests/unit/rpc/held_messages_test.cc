// Messages that nobody waits for, and the bytes below them in larger pieces.
#include <capnp/rpc.capnp.h>
#include <kj/async-io.h>

#include <optional>
#include <vector>

#include "gathered_stream.h"
#include "held_messages.h"
#include "support/catch.h"
#include "support/rng.h"

namespace medchain::rpc {
namespace {

using capnp::rpc::Message;

constexpr std::size_t kLarge = 64 * 1024;

// One side's messages, and what the other side reads of them.
struct Wire {
  explicit Wire(bool answers_too) : held(*pipe.ends[0], io.provider->getTimer(), answers_too), other(*pipe.ends[1]) {}

  template <class Fill>
  kj::Promise<void> write(capnp::MessageStream& from, Fill fill) {
    auto message = kj::heap<capnp::MallocMessageBuilder>();
    fill(message->initRoot<Message>());
    auto written = from.writeMessage(*message);
    return written.attach(kj::mv(message));
  }
  void finish(std::uint32_t question) {
    write(held, [&](auto message) { message.initFinish().setQuestionId(question); }).wait(io.waitScope);
  }
  void answer(std::uint32_t question) {
    answers.add(
        write(held, [&](auto message) { message.initReturn().setAnswerId(question); }).eagerlyEvaluate(nullptr));
  }
  // A call of the other side, taken by this one.
  void be_called(std::uint32_t question, std::size_t bytes) {
    auto written = write(other, [&](auto message) {
      auto call = message.initCall();
      call.setQuestionId(question);
      call.initParams().getContent().template setAs<capnp::Data>(kj::heapArray<kj::byte>(bytes));
    });
    auto read = static_cast<capnp::MessageStream&>(held).tryReadMessage();
    written.wait(io.waitScope);
    REQUIRE(read.wait(io.waitScope) != nullptr);
  }
  // The question that the next message is about, if one comes soon: before anything held goes by itself.
  std::optional<std::uint32_t> next(kj::Duration within = 10 * kj::MILLISECONDS) {
    if (!reading) {
      reading = true;
      auto message = static_cast<capnp::MessageStream&>(other).tryReadMessage();
      task = message.then([this](auto&& read) { got = kj::mv(KJ_ASSERT_NONNULL(read)); }).eagerlyEvaluate(nullptr);
    }
    for (auto left = within; got.get() == nullptr && left > 0 * kj::MILLISECONDS; left -= 1 * kj::MILLISECONDS) {
      io.provider->getTimer().afterDelay(1 * kj::MILLISECONDS).wait(io.waitScope);
    }
    if (got.get() == nullptr) return std::nullopt;
    reading = false;
    auto message = kj::mv(got);
    auto root = message->getRoot<Message>();
    return root.isFinish() ? root.getFinish().getQuestionId() : root.getReturn().getAnswerId();
  }

  kj::AsyncIoContext io = kj::setupAsyncIo();
  kj::TwoWayPipe pipe = kj::newTwoWayPipe();
  HeldMessages held;
  capnp::AsyncIoMessageStream other;
  kj::Vector<kj::Promise<void>> answers;
  bool reading = false;
  kj::Own<capnp::MessageReader> got;
  kj::Promise<void> task = nullptr;
};

}  // namespace

TEST_CASE("A Finish goes before the next message that somebody waits for, and by itself after a while") {
  Wire wire(false);
  wire.finish(1);
  wire.finish(2);
  CHECK_FALSE(wire.next());
  wire.answer(3);
  CHECK(wire.next() == 1);
  CHECK(wire.next() == 2);
  CHECK(wire.next() == 3);
  wire.finish(4);
  CHECK(wire.next(10 * kj::SECONDS) == 4);
}

TEST_CASE("An answer waits only where calls just deliver, and were small") {
  {
    Wire clients(false);
    clients.be_called(1, 10);
    clients.answer(1);
    CHECK(clients.next() == 1);
  }
  Wire nodes(true);
  nodes.be_called(1, 10);
  nodes.be_called(2, kLarge);
  nodes.answer(1);
  CHECK_FALSE(nodes.next());
  nodes.answer(2);
  CHECK(nodes.next() == 1);
  CHECK(nodes.next() == 2);
  nodes.be_called(2, 10);  // the number is free again
  nodes.answer(2);
  CHECK_FALSE(nodes.next());
  CHECK(nodes.next(10 * kj::SECONDS) == 2);
}

TEST_CASE("Few messages are held: the rest waits where it is counted") {
  Wire wire(true);
  for (std::uint32_t i = 0; i < 65; ++i) wire.answer(i);
  for (std::uint32_t i = 0; i < 65; ++i) CHECK(wire.next() == i);
}

TEST_CASE("The stream below carries the same bytes, however they are written and read") {
  auto io = kj::setupAsyncIo();
  auto pipe = io.provider->newTwoWayPipe();
  GatheredStream from(kj::mv(pipe.ends[0])), to(kj::mv(pipe.ends[1]));
  test::Rng rng(11);
  std::size_t large = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<kj::Array<kj::byte>> pieces;
    std::vector<kj::ArrayPtr<const kj::byte>> views;
    std::vector<kj::byte> expected;
    for (auto count = 1 + rng.below(4); count > 0; --count) {
      auto piece = kj::heapArray<kj::byte>(rng.chance(10) ? rng.below(60'000) : rng.below(300));
      for (auto& byte : piece) byte = static_cast<kj::byte>(rng.below(256));
      expected.insert(expected.end(), piece.begin(), piece.end());
      views.emplace_back(piece);
      pieces.push_back(kj::mv(piece));
    }
    large += expected.size() > GatheredStream::kAhead ? 1 : 0;
    auto written = from.write(kj::arrayPtr(views.data(), views.size())).eagerlyEvaluate(nullptr);
    std::vector<kj::byte> got(expected.size());
    for (std::size_t at = 0; at < got.size();) {
      const std::size_t most = got.size() - at;
      const std::size_t least = 1 + rng.below(most);
      at += to.tryRead(got.data() + at, least, rng.chance(50) ? least : most).wait(io.waitScope);
    }
    written.wait(io.waitScope);
    REQUIRE(got == expected);
  }
  CHECK(large > 20);
  const kj::byte two[] = {7, 8};
  kj::byte one = 0;
  from.write(two, sizeof two).wait(io.waitScope);
  CHECK(to.tryRead(&one, 1, 1).wait(io.waitScope) == 1);
  CHECK(to.tryRead(&one, 1, 0).wait(io.waitScope) == 0);  // no room: nothing read, nothing lost
  CHECK(to.tryRead(&one, 1, 1).wait(io.waitScope) == 1);
  CHECK(one == 8);
  from.shutdownWrite();
  CHECK(to.tryRead(&one, 1, 1).wait(io.waitScope) == 0);
}

}  // namespace medchain::rpc
