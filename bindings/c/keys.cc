// Keys, addresses and the text of short byte strings.
#include <optional>

#include "handles.h"
#include "medchain/key_file.h"

namespace medchain::c {
namespace {

constexpr std::size_t kMaxPassphraseBytes = 1024;
constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;
constexpr std::size_t kMaxHexBytes = 64 * 1024;

Result<std::optional<std::string_view>> passphrase_in(const char* passphrase) {
  if (passphrase == nullptr) return std::optional<std::string_view>();
  auto text = text_in(passphrase, kMaxPassphraseBytes, "passphrase");
  if (!text) return text.error();
  return std::optional(*text);
}

Result<void> keys_out(Result<KeyPair> pair, medchain_keys** out) {
  if (!pair) return pair.error();
  *out = new medchain_keys{std::move(*pair)};
  return {};
}

Result<void> public_out(const Result<PublicKeys>& keys, medchain_public_keys** out) {
  if (!keys) return keys.error();
  *out = new medchain_public_keys{*keys};
  return {};
}

Result<void> text_out(std::string_view from, char* text, std::size_t capacity) {
  if (capacity < from.size() + 1) {
    return unusable("capacity", "is " + std::to_string(capacity) + ", expected " + std::to_string(from.size() + 1));
  }
  std::memcpy(text, from.data(), from.size());
  text[from.size()] = '\0';
  return {};
}

}  // namespace
}  // namespace medchain::c

using namespace medchain;
using c::call;
using c::present;
using c::text_in;

medchain_status medchain_address_parse(const char* text, medchain_address* address) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(address, "address"));
    *address = {};
    auto given = text_in(text, 1024, "text");
    if (!given) return given.error();
    auto parsed = Address::parse(*given);
    if (!parsed) return parsed.error();
    *address = c::convert<medchain_address>(*parsed);
    return {};
  });
}

medchain_status medchain_address_text(const medchain_address* address, char* text, size_t capacity) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(text, "text"));
    if (capacity > 0) *text = '\0';
    MEDCHAIN_TRY(present(address, "address"));
    return c::text_out(c::convert<Address>(*address).text(), text, capacity);
  });
}

medchain_status medchain_hex_text(const void* bytes, size_t size, char* text, size_t capacity) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(text, "text"));
    if (capacity > 0) *text = '\0';
    auto given = c::bytes_in(bytes, size, c::kMaxHexBytes, "bytes");
    if (!given) return given.error();
    return c::text_out(to_hex(*given), text, capacity);
  });
}

medchain_status medchain_hex_parse(const char* text, void* bytes, size_t size) {
  return call([&]() -> Result<void> {
    auto out = c::bytes_in(bytes, size, c::kMaxHexBytes, "bytes");
    if (!out) return out.error();
    if (size > 0) std::memset(bytes, 0, size);
    auto given = text_in(text, 2 * c::kMaxHexBytes, "text");
    if (!given) return given.error();
    auto parsed = from_hex(*given);
    if (!parsed) return parsed.error();
    if (parsed->size() != size) return wrong_size("text", size, parsed->size());
    if (size > 0) std::memcpy(bytes, parsed->data(), size);
    return {};
  });
}

medchain_status medchain_keys_generate(medchain_algorithm algorithm, medchain_keys** keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(keys, "keys"));
    if (algorithm != MEDCHAIN_ED25519 && algorithm != MEDCHAIN_P256) return c::unusable("algorithm", "is none");
    return c::keys_out(KeyPair::generate(static_cast<KeyAlgorithm>(algorithm)), keys);
  });
}

medchain_status medchain_keys_read(const char* path, const char* passphrase, medchain_keys** keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(keys, "keys"));
    auto where = text_in(path, c::kMaxPathBytes, "path");
    if (!where) return where.error();
    auto phrase = c::passphrase_in(passphrase);
    if (!phrase) return phrase.error();
    return c::keys_out(read_key_file(*where, *phrase), keys);
  });
}

medchain_status medchain_keys_write(const medchain_keys* keys, const char* path, const char* passphrase) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(keys, "keys"));
    auto where = text_in(path, c::kMaxPathBytes, "path");
    if (!where) return where.error();
    auto phrase = c::passphrase_in(passphrase);
    if (!phrase) return phrase.error();
    return write_key_file(*where, keys->pair, *phrase);
  });
}

medchain_status medchain_keys_decode(const void* text, size_t size, const char* passphrase, medchain_keys** keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(keys, "keys"));
    auto given = c::bytes_in(text, size, c::kMaxKeyFileBytes, "text");
    if (!given) return given.error();
    auto phrase = c::passphrase_in(passphrase);
    if (!phrase) return phrase.error();
    return c::keys_out(decode_key_file(*given, *phrase), keys);
  });
}

medchain_status medchain_keys_encode(const medchain_keys* keys, const char* passphrase, medchain_buffer* text) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(text, "text"));
    MEDCHAIN_TRY(present(keys, "keys"));
    auto phrase = c::passphrase_in(passphrase);
    if (!phrase) return phrase.error();
    c::bytes_out(encode_key_file(keys->pair, *phrase).expose(), *text);
    return {};
  });
}

medchain_status medchain_keys_address(const medchain_keys* keys, medchain_address* address) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(address, "address"));
    *address = {};
    MEDCHAIN_TRY(present(keys, "keys"));
    *address = c::convert<medchain_address>(keys->pair.address());
    return {};
  });
}

medchain_status medchain_keys_public(const medchain_keys* keys, medchain_public_keys** public_keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(public_keys, "public_keys"));
    MEDCHAIN_TRY(present(keys, "keys"));
    return c::public_out(keys->pair.public_keys(), public_keys);
  });
}

void medchain_keys_free(medchain_keys* keys) { delete keys; }

medchain_status medchain_public_keys_read(const char* path, medchain_public_keys** keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(keys, "keys"));
    auto where = text_in(path, c::kMaxPathBytes, "path");
    if (!where) return where.error();
    return c::public_out(read_public_key_file(*where), keys);
  });
}

medchain_status medchain_public_keys_write(const medchain_public_keys* keys, const char* path) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(keys, "keys"));
    auto where = text_in(path, c::kMaxPathBytes, "path");
    if (!where) return where.error();
    return write_public_key_file(*where, keys->keys);
  });
}

medchain_status medchain_public_keys_decode(const void* text, size_t size, medchain_public_keys** keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(keys, "keys"));
    auto given = c::bytes_in(text, size, c::kMaxKeyFileBytes, "text");
    if (!given) return given.error();
    return c::public_out(decode_public_key_file(medchain::text(*given)), keys);
  });
}

medchain_status medchain_public_keys_encode(const medchain_public_keys* keys, medchain_buffer* text) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(text, "text"));
    MEDCHAIN_TRY(present(keys, "keys"));
    c::bytes_out(view(encode_public_key_file(keys->keys)), *text);
    return {};
  });
}

medchain_status medchain_public_keys_address(const medchain_public_keys* keys, medchain_address* address) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(address, "address"));
    *address = {};
    MEDCHAIN_TRY(present(keys, "keys"));
    *address = c::convert<medchain_address>(keys->keys.address());
    return {};
  });
}

void medchain_public_keys_free(medchain_public_keys* keys) { delete keys; }
