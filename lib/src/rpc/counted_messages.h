// The messages of a connection, with the calls counted that its other side has not finished. Cap'n Proto remembers each
// of them until a Finish comes, and sets no limit to how many.
#pragma once

#include <capnp/serialize-async.h>

#include <cstdint>
#include <functional>
#include <set>

namespace medchain::rpc {

class CountedMessages final : public capnp::MessageStream {
 public:
  using Ended = std::function<void(const kj::Exception* why)>;  // null: the other side has said all

  // Borrows `stream`. `too_many`: asked at each call, with how many are open; true fails reading for good. `ended`:
  // called once nothing more will be read.
  CountedMessages(kj::AsyncIoStream& stream, std::function<bool(std::size_t open)> too_many, Ended ended);

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

  capnp::AsyncIoMessageStream inner_;
  std::function<bool(std::size_t open)> too_many_;
  Ended ended_;
  std::set<std::uint32_t> open_;  // ordered: the other side chooses the numbers, and could make hashes collide
};

}  // namespace medchain::rpc
