#include "held_messages.h"

#include <capnp/rpc.capnp.h>

#include <cstring>

namespace medchain::rpc {
namespace {

constexpr kj::Duration kHold = 50 * kj::MILLISECONDS;
constexpr std::size_t kMostWords = 64;         // of a message that is held
constexpr std::size_t kMostHeld = 64;          // more, and who does not read makes them wait where they are counted
constexpr std::size_t kLargeCallWords = 1024;  // 8 KiB: far below any window

}  // namespace

HeldMessages::Held::Held(Segments message) {
  std::size_t size = 0;
  for (const auto& segment : message) size += segment.size();
  words = kj::heapArray<capnp::word>(size);
  auto builder = kj::heapArrayBuilder<kj::ArrayPtr<const capnp::word>>(message.size());
  capnp::word* at = words.begin();
  for (const auto& segment : message) {
    if (segment.size() > 0) std::memcpy(at, segment.begin(), segment.size() * sizeof(capnp::word));
    builder.add(at, segment.size());
    at += segment.size();
  }
  segments = builder.finish();
}

HeldMessages::HeldMessages(kj::AsyncIoStream& stream, kj::Timer& timer, bool answers_too)
    : inner_(stream), timer_(timer), answers_too_(answers_too), task_(nullptr) {}

void HeldMessages::read(capnp::MessageReader& message) {
  if (!answers_too_) return;
  auto root = message.getRoot<capnp::rpc::Message>();  // first: before it, Cap'n Proto 0.9 cannot tell the size
  if (root.isCall() && message.sizeInWords() >= kLargeCallWords) large_calls_.insert(root.getCall().getQuestionId());
}

kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>> HeldMessages::tryReadMessage(
    kj::ArrayPtr<kj::AutoCloseFd> descriptors, capnp::ReaderOptions options, kj::ArrayPtr<capnp::word> scratch) {
  return inner_.tryReadMessage(descriptors, options, scratch)
      .then([this](kj::Maybe<capnp::MessageReaderAndFds>&& found) {
        KJ_IF_MAYBE (message, found) {
          read(*message->reader);
        }
        return kj::mv(found);
      });
}

bool HeldMessages::may_wait(Segments message) {
  std::size_t words = 0;
  for (const auto& segment : message) words += segment.size();
  if (words > kMostWords || held_.size() >= kMostHeld) return false;
  capnp::SegmentArrayMessageReader reader(message);
  auto root = reader.getRoot<capnp::rpc::Message>();
  if (root.isFinish()) return true;
  return answers_too_ && root.isReturn() && large_calls_.erase(root.getReturn().getAnswerId()) == 0;
}

void HeldMessages::hold(Segments message) {
  held_.add(kj::heap<Held>(message));
  if (waiting_) return;
  waiting_ = true;
  task_ = flush_in_time().eagerlyEvaluate(nullptr);
}

kj::Promise<void> HeldMessages::flush_in_time() {
  return timer_.afterDelay(kHold).then([this]() -> kj::Promise<void> {
    if (writing_ && !held_.empty()) return flush_in_time();
    waiting_ = false;
    if (!held_.empty()) flushing_ = write_with_held(nullptr).fork();
    return kj::READY_NOW;
  });
}

kj::Promise<void> HeldMessages::write_with_held(kj::ArrayPtr<const Segments> messages) {
  auto held = kj::mv(held_);
  held_ = {};
  kj::Vector<Segments> all(held.size() + messages.size());
  for (const auto& message : held) all.add(message->segments);
  all.addAll(messages);
  writing_ = true;
  auto whole = all.releaseAsArray();
  auto written = inner_.writeMessages(whole);
  return written.attach(kj::mv(whole), kj::mv(held), kj::defer([this] { writing_ = false; }));
}

kj::Promise<void> HeldMessages::write_in_turn(kj::ArrayPtr<const Segments> messages) {
  KJ_IF_MAYBE (flushing, flushing_) {
    return flushing->addBranch().then([this, messages] {
      flushing_ = nullptr;
      return write_with_held(messages);
    });
  }
  return write_with_held(messages);
}

kj::Promise<void> HeldMessages::writeMessage(kj::ArrayPtr<const int>, Segments segments) {
  if (may_wait(segments)) {
    hold(segments);
    return kj::READY_NOW;
  }
  auto one = kj::heapArray<Segments>(1);
  one[0] = segments;
  auto written = write_in_turn(one);
  return written.attach(kj::mv(one));
}

kj::Promise<void> HeldMessages::writeMessages(kj::ArrayPtr<Segments> messages) {
  bool all_may_wait = true;
  for (const auto& message : messages) all_may_wait = may_wait(message) && all_may_wait;
  if (!all_may_wait) return write_in_turn(messages);
  for (const auto& message : messages) hold(message);
  return kj::READY_NOW;
}

kj::Maybe<int> HeldMessages::getSendBufferSize() { return inner_.getSendBufferSize(); }

kj::Promise<void> HeldMessages::end() {
  if (held_.empty() && flushing_ == nullptr) return inner_.end();
  return write_in_turn(nullptr).then([this] { return inner_.end(); });
}

}  // namespace medchain::rpc
