#include "store_keys.h"

namespace medchain::store_keys {

namespace {

constexpr std::string_view kHandover = "handover/";

template <class T>
void append_big_endian(Bytes& to, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

Bytes format() { return to_bytes(view("format")); }
Bytes chain() { return to_bytes(view("chain")); }
Bytes last_block() { return to_bytes(view("last_block")); }
Bytes state_point() { return to_bytes(view("state_point")); }
Bytes vote_log() { return to_bytes(view("vote-log")); }
Bytes votes() { return to_bytes(view("votes")); }

Bytes handover(Height height) {
  Bytes key = to_bytes(view(kHandover));
  append_big_endian(key, height.value);
  return key;
}

std::optional<Height> read_handover(ByteView key) {
  if (key.size() != kHandover.size() + sizeof(std::uint64_t)) return std::nullopt;
  if (!text(key).starts_with(kHandover)) return std::nullopt;
  Height height;
  for (std::uint8_t byte : key.subspan(kHandover.size())) height.value = height.value << 8 | byte;
  return height;
}

Bytes height(Height height) {
  Bytes key;
  append_big_endian(key, height.value);
  return key;
}

Bytes payload_part(const Hash& root, std::uint16_t part) {
  Bytes key = to_bytes(root.view());
  append_big_endian(key, part);
  return key;
}

Bytes state(const StateKey& key) {
  Bytes bytes{static_cast<std::uint8_t>(key.contract)};
  append(bytes, key.bytes);
  return bytes;
}

std::optional<StateKey> read_state(ByteView key) {
  if (key.empty() || key[0] >= kContracts) return std::nullopt;
  auto bytes = KeyBytes::from(key.subspan(1));
  if (!bytes) return std::nullopt;
  return StateKey{static_cast<Contract>(key[0]), *bytes};
}

}  // namespace medchain::store_keys
