#include "hpke_kdf.h"

#include "provider.h"

namespace medchain::hpke {
namespace {

constexpr std::string_view kVersionLabel = "HPKE-v1";

// In secret memory, because what is extracted from is secret.
SecretBytes concatenate(std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (ByteView part : parts) size += part.size();
  SecretBytes whole(size);
  std::size_t at = 0;
  for (ByteView part : parts) {
    if (!part.empty()) std::memcpy(whole.expose_mutable().data() + at, part.data(), part.size());
    at += part.size();
  }
  return whole;
}

}  // namespace

void append_u16(Bytes& to, std::uint16_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

SecretBytes labeled_extract(ByteView suite_id, ByteView salt, std::string_view label, ByteView ikm) {
  SecretBytes labeled = concatenate({view(kVersionLabel), suite_id, view(label), ikm});
  return crypto::provider().hkdf_extract(salt, labeled.expose());
}

SecretBytes labeled_expand(ByteView suite_id, ByteView prk, std::string_view label, ByteView info, std::size_t size) {
  Bytes labeled;
  append_u16(labeled, static_cast<std::uint16_t>(size));
  for (ByteView part : {view(kVersionLabel), suite_id, view(label), info}) append(labeled, part);
  return std::move(crypto::provider().hkdf_expand(prk, labeled, size).value());
}

}  // namespace medchain::hpke
