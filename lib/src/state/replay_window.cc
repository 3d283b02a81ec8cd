#include "replay_window.h"

#include <algorithm>

namespace medchain::state {
namespace {

constexpr std::size_t kFewestChains = 1024;

}  // namespace

ReplayWindow::Start ReplayWindow::start_of(const TxId& id) {
  Start start;
  std::copy_n(id.bytes.begin(), Start::kSize, start.bytes.begin());
  return start;
}

std::optional<std::size_t> ReplayWindow::place_of(const Start& id) const {
  if (newest_.empty()) return std::nullopt;
  // Each link leads to an older id. One that does not is left from 2^32 ids ago.
  std::size_t before = ids_.size();
  std::size_t place = place_of(newest_[chain_of(id)]);
  while (place < before) {
    if (ids_[place].id == id) return place;
    before = place;
    place = place_of(ids_[place].older);
  }
  return std::nullopt;
}

void ReplayWindow::fetch_chain(const TxId& id) const {
  if (!newest_.empty()) __builtin_prefetch(&newest_[chain_of(start_of(id))]);
}

void ReplayWindow::fetch_newest(const TxId& id) const {
  if (newest_.empty()) return;
  const std::size_t place = place_of(newest_[chain_of(start_of(id))]);
  if (place < ids_.size()) __builtin_prefetch(&ids_[place]);
}

std::optional<Height> ReplayWindow::find(const TxId& id) const {
  auto place = place_of(start_of(id));
  if (!place) return std::nullopt;
  auto after = std::partition_point(blocks_.begin(), blocks_.end(),
                                    [&](const Block& block) { return place_of(block.first) <= *place; });
  return std::prev(after)->height;
}

bool ReplayWindow::add(Height height, const TxId& id) {
  MEDCHAIN_ASSERT(blocks_.empty() || blocks_.back().height <= height, "ids of descending heights");
  const Start start = start_of(id);
  if (place_of(start)) return false;
  if (blocks_.empty() || blocks_.back().height != height) {
    blocks_.push_back({height, first_ + static_cast<Number>(ids_.size())});
  }
  ids_.push_back({start, 0});
  if (ids_.size() > newest_.size()) {
    grow();
  } else {
    link(ids_.size() - 1);
  }
  return true;
}

void ReplayWindow::link(std::size_t place) {
  Number& head = newest_[chain_of(ids_[place].id)];
  ids_[place].older = head;
  head = first_ + static_cast<Number>(place);
}

void ReplayWindow::grow() {
  // A number that has expired: no chain has a next one.
  newest_.assign(newest_.empty() ? kFewestChains : newest_.size() * 2, first_ - 1);
  for (std::size_t place = 0; place < ids_.size(); ++place) link(place);
}

void ReplayWindow::advance(Height height) {
  while (!blocks_.empty() && !covers(blocks_.front().height, height)) {
    blocks_.pop_front();
    const std::size_t expired = blocks_.empty() ? ids_.size() : place_of(blocks_.front().first);
    ids_.erase(ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(expired));
    first_ += static_cast<Number>(expired);
  }
}

}  // namespace medchain::state
