#include "guarded_stream.h"

#include <kj/debug.h>

namespace medchain::rpc {
namespace {

constexpr kj::Duration kLookAgain = 2 * kj::MILLISECONDS;

}  // namespace

GuardedStream::GuardedStream(kj::Own<kj::AsyncIoStream> inner, std::uint64_t allowance, kj::Timer& timer,
                             std::function<bool()> must_wait)
    : inner_(kj::mv(inner)), allowance_(allowance), timer_(timer), must_wait_(std::move(must_wait)) {}

kj::Promise<void> GuardedStream::when_free() {
  if (!must_wait_()) return kj::READY_NOW;
  return timer_.afterDelay(kLookAgain).then([this] { return when_free(); });
}

kj::Promise<size_t> GuardedStream::read_on(kj::byte* buffer, size_t min_bytes, size_t max_bytes, size_t done) {
  if (allowance_ == kEverything) {
    auto rest = inner_->tryRead(buffer, min_bytes, max_bytes);
    return done == 0 ? kj::mv(rest) : rest.then([done](size_t size) { return done + size; });
  }
  return inner_->tryRead(buffer, 1, max_bytes)
      .then([this, buffer, min_bytes, max_bytes, done](size_t size) -> kj::Promise<size_t> {
        if (size == 0) return done;
        if (allowance_ != kEverything) {
          if (size > allowance_) return KJ_EXCEPTION(FAILED, "too many bytes without a proof");
          allowance_ -= size;
        }
        if (size >= min_bytes) return done + size;
        return read_on(buffer + size, min_bytes - size, max_bytes - size, done + size);
      });
}

kj::Promise<size_t> GuardedStream::tryRead(void* buffer, size_t min_bytes, size_t max_bytes) {
  auto* bytes = static_cast<kj::byte*>(buffer);
  if (!must_wait_()) return read_on(bytes, min_bytes, max_bytes, 0);
  return when_free().then([this, bytes, min_bytes, max_bytes] { return read_on(bytes, min_bytes, max_bytes, 0); });
}

kj::Promise<void> GuardedStream::write(const void* buffer, size_t size) { return inner_->write(buffer, size); }
kj::Promise<void> GuardedStream::write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) {
  return inner_->write(pieces);
}
kj::Promise<void> GuardedStream::whenWriteDisconnected() { return inner_->whenWriteDisconnected(); }
void GuardedStream::shutdownWrite() { inner_->shutdownWrite(); }
void GuardedStream::abortRead() { inner_->abortRead(); }
void GuardedStream::getsockopt(int level, int option, void* value, kj::uint* length) {
  inner_->getsockopt(level, option, value, length);
}
void GuardedStream::setsockopt(int level, int option, const void* value, kj::uint length) {
  inner_->setsockopt(level, option, value, length);
}
void GuardedStream::getsockname(struct sockaddr* address, kj::uint* length) { inner_->getsockname(address, length); }
void GuardedStream::getpeername(struct sockaddr* address, kj::uint* length) { inner_->getpeername(address, length); }

}  // namespace medchain::rpc
