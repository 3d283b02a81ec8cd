#include "gathered_stream.h"

#include <algorithm>
#include <cstring>

namespace medchain::rpc {

size_t GatheredStream::take_ahead(kj::byte* buffer, size_t max_bytes) {
  const size_t size = std::min(max_bytes, unread_.size());
  if (size > 0) std::memcpy(buffer, unread_.begin(), size);
  unread_ = unread_.slice(size, unread_.size());
  return size;
}

kj::Promise<size_t> GatheredStream::tryRead(void* buffer, size_t min_bytes, size_t max_bytes) {
  // A message without segments, which a stranger may send, is read with no room for a byte: then none is taken.
  return read_on(static_cast<kj::byte*>(buffer), std::min(min_bytes, max_bytes), max_bytes, 0);
}

kj::Promise<size_t> GatheredStream::read_on(kj::byte* buffer, size_t min_bytes, size_t max_bytes, size_t done) {
  const size_t taken = take_ahead(buffer + done, max_bytes - done);
  done += taken;
  if (done >= min_bytes) return done;
  // What is large goes where it is wanted, uncopied.
  if (min_bytes - done >= kAhead) {
    auto rest = inner_->tryRead(buffer + done, min_bytes - done, max_bytes - done);
    return rest.then([done](size_t size) { return done + size; });
  }
  if (ahead_ == nullptr) ahead_ = kj::heapArray<kj::byte>(kAhead);
  return inner_->tryRead(ahead_.begin(), 1, ahead_.size())
      .then([this, buffer, min_bytes, max_bytes, done](size_t size) -> kj::Promise<size_t> {
        if (size == 0) return done;  // the end
        unread_ = ahead_.slice(0, size);
        return read_on(buffer, min_bytes, max_bytes, done);
      });
}

kj::Promise<void> GatheredStream::write(const void* buffer, size_t size) { return inner_->write(buffer, size); }

kj::Promise<void> GatheredStream::write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) {
  size_t size = 0;
  for (const auto& piece : pieces) size += piece.size();
  if (pieces.size() < 2 || size > kAhead) return inner_->write(pieces);
  auto whole = kj::heapArray<kj::byte>(size);
  kj::byte* at = whole.begin();
  for (const auto& piece : pieces) at = std::copy(piece.begin(), piece.end(), at);
  auto written = inner_->write(whole.begin(), whole.size());
  return written.attach(kj::mv(whole));
}

kj::Promise<void> GatheredStream::whenWriteDisconnected() { return inner_->whenWriteDisconnected(); }
void GatheredStream::shutdownWrite() { inner_->shutdownWrite(); }
void GatheredStream::abortRead() { inner_->abortRead(); }
void GatheredStream::getsockopt(int level, int option, void* value, kj::uint* length) {
  inner_->getsockopt(level, option, value, length);
}
void GatheredStream::setsockopt(int level, int option, const void* value, kj::uint length) {
  inner_->setsockopt(level, option, value, length);
}
void GatheredStream::getsockname(struct sockaddr* address, kj::uint* length) { inner_->getsockname(address, length); }
void GatheredStream::getpeername(struct sockaddr* address, kj::uint* length) { inner_->getpeername(address, length); }

}  // namespace medchain::rpc
