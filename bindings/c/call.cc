#include "call.h"

#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>

#include "medchain/block.h"
#include "medchain/secret.h"

namespace medchain::c {
namespace {

// Plain bytes: nothing to construct, nothing to destroy when a thread ends or the library is unloaded.
thread_local char last_error[1024] = "";

// Before the bytes of a buffer stands their number, so that freeing does not believe what the caller made of `size`.
struct alignas(std::max_align_t) BufferHead {
  std::size_t size;
};

// Names end with a NUL: all are literals, which the C++ library gives as views.
const char* static_name(std::string_view name) { return name.data(); }

}  // namespace

medchain_status failed(ErrorCode code, std::string_view why) noexcept {
  std::size_t size = std::min(why.size(), sizeof last_error - 1);
  std::memcpy(last_error, why.data(), size);
  last_error[size] = '\0';
  return static_cast<medchain_status>(code);
}

medchain_status failed_by_exception() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return failed(ErrorCode::kUnavailable, "out of memory");
  } catch (const std::exception& thrown) {
    return failed(ErrorCode::kInternal, thrown.what());
  } catch (...) {
    return failed(ErrorCode::kInternal, "an exception of no known kind");
  }
}

Error unusable(std::string_view what, std::string_view why) {
  return {ErrorCode::kInvalidArgument, std::string(what) + " " + std::string(why)};
}

Result<ByteView> bytes_in(const void* data, std::size_t size, std::size_t limit, std::string_view what) {
  if (size > limit) {
    return Error(ErrorCode::kTooLarge, std::string(what) + " has " + std::to_string(size) + " bytes, at most " +
                                           std::to_string(limit) + " are taken");
  }
  if (data == nullptr && size > 0) return missing(what);
  return ByteView{static_cast<const std::uint8_t*>(data), size};
}

Result<std::string_view> text_in(const char* text, std::size_t limit, std::string_view what) {
  if (text == nullptr) return missing(what);
  const void* end = std::memchr(text, '\0', limit + 1);
  if (end == nullptr) {
    return Error(ErrorCode::kTooLarge, std::string(what) + " has more than " + std::to_string(limit) + " bytes");
  }
  return std::string_view(text, static_cast<std::size_t>(static_cast<const char*>(end) - text));
}

void bytes_out(ByteView bytes, medchain_buffer& out) {
  if (bytes.empty()) return;
  auto* head = static_cast<BufferHead*>(std::malloc(sizeof(BufferHead) + bytes.size()));
  if (head == nullptr) throw std::bad_alloc();
  head->size = bytes.size();
  out.data = reinterpret_cast<std::uint8_t*>(head + 1);
  out.size = bytes.size();
  std::memcpy(out.data, bytes.data(), bytes.size());
}

void secret_out(Bytes& bytes, medchain_buffer& out) {
  try {
    bytes_out(bytes, out);
  } catch (...) {
    wipe(bytes);
    throw;
  }
  wipe(bytes);
}

Result<void> empty(medchain_buffer* out, std::string_view what) {
  if (out == nullptr) return missing(what);
  *out = {};
  return {};
}

Error wrong_struct_size(std::string_view what, std::size_t given, std::size_t least) {
  return {ErrorCode::kInvalidArgument, std::string(what) + ": struct_size is " + std::to_string(given) +
                                           ", expected its sizeof: " + std::to_string(least) + " in this release"};
}

}  // namespace medchain::c

using namespace medchain;

const char* medchain_last_error(void) { return c::last_error; }
const char* medchain_version(void) { return MEDCHAIN_VERSION; }

const char* medchain_status_name(medchain_status status) {
  return status == MEDCHAIN_OK ? "ok" : c::static_name(error_name(static_cast<ErrorCode>(status)));
}

const char* medchain_outcome_name(uint32_t outcome) {
  constexpr auto kLast = static_cast<uint32_t>(TxStatus::kEvidenceNotSigned);
  return outcome > kLast ? "unknown" : c::static_name(to_string(static_cast<TxStatus>(outcome)));
}

void medchain_buffer_free(medchain_buffer* buffer) {
  if (buffer == nullptr) return;
  if (buffer->data != nullptr) {
    auto* head = reinterpret_cast<c::BufferHead*>(buffer->data) - 1;
    wipe({buffer->data, head->size});
    std::free(head);
  }
  *buffer = {};
}
