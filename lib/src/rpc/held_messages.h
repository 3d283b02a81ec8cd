// Messages that nobody waits for travel with the next one that somebody does, or a little later. Every call of Cap'n
// Proto brings an answer and then a word that the answer came; where a call only delivers something, as between nodes,
// these are two thirds of all messages, and each would be a TLS record, a system call and a wake-up at both ends.
//
// Held are a Finish; and, between nodes, the Return of a small call. A large call fills the other side's window, which
// opens when its Return comes.
#pragma once

#include <capnp/serialize-async.h>
#include <kj/timer.h>

#include <cstdint>
#include <set>

namespace medchain::rpc {

class HeldMessages final : public capnp::MessageStream {
 public:
  // Borrows `stream`. `answers_too`: the answers of this side carry nothing that its other side waits for.
  HeldMessages(kj::AsyncIoStream& stream, kj::Timer& timer, bool answers_too);

  using capnp::MessageStream::tryReadMessage;
  using capnp::MessageStream::writeMessage;
  using capnp::MessageStream::writeMessages;
  kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>> tryReadMessage(kj::ArrayPtr<kj::AutoCloseFd> descriptors,
                                                                    capnp::ReaderOptions options,
                                                                    kj::ArrayPtr<capnp::word> scratch) override;
  kj::Promise<void> writeMessage(kj::ArrayPtr<const int> descriptors,
                                 kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments) override;
  kj::Promise<void> writeMessages(kj::ArrayPtr<kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>> messages) override;
  kj::Maybe<int> getSendBufferSize() override;
  kj::Promise<void> end() override;

 private:
  using Segments = kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>;
  // A copy that lives until it is written.
  struct Held {
    explicit Held(Segments message);
    kj::Array<capnp::word> words;
    kj::Array<kj::ArrayPtr<const capnp::word>> segments;
  };

  bool may_wait(Segments message);
  void hold(Segments message);
  void read(capnp::MessageReader& message);
  kj::Promise<void> flush_in_time();
  // All that is held, and then `messages`; in turn: after what is being flushed.
  kj::Promise<void> write_with_held(kj::ArrayPtr<const Segments> messages);
  kj::Promise<void> write_in_turn(kj::ArrayPtr<const Segments> messages);

  capnp::AsyncIoMessageStream inner_;
  kj::Timer& timer_;
  const bool answers_too_;
  std::set<std::uint32_t> large_calls_;  // not answered yet; ordered, since the other side chooses the numbers
  kj::Vector<kj::Own<Held>> held_;
  bool writing_ = false;
  bool waiting_ = false;                         // task_ will flush
  kj::Maybe<kj::ForkedPromise<void>> flushing_;  // what task_ began to write
  kj::Promise<void> task_;
};

}  // namespace medchain::rpc
