#include "counted_messages.h"

#include <capnp/rpc.capnp.h>
#include <kj/debug.h>

namespace medchain::rpc {
namespace {

constexpr bool kQueueHasWhatIsWritten = CAPNP_VERSION < 10'000;  // 0.10.0

using Segments = kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>;

std::size_t words_of(Segments segments) {
  std::size_t words = 0;
  for (const auto& segment : segments) words += segment.size();
  return words;
}

}  // namespace

CountedMessages::CountedMessages(capnp::MessageStream& inner, kj::Timer& timer,
                                 std::function<bool(std::size_t open)> too_many, Ended ended)
    : inner_(inner),
      timer_(timer),
      writing_{0, 0, timer.now()},
      too_many_(std::move(too_many)),
      ended_(std::move(ended)) {}

void CountedMessages::count(capnp::MessageReader& message) {
  auto root = message.getRoot<capnp::rpc::Message>();
  switch (root.which()) {
    case capnp::rpc::Message::CALL: open_.insert(root.getCall().getQuestionId()); break;
    case capnp::rpc::Message::BOOTSTRAP: open_.insert(root.getBootstrap().getQuestionId()); break;
    case capnp::rpc::Message::FINISH: open_.erase(root.getFinish().getQuestionId()); return;
    default: return;
  }
  if (too_many_(open_.size())) kj::throwFatalException(KJ_EXCEPTION(FAILED, "too many calls that are not finished"));
}

kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>> CountedMessages::tryReadMessage(
    kj::ArrayPtr<kj::AutoCloseFd> descriptors, capnp::ReaderOptions options, kj::ArrayPtr<capnp::word> scratch) {
  return inner_.tryReadMessage(descriptors, options, scratch)
      .then([this](kj::Maybe<capnp::MessageReaderAndFds>&& read) {
        KJ_IF_MAYBE (message, read) {
          count(*message->reader);
        } else {
          ended_(nullptr);
        }
        return kj::mv(read);
      })
      .catch_([this](kj::Exception&& exception) -> kj::Maybe<capnp::MessageReaderAndFds> {
        ended_(&exception);
        kj::throwFatalException(kj::mv(exception));
      });
}

kj::Promise<void> CountedMessages::counted(std::size_t messages, std::size_t words, kj::Promise<void> written) {
  if (kQueueHasWhatIsWritten) return written;
  const std::size_t bytes = words * sizeof(capnp::word);
  writing_ = {writing_.messages + messages, writing_.bytes + bytes, timer_.now()};
  return written.attach(kj::defer([this, messages, bytes] {
    writing_.messages -= messages;
    writing_.bytes -= bytes;
  }));
}

kj::Promise<void> CountedMessages::writeMessage(kj::ArrayPtr<const int> descriptors, Segments segments) {
  return counted(1, words_of(segments), inner_.writeMessage(descriptors, segments));
}

kj::Promise<void> CountedMessages::writeMessages(kj::ArrayPtr<Segments> messages) {
  std::size_t words = 0;
  for (const Segments& message : messages) words += words_of(message);
  return counted(messages.size(), words, inner_.writeMessages(messages));
}

kj::Maybe<int> CountedMessages::getSendBufferSize() { return inner_.getSendBufferSize(); }
kj::Promise<void> CountedMessages::end() { return inner_.end(); }

}  // namespace medchain::rpc
