#include "pending_writes.h"

#include <algorithm>

namespace medchain::rpc {
namespace {

std::size_t size_of(const Batch& batch) {
  std::size_t size = 0;
  for (const auto& operation : batch.operations) {
    size += operation.key.size() + (operation.value ? operation.value->size() : 0);
  }
  return size;
}

}  // namespace

bool PendingWrites::Less::operator()(ByteView a, ByteView b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

void PendingWrites::add(Write write) {
  std::lock_guard lock(mutex_);
  const std::uint64_t number = first_number_ + pending_.size();
  for (const auto& operation : write->batch.operations) {
    newest_[static_cast<std::size_t>(operation.table)].insert_or_assign(operation.key, Entry{&operation.value, number});
  }
  bytes_ += size_of(write->batch);
  pending_.push_back(std::move(write));
}

void PendingWrites::applied(std::size_t count) {
  std::vector<Write> done;  // freed after the lock is
  std::lock_guard lock(mutex_);
  MEDCHAIN_ASSERT(count <= pending_.size(), "more writes applied than were pending");
  for (; count > 0; --count) {
    for (const auto& operation : pending_.front()->batch.operations) {
      auto& table = newest_[static_cast<std::size_t>(operation.table)];
      auto entry = table.find(ByteView(operation.key));
      if (entry != table.end() && entry->second.number == first_number_) table.erase(entry);
    }
    bytes_ -= size_of(pending_.front()->batch);
    done.push_back(std::move(pending_.front()));
    pending_.pop_front();
    ++first_number_;
  }
}

std::optional<std::optional<Bytes>> PendingWrites::find(Table table, ByteView key) const {
  std::lock_guard lock(mutex_);
  const auto& entries = newest_[static_cast<std::size_t>(table)];
  auto found = entries.find(key);
  if (found == entries.end()) return std::nullopt;
  return *found->second.value;
}

std::map<Bytes, std::optional<Bytes>> PendingWrites::from(Table table, ByteView key) const {
  std::map<Bytes, std::optional<Bytes>> found;
  std::lock_guard lock(mutex_);
  const auto& entries = newest_[static_cast<std::size_t>(table)];
  for (auto entry = entries.lower_bound(key); entry != entries.end(); ++entry) {
    found.emplace_hint(found.end(), entry->first, *entry->second.value);
  }
  return found;
}

std::size_t PendingWrites::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace medchain::rpc
