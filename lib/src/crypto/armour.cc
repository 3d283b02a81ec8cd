#include "armour.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "medchain/hash.h"
#include "sodium_init.h"

namespace medchain::crypto {
namespace {

constexpr std::size_t kLineSize = 64;
constexpr std::size_t kChecksumSize = 8;
constexpr std::size_t kMaxTextSize = 64 * 1024;

std::string first_line(std::string_view label) { return "-----BEGIN " + std::string(label) + "-----\n"; }
std::string last_line(std::string_view label) { return "-----END " + std::string(label) + "-----\n"; }

std::string_view as_text(ByteView bytes) { return medchain::text(bytes); }

// libsodium's base64 works in constant time, and everything stays in secret memory.
SecretBytes to_secret_base64(ByteView bytes) {
  ensure_sodium();
  SecretBytes with_nul(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL));
  sodium_bin2base64(reinterpret_cast<char*>(with_nul.expose_mutable().data()), with_nul.size(), bytes.data(),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  return SecretBytes::copy_of(with_nul.expose().first(with_nul.size() - 1));
}

Error damaged(std::string_view label, std::string_view what) {
  return {ErrorCode::kMalformed, "the file of a " + std::string(label) + " is damaged: " + std::string(what)};
}

// The base64 between the first and the last line decoded, line feeds skipped wherever they are; remove_armour() has the
// strict check.
Result<SecretBytes> decode_lines(std::string_view label, std::string_view base64) {
  ensure_sodium();
  SecretBytes bytes(base64.size());
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.expose_mutable().data(), bytes.size(), base64.data(), base64.size(), "\n", &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != base64.data() + base64.size()) {
    return damaged(label, "it holds characters that are not base64");
  }
  if (size < kChecksumSize) return damaged(label, "it is too short");
  return SecretBytes::copy_of(bytes.expose().first(size));
}

}  // namespace

bool has_armour(std::string_view label, ByteView text) { return as_text(text).starts_with(first_line(label)); }

SecretBytes armour(std::string_view label, ByteView body) {
  SecretBytes whole(body.size() + kChecksumSize);
  Hash hash = sha256(body);
  std::copy(body.begin(), body.end(), whole.expose_mutable().begin());
  std::copy_n(hash.bytes.begin(), kChecksumSize, whole.expose_mutable().end() - kChecksumSize);
  SecretBytes base64 = to_secret_base64(whole.expose());

  std::string first = first_line(label);
  std::string last = last_line(label);
  std::size_t lines = (base64.size() + kLineSize - 1) / kLineSize;
  SecretBytes text(first.size() + base64.size() + lines + last.size());
  auto out = std::copy(first.begin(), first.end(), text.expose_mutable().begin());
  for (ByteView rest = base64.expose(); !rest.empty(); rest = rest.subspan(std::min(kLineSize, rest.size()))) {
    ByteView line = rest.first(std::min(kLineSize, rest.size()));
    out = std::copy(line.begin(), line.end(), out);
    *out++ = '\n';
  }
  std::copy(last.begin(), last.end(), out);
  return text;
}

Result<SecretBytes> remove_armour(std::string_view label, ByteView text) {
  std::string first = first_line(label);
  std::string last = last_line(label);
  if (!has_armour(label, text)) {
    return Error(ErrorCode::kMalformed, "not the file of a " + std::string(label) + ": it does not begin with \"" +
                                            first.substr(0, first.size() - 1) + "\"");
  }
  if (text.size() > kMaxTextSize) return damaged(label, "it is longer than 64 KiB");
  std::string_view rest = as_text(text).substr(first.size());
  if (!rest.ends_with(last)) return damaged(label, "its last line is not the END line");
  auto whole = decode_lines(label, rest.substr(0, rest.size() - last.size()));
  if (!whole) return whole.error();
  SecretBytes body = SecretBytes::copy_of(whole->expose().first(whole->size() - kChecksumSize));
  if (!equal_secret(armour(label, body.expose()).expose(), text)) {
    return damaged(label, "its checksum or its line ends do not match");
  }
  return body;
}

}  // namespace medchain::crypto
