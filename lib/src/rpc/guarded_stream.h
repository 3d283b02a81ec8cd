// A byte stream that bounds what its other side can make us hold: before it has proved who it is, how much it may send;
// always, how much it may ask while it does not read the answers.
#pragma once

#include <kj/async-io.h>
#include <kj/timer.h>

#include <cstdint>
#include <functional>

namespace medchain::rpc {

class GuardedStream final : public kj::AsyncIoStream {
 public:
  // `must_wait`: while true, nothing more is read.
  GuardedStream(kj::Own<kj::AsyncIoStream> inner, std::uint64_t allowance, kj::Timer& timer,
                std::function<bool()> must_wait);

  // How many more bytes may be read; reading beyond ends the connection.
  void allow(std::uint64_t bytes) { allowance_ = bytes; }
  void allow_everything() { allowance_ = kEverything; }
  // Resolves when `must_wait` is false.
  kj::Promise<void> when_free();

  kj::Promise<size_t> tryRead(void* buffer, size_t min_bytes, size_t max_bytes) override;
  kj::Promise<void> write(const void* buffer, size_t size) override;
  kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override;
  kj::Promise<void> whenWriteDisconnected() override;
  void shutdownWrite() override;
  void abortRead() override;
  void getsockopt(int level, int option, void* value, kj::uint* length) override;
  void setsockopt(int level, int option, const void* value, kj::uint length) override;
  void getsockname(struct sockaddr* address, kj::uint* length) override;
  void getpeername(struct sockaddr* address, kj::uint* length) override;

 private:
  static constexpr std::uint64_t kEverything = UINT64_MAX;
  // Reads at least `min_bytes`, piece by piece while an allowance must be watched; `done` were read before.
  kj::Promise<size_t> read_on(kj::byte* buffer, size_t min_bytes, size_t max_bytes, size_t done);

  kj::Own<kj::AsyncIoStream> inner_;
  std::uint64_t allowance_;
  kj::Timer& timer_;
  std::function<bool()> must_wait_;
};

}  // namespace medchain::rpc
