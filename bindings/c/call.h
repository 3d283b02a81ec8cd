// What every function of the C library does before and after its own work: nothing that C gives is believed, and
// nothing that C++ throws gets out.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "medchain.h"
#include "medchain/bytes.h"

namespace medchain::c {

// Keeps the sentence for medchain_last_error(), and gives the code. Allocates nothing.
medchain_status failed(ErrorCode code, std::string_view why) noexcept;
// Of the exception under way: inside a catch block only.
medchain_status failed_by_exception() noexcept;

// Runs `work`, which returns a Result<void>, as one call of the C library.
template <class Work>
medchain_status call(Work&& work) noexcept {
  try {
    Result<void> done = work();
    return done ? MEDCHAIN_OK : failed(done.error().code(), done.error().message());
  } catch (...) {
    return failed_by_exception();
  }
}

Error unusable(std::string_view what, std::string_view why);
inline Error missing(std::string_view what) { return unusable(what, "is NULL"); }

template <class T>
Result<void> present(const T* pointer, std::string_view what) {
  if (pointer == nullptr) return missing(what);
  return {};
}

// Bytes from outside: `limit` is checked before any of them is read.
Result<ByteView> bytes_in(const void* data, std::size_t size, std::size_t limit, std::string_view what);
// A string of at most `limit` bytes before its NUL.
Result<std::string_view> text_in(const char* text, std::size_t limit, std::string_view what);

// A copy that the caller frees. `out` was emptied when the call began.
void bytes_out(ByteView bytes, medchain_buffer& out);
// The same, and the source is zeroed: for what was secret.
void secret_out(Bytes& bytes, medchain_buffer& out);
Result<void> empty(medchain_buffer* out, std::string_view what);

template <class T>
Result<void> empty(T** out, std::string_view what) {
  if (out == nullptr) return missing(what);
  *out = nullptr;
  return {};
}

// C's 32 bytes and ours.
template <class To, class From>
To convert(const From& from) {
  static_assert(sizeof from.bytes == 32);
  To to{};
  std::memcpy(&to.bytes, &from.bytes, 32);
  return to;
}

// --- structs that grow

inline constexpr std::size_t kMaxStructSize = 4096;  // no later release has one as large

Error wrong_struct_size(std::string_view what, std::size_t given, std::size_t least);

// The caller's struct_size, read without trusting that there is more. There has been one release of every struct so
// far, so the least is what this build knows; a field that is added later must leave the least as it is here.
template <class T>
Result<std::size_t> size_of_struct(const T* given, std::string_view what) {
  if (given == nullptr) return missing(what);
  std::size_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (size < sizeof(T) || size > kMaxStructSize) return wrong_struct_size(what, size, sizeof(T));
  return size;
}

// Options of a caller whose header may be newer: what this build does not know must be unset.
template <class T>
Result<T> options_in(const T* given, std::string_view what) {
  auto size = size_of_struct(given, what);
  if (!size) return size.error();
  const auto* raw = reinterpret_cast<const unsigned char*>(given);
  if (std::any_of(raw + sizeof(T), raw + *size, [](unsigned char byte) { return byte != 0; })) {
    return Error(ErrorCode::kUnsupportedVersion, std::string(what) + " set an option that this library does not know");
  }
  return *given;
}

// Zeroes an answer before the call's work, whatever its size; `out` may be NULL where the answer is not wanted.
template <class T>
Result<void> clear_answer(T* out, std::string_view what) {
  auto size = size_of_struct(out, what);
  if (!size) return size.error();
  std::memset(reinterpret_cast<unsigned char*>(out) + sizeof *size, 0, *size - sizeof *size);
  return {};
}
template <class T>
void answer_out(T answer, T& out) {
  answer.struct_size = out.struct_size;
  out = answer;
}

}  // namespace medchain::c
