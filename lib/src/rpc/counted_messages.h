// The messages of a connection, with the calls counted that its other side has not finished. Cap'n Proto remembers each
// of them until a Finish comes, and sets no limit to how many. And those counted that are being written: since 0.10
// Cap'n Proto takes a batch of them out of its queue when it begins to write it, and holds it until the other side has
// read.
#pragma once

#include <capnp/serialize-async.h>
#include <kj/timer.h>

#include <cstdint>
#include <functional>
#include <set>

namespace medchain::rpc {

class CountedMessages final : public capnp::MessageStream {
 public:
  using Ended = std::function<void(const kj::Exception* why)>;  // null: the other side has said all

  // What is being written, where Cap'n Proto's own queue has it no more.
  struct Writing {
    std::size_t messages = 0;
    std::size_t bytes = 0;
    kj::TimePoint since;
  };

  // Borrows `inner`. `too_many`: asked at each call, with how many are open; true fails reading for good. `ended`:
  // called once nothing more will be read.
  CountedMessages(capnp::MessageStream& inner, kj::Timer& timer, std::function<bool(std::size_t open)> too_many,
                  Ended ended);

  const Writing& writing() const { return writing_; }

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
  void count(capnp::MessageReader& message);
  kj::Promise<void> counted(std::size_t messages, std::size_t words, kj::Promise<void> written);

  capnp::MessageStream& inner_;
  kj::Timer& timer_;
  Writing writing_;
  std::function<bool(std::size_t open)> too_many_;
  Ended ended_;
  std::set<std::uint32_t> open_;  // ordered: the other side chooses the numbers, and could make hashes collide
};

}  // namespace medchain::rpc
