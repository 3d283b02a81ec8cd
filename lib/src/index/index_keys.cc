#include "index_keys.h"

#include <algorithm>

namespace medchain::index_keys {
namespace {

template <class T>
void append_descending(Bytes& to, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) to.push_back(static_cast<std::uint8_t>(~(value >> (8 * i))));
}

template <class T>
T read_descending(ByteView from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | static_cast<std::uint8_t>(~from[i]));
  return value;
}

constexpr std::size_t kPlaceBytes = sizeof(std::uint64_t) + sizeof(std::uint32_t);
constexpr std::size_t kPositionBytes = sizeof(std::uint64_t) + RecordId::kSize;

Bytes key(Kind kind, ByteView of = {}) {
  Bytes bytes;
  bytes.reserve(1 + of.size() + kPositionBytes);  // with what is appended
  bytes.push_back(static_cast<std::uint8_t>(kind));
  append(bytes, of);
  return bytes;
}

}  // namespace

Bytes height() { return key(Kind::kHeight); }
Bytes block(const Hash& hash) { return key(Kind::kBlock, hash.view()); }
Bytes transactions_of(const Address& address) { return key(Kind::kParticipant, address.view()); }
Bytes transactions_of(const RecordId& record) { return key(Kind::kRecord, record.view()); }
Bytes records_of_subject(const Address& subject) { return key(Kind::kSubject, subject.view()); }
Bytes records_of_author(const Address& author) { return key(Kind::kAuthor, author.view()); }
Bytes records() { return key(Kind::kTime); }

Bytes records_of_kind(RecordKind kind) {
  const auto number = static_cast<std::uint8_t>(kind);
  return key(Kind::kKind, {&number, 1});
}

void append_place(Bytes& key, const TransactionPlace& place) {
  append_descending(key, place.height.value);
  append_descending(key, place.index);
}

void append_position(Bytes& key, const RecordPosition& position) {
  append_descending(key, position.time_ms);
  append(key, position.id.view());
}

std::optional<TransactionPlace> read_place(ByteView key, std::size_t prefix) {
  if (key.size() != prefix + kPlaceBytes) return std::nullopt;
  return TransactionPlace{Height{read_descending<std::uint64_t>(key.subspan(prefix))},
                          read_descending<std::uint32_t>(key.subspan(prefix + sizeof(std::uint64_t)))};
}

std::optional<RecordPosition> read_position(ByteView key, std::size_t prefix) {
  if (key.size() != prefix + kPositionBytes) return std::nullopt;
  RecordPosition position{read_descending<std::uint64_t>(key.subspan(prefix)), {}};
  std::copy(key.end() - RecordId::kSize, key.end(), position.id.bytes.begin());
  return position;
}

}  // namespace medchain::index_keys
