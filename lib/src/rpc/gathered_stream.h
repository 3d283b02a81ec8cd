// A byte stream that deals with a slow one below in larger pieces: each read and write of a TLS stream is a record to
// encrypt or decrypt, and some turns of the event loop, and Cap'n Proto reads and writes a small message in three.
#pragma once

#include <kj/async-io.h>

namespace medchain::rpc {

class GatheredStream final : public kj::AsyncIoStream {
 public:
  explicit GatheredStream(kj::Own<kj::AsyncIoStream> inner) : inner_(kj::mv(inner)) {}

  // May take more from the stream below than is asked for, at most kAhead bytes.
  kj::Promise<size_t> tryRead(void* buffer, size_t min_bytes, size_t max_bytes) override;
  kj::Promise<void> write(const void* buffer, size_t size) override;
  // As one, if they are small together.
  kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override;
  kj::Promise<void> whenWriteDisconnected() override;
  void shutdownWrite() override;
  void abortRead() override;
  void getsockopt(int level, int option, void* value, kj::uint* length) override;
  void setsockopt(int level, int option, const void* value, kj::uint length) override;
  void getsockname(struct sockaddr* address, kj::uint* length) override;
  void getpeername(struct sockaddr* address, kj::uint* length) override;

  static constexpr size_t kAhead = 16 * 1024;  // a TLS record holds no more

 private:
  kj::Promise<size_t> read_on(kj::byte* buffer, size_t min_bytes, size_t max_bytes, size_t done);
  size_t take_ahead(kj::byte* buffer, size_t max_bytes);

  kj::Own<kj::AsyncIoStream> inner_;
  kj::Array<kj::byte> ahead_;            // made when it is first needed
  kj::ArrayPtr<const kj::byte> unread_;  // of it
};

}  // namespace medchain::rpc
