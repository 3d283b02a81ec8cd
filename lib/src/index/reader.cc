#include <algorithm>

#include "index_keys.h"

namespace medchain {
namespace {

Error corrupt(ByteView key) {
  return {ErrorCode::kCorrupt, "stored table index, key " + to_hex(key) + ": not as it was written"};
}

Result<std::optional<Height>> read_height(const Storage& storage, const Bytes& key) {
  auto bytes = storage.get(Table::kIndex, key);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<Height>();
  auto height = bcs::decode<Height>(**bytes);
  if (!height) return corrupt(key);
  return std::optional(*height);
}

bool starts_with(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

// Visits what lies below `prefix` from `from` on, which itself is left out if it is there.
Result<void> scan(const Storage& storage, const Bytes& prefix, const Bytes& from, bool behind,
                  const std::function<Result<bool>(ByteView key, ByteView value)>& visit) {
  std::optional<Error> failed;
  MEDCHAIN_TRY(storage.scan(Table::kIndex, from, [&](ByteView key, ByteView value) {
    if (!starts_with(key, prefix)) return false;
    if (behind && equal(key, from)) return true;
    auto go_on = visit(key, value);
    if (!go_on) failed = go_on.error();
    return go_on && *go_on;
  }));
  if (failed) return *failed;
  return {};
}

Result<void> scan_places(const Storage& storage, const Bytes& prefix, std::optional<TransactionPlace> behind,
                         const IndexReader::VisitTransaction& visit) {
  Bytes from = prefix;
  if (behind) index_keys::append_place(from, *behind);
  return scan(storage, prefix, from, behind.has_value(), [&](ByteView key, ByteView) -> Result<bool> {
    auto place = index_keys::read_place(key, prefix.size());
    if (!place) return corrupt(key);
    return visit(*place);
  });
}

// Of the listings that hold all that match, the one that likely holds the least besides.
Bytes listing_for(const RecordFilter& filter) {
  if (filter.subject) return index_keys::records_of_subject(*filter.subject);
  if (filter.author) return index_keys::records_of_author(*filter.author);
  if (filter.kind) return index_keys::records_of_kind(*filter.kind);
  return index_keys::records();
}

bool matches(const RecordFilter& filter, const IndexedRecord& record) {
  return (!filter.subject || *filter.subject == record.subject) &&
         (!filter.author || *filter.author == record.author) && (!filter.kind || *filter.kind == record.kind) &&
         record.time_ms < filter.until_ms;
}

}  // namespace

Result<Height> IndexReader::height() const {
  auto height = read_height(*storage_, index_keys::height());
  if (!height) return height.error();
  return height->value_or(Height{0});
}

Result<std::optional<Height>> IndexReader::block(const Hash& hash) const {
  return read_height(*storage_, index_keys::block(hash));
}

Result<void> IndexReader::transactions(const Address& address, std::optional<TransactionPlace> behind,
                                       const VisitTransaction& visit) const {
  return scan_places(*storage_, index_keys::transactions_of(address), behind, visit);
}

Result<void> IndexReader::transactions(const RecordId& record, std::optional<TransactionPlace> behind,
                                       const VisitTransaction& visit) const {
  return scan_places(*storage_, index_keys::transactions_of(record), behind, visit);
}

Result<std::optional<RecordPosition>> IndexReader::records(const RecordFilter& filter,
                                                           std::optional<RecordPosition> behind, std::size_t most,
                                                           const VisitRecord& visit) const {
  std::optional<RecordPosition> stopped;
  if (filter.until_ms <= filter.from_ms) return stopped;
  const Bytes prefix = listing_for(filter);
  const bool inside = behind && behind->time_ms < filter.until_ms;
  Bytes from = prefix;
  // With an id of zeros: before everything of that time.
  index_keys::append_position(from, inside ? *behind : RecordPosition{filter.until_ms - 1, {}});
  std::optional<RecordPosition> last;
  std::size_t looked_at = 0;
  MEDCHAIN_TRY(scan(*storage_, prefix, from, inside, [&](ByteView key, ByteView value) -> Result<bool> {
    auto position = index_keys::read_position(key, prefix.size());
    auto found = bcs::decode<index_keys::RecordValue>(value);
    if (!position || !found) return corrupt(key);
    if (position->time_ms < filter.from_ms) return false;
    if (looked_at++ == most) {
      stopped = last;
      return false;
    }
    last = *position;
    const IndexedRecord record{position->id, found->subject,    found->author,
                               found->kind,  position->time_ms, found->height};
    if (!matches(filter, record) || visit(record)) return true;
    stopped = last;
    return false;
  }));
  return stopped;
}

}  // namespace medchain
