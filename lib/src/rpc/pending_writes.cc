#include "pending_writes.h"

#include <algorithm>

namespace medchain::rpc {
namespace {

bool less(ByteView a, ByteView b) { return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end()); }

// By std::vector's own comparison, which is memcmp.
bool before(const Batch::Operation* a, const Batch::Operation* b) { return a->key < b->key; }

auto first_from(const std::vector<const Batch::Operation*>& operations, ByteView key) {
  return std::lower_bound(
      operations.begin(), operations.end(), key,
      [](const Batch::Operation* operation, ByteView wanted) { return less(operation->key, wanted); });
}

}  // namespace

std::shared_ptr<const PendingWrites::Pending> PendingWrites::sorted(Write write) {
  auto pending = std::make_shared<Pending>();
  for (const auto& operation : write->batch.operations) {
    pending->tables[static_cast<std::size_t>(operation.table)].push_back(&operation);
    pending->bytes += operation.key.size() + (operation.value ? operation.value->size() : 0);
  }
  for (Operations& operations : pending->tables) {
    if (!std::is_sorted(operations.begin(), operations.end(), before)) {
      std::stable_sort(operations.begin(), operations.end(), before);
    }
    // Of several operations on one key the last stays.
    auto end = std::unique(operations.rbegin(), operations.rend(),
                           [](const auto* a, const auto* b) { return a->key == b->key; });
    operations.erase(operations.begin(), end.base());
  }
  pending->write = std::move(write);
  return pending;
}

void PendingWrites::add(Write write) {
  auto pending = sorted(std::move(write));
  std::lock_guard lock(mutex_);
  bytes_ += pending->bytes;
  pending_.push_back(std::move(pending));
}

void PendingWrites::applied(std::size_t count) {
  std::vector<std::shared_ptr<const Pending>> done;  // freed after the lock is
  std::lock_guard lock(mutex_);
  MEDCHAIN_ASSERT(count <= pending_.size(), "more writes applied than were pending");
  for (; count > 0; --count) {
    bytes_ -= pending_.front()->bytes;
    done.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
}

std::optional<std::optional<Bytes>> PendingWrites::find(Table table, ByteView key) const {
  std::lock_guard lock(mutex_);
  for (auto pending = pending_.rbegin(); pending != pending_.rend(); ++pending) {
    const Operations& operations = (*pending)->tables[static_cast<std::size_t>(table)];
    auto found = first_from(operations, key);
    if (found != operations.end() && equal((*found)->key, key)) return (*found)->value;
  }
  return std::nullopt;
}

PendingWrites::Cursor PendingWrites::from(Table table, ByteView key) const {
  Cursor cursor;
  {
    std::lock_guard lock(mutex_);
    for (const auto& pending : pending_) {
      const Operations& operations = pending->tables[static_cast<std::size_t>(table)];
      auto first = first_from(operations, key);
      if (first != operations.end()) cursor.sources_.push_back({pending, first, operations.end()});
    }
  }
  cursor.settle();
  return cursor;
}

// Among equal keys that of the newest batch.
void PendingWrites::Cursor::settle() {
  at_ = nullptr;
  for (const Source& source : sources_) {
    if (source.at != source.end && (at_ == nullptr || (*source.at)->key <= at_->key)) at_ = *source.at;
  }
}

void PendingWrites::Cursor::next() {
  const Bytes& passed = at_->key;
  for (Source& source : sources_) {
    if (source.at != source.end && (*source.at)->key == passed) ++source.at;
  }
  settle();
}

std::size_t PendingWrites::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace medchain::rpc
