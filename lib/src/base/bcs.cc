#include "medchain/bcs.h"

namespace medchain::bcs {

void Decoder::fail(ErrorCode code, std::string_view what) {
  if (error_) return;
  error_.emplace(code, std::string(what) + " at byte " + std::to_string(position_));
}

void Decoder::fail_size(std::size_t size, std::size_t most) {
  fail(ErrorCode::kTooLarge, "a list of " + std::to_string(size) + " elements, above " + std::to_string(most));
}

void Decoder::fail_cut_off(std::size_t expected) {
  fail(ErrorCode::kMalformed,
       "cut off: expected " + std::to_string(expected) + " more bytes, found " + std::to_string(remaining()));
}

std::uint32_t Decoder::long_uleb128() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    auto byte = integer<std::uint8_t>();
    if (error_) return 0;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (value > 0xffffffff) break;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift > 0) break;  // a longer spelling of the same number
      return static_cast<std::uint32_t>(value);
    }
  }
  fail(ErrorCode::kMalformed, "a ULEB128 number that is not minimal or does not fit 32 bits");
  return 0;
}

std::uint32_t Decoder::length() {
  std::uint32_t size = uleb128();
  if (error_) return 0;
  if (size > kMaxLength || size > remaining()) {
    fail(ErrorCode::kMalformed,
         "a length of " + std::to_string(size) + " with " + std::to_string(remaining()) + " bytes left");
    return 0;
  }
  return size;
}

bool is_utf8(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    std::uint8_t lead = byte(i);
    std::size_t more = lead < 0x80                   ? 0
                       : lead >= 0xc2 && lead < 0xe0 ? 1
                       : lead >= 0xe0 && lead < 0xf0 ? 2
                       : lead >= 0xf0 && lead < 0xf5 ? 3
                                                     : 4;
    if (more == 4 || i + more >= text.size()) return false;
    for (std::size_t j = 1; j <= more; ++j) {
      if ((byte(i + j) & 0xc0) != 0x80) return false;
    }
    // Overlong forms, surrogates and values above U+10FFFF (RFC 3629 section 4).
    if (more > 0) {
      std::uint8_t second = byte(i + 1);
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
          (lead == 0xf4 && second > 0x8f)) {
        return false;
      }
    }
    i += more + 1;
  }
  return true;
}

}  // namespace medchain::bcs
