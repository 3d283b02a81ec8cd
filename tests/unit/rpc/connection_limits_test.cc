// What the other side of a connection can make us hold: told in frames that no library would send.
#include <capnp/rpc.capnp.h>
#include <kj/async-io.h>

#include "connection.h"
#include "convert.h"
#include "support/catch.h"

namespace medchain::rpc {
namespace {

class Nobody final : public schema::Entrance::Server {};

// An acceptor, and its other side frame by frame. Nothing between the two holds bytes: what one does not read, the
// other cannot write.
struct Wire {
  explicit Wire(ConnectionLimits limits) {
    limits.max_message_bytes = 1 << 20;
    auto pipe = kj::newTwoWayPipe();
    other = kj::mv(pipe.ends[1]);
    messages = kj::heap<capnp::AsyncIoMessageStream>(*other);
    connection = kj::heap<Connection>(kj::mv(pipe.ends[0]), "test", limits, io.provider->getTimer(),
                                      [](const LifelinePtr&) { return schema::Entrance::Client(kj::heap<Nobody>()); });
    ended = connection->ended().eagerlyEvaluate(nullptr);
  }

  template <class Fill>
  kj::Promise<void> write(Fill fill) {
    auto message = kj::heap<capnp::MallocMessageBuilder>();
    fill(message->initRoot<capnp::rpc::Message>());
    auto written = static_cast<capnp::MessageStream&>(*messages).writeMessage(*message);
    return written.attach(kj::mv(message));
  }
  kj::Promise<void> call(std::uint32_t question) {
    return write([&](auto message) { message.initBootstrap().setQuestionId(question); });
  }
  kj::Promise<void> finish(std::uint32_t question) {
    return write([&](auto message) { message.initFinish().setQuestionId(question); });
  }
  // Calls, each finished without waiting for its answer, while the acceptor takes them.
  kj::Promise<void> call_and_finish(std::uint32_t from, std::uint32_t to) {
    if (from == to) return kj::READY_NOW;
    return call(from).then([this, from] { return finish(from); }).then([this, from, to] {
      ++taken;
      return call_and_finish(from + 1, to);
    });
  }
  // Whether the next message is the answer to this call; false also when the connection has ended.
  bool answered(std::uint32_t question) {
    auto read = static_cast<capnp::MessageStream&>(*messages).tryReadMessage().wait(io.waitScope);
    KJ_IF_MAYBE (message, read) {
      auto root = (*message)->getRoot<capnp::rpc::Message>();
      return root.isReturn() && root.getReturn().getAnswerId() == question;
    }
    return false;
  }
  bool ends() {
    bool done = false;
    auto limit = io.provider->getTimer().afterDelay(30 * kj::SECONDS);
    ended.then([&] { done = true; }).exclusiveJoin(kj::mv(limit)).wait(io.waitScope);
    return done;
  }

  kj::AsyncIoContext io = kj::setupAsyncIo();
  kj::Own<kj::AsyncIoStream> other;
  kj::Own<capnp::AsyncIoMessageStream> messages;
  kj::Own<Connection> connection;
  kj::Promise<void> ended = nullptr;
  int taken = 0;
};

TEST_CASE("calls that are never finished end the connection, although their answers are read") {
  Wire wire({.max_open_calls = 100});
  wire.connection->let_in(true);
  for (std::uint32_t question = 0; question < 100; ++question) {
    wire.call(question).wait(wire.io.waitScope);
    REQUIRE(wire.answered(question));
  }
  SECTION("one more") {
    wire.call(100).wait(wire.io.waitScope);
    CHECK_FALSE(wire.answered(100));
    CHECK(wire.ends());
  }
  SECTION("one more for one that is finished") {
    wire.finish(7).wait(wire.io.waitScope);
    wire.call(100).wait(wire.io.waitScope);
    CHECK(wire.answered(100));
  }
}

TEST_CASE("a guest may leave fewer calls unfinished than a participant") {
  Wire wire({.max_open_calls = UINT64_MAX});
  for (std::uint32_t question = 0; question < kUnprovenOpenCalls; ++question) {
    wire.connection->let_in(false);
    wire.call(question).wait(wire.io.waitScope);
    REQUIRE(wire.answered(question));
  }
  SECTION("a guest") {
    wire.call(kUnprovenOpenCalls).wait(wire.io.waitScope);
    CHECK_FALSE(wire.answered(kUnprovenOpenCalls));
    CHECK(wire.ends());
  }
  SECTION("a participant") {
    wire.connection->let_in(true);
    wire.call(kUnprovenOpenCalls).wait(wire.io.waitScope);
    CHECK(wire.answered(kUnprovenOpenCalls));
  }
}

TEST_CASE("calls that are finished may go on for ever") {
  Wire wire({.max_open_calls = 2});
  wire.connection->let_in(true);
  for (std::uint32_t question = 0; question < 1'000; ++question) {
    wire.call(question).wait(wire.io.waitScope);
    REQUIRE(wire.answered(question));
    wire.finish(question).wait(wire.io.waitScope);
  }
}

TEST_CASE("no more calls are taken while answers are not read, and all of them once they are") {
  Wire wire({.max_unread_answers = 10});
  wire.connection->let_in(true);
  auto sending = wire.call_and_finish(0, 100).eagerlyEvaluate(nullptr);
  wire.io.provider->getTimer().afterDelay(50 * kj::MILLISECONDS).wait(wire.io.waitScope);
  CHECK(wire.taken >= 5);
  CHECK(wire.taken <= 12);
  for (std::uint32_t question = 0; question < 100; ++question) REQUIRE(wire.answered(question));
  sending.wait(wire.io.waitScope);
}

TEST_CASE("a guest has less unread than a participant") {
  Wire wire({});
  kj::Promise<void> sending = kj::READY_NOW;
  for (std::uint32_t from = 0; from < 2 * kUnprovenUnreadAnswers; from += 100) {
    sending = sending.then([&wire, from] {
      wire.connection->let_in(false);
      return wire.call_and_finish(from, from + 100);
    });
  }
  sending = sending.eagerlyEvaluate(nullptr);
  wire.io.provider->getTimer().afterDelay(50 * kj::MILLISECONDS).wait(wire.io.waitScope);
  CHECK(wire.taken >= static_cast<int>(kUnprovenUnreadAnswers) / 2);
  CHECK(wire.taken <= static_cast<int>(kUnprovenUnreadAnswers) + 2);
}

TEST_CASE("answers that are never read end the connection") {
  Wire wire({.max_unread_answers = 10, .patience = 20 * kj::MILLISECONDS});
  wire.connection->let_in(true);
  SECTION("while more is asked") {
    auto sending = wire.call_and_finish(0, 100).eagerlyEvaluate([](kj::Exception&&) {});
    CHECK(wire.ends());
  }
  SECTION("after the last call") {
    wire.call(0).wait(wire.io.waitScope);
    wire.other->shutdownWrite();
    CHECK(wire.ends());
  }
}

TEST_CASE("the room for an answer is enough, and little more") {
  for (std::size_t size : {0, 1, 31, 32, 300, 100'000}) {
    for (const Result<Bytes>& answer :
         {Result<Bytes>(Bytes(size, 1)), Result<Bytes>(Error(ErrorCode::kNotFound, std::string(size, 'x')))}) {
      CAPTURE(size, answer.ok());
      capnp::MallocMessageBuilder message(static_cast<capnp::uint>(room_for(answer).wordCount));
      set_answer(message.initRoot<schema::ClientService::StatusResults>().initAnswer(), answer);
      CHECK(message.getSegmentsForOutput().size() == 1);
      CHECK(room_for(answer).wordCount * sizeof(capnp::word) <= size + 128);
    }
  }
}

}  // namespace
}  // namespace medchain::rpc
