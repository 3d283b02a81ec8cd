#include "network.h"

#include <algorithm>

#include "adversary.h"

namespace medchain::simulation {

namespace {

// Without decoding all of it: a consensus message that is a vote begins with version, body and kind, then member (two
// bytes), round, height and view (eight each), and the type.
bool is_commit(const Bytes& bytes) {
  constexpr std::size_t kType = 3 + 2 + 3 * 8;
  return bytes.size() > kType && bytes[0] == 1 && bytes[1] == 0 && bytes[2] == 1 &&
         bytes[kType] == static_cast<std::uint8_t>(VoteType::kCommit);
}

}  // namespace

Network::Network(Events& events, std::uint64_t seed, std::size_t hosts)
    : events_(events),
      rng_(seed),
      linked_(hosts, std::vector<bool>(hosts)),
      mute_(hosts),
      deaf_(hosts),
      disconnected_(hosts) {}

void Network::connect(std::vector<Host*> hosts, Adversary* adversary) {
  hosts_ = std::move(hosts);
  adversary_ = adversary;
}

void Network::send(std::size_t from, const Outputs::Message& message) {
  for (std::size_t to = 0; to < hosts_.size(); ++to) {
    const Address& address = hosts_[to]->identity().self;
    if (address == hosts_[from]->identity().self || (message.to && *message.to != address)) continue;
    if (!adversary_->controls(from)) {
      transmit(from, to, message.bytes);
      continue;
    }
    for (auto& bytes : adversary_->speaks(from, to, message.bytes)) transmit(from, to, std::move(bytes));
  }
}

void Network::send_to(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes) {
  transmit(from, to, std::move(bytes));
}

bool Network::reaches(std::size_t from, std::size_t to) const {
  const bool same_side = ((sides_ >> from) & 1) == ((sides_ >> to) & 1);
  return linked_[from][to] && same_side && !mute_[from] && !deaf_[to];
}

void Network::transmit(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes) {
  ++counts_.sent;
  const std::size_t percent = is_commit(*bytes) ? std::max(loss_percent_, commit_loss_percent_) : loss_percent_;
  if (!reaches(from, to) || rng_.chance(percent)) {
    ++counts_.lost;
    return;
  }
  if (rng_.chance(duplicate_percent_)) {
    ++counts_.doubled;
    events_.after(1 + rng_.below(5 * most_delay_ms_ + 50), [this, from, to, bytes] { deliver(from, to, bytes); });
  }
  const std::uint64_t delay_ms = 1 + rng_.below(4) + (most_delay_ms_ > 0 ? rng_.below(most_delay_ms_) : 0);
  events_.after(delay_ms, [this, from, to, bytes = std::move(bytes)] { deliver(from, to, bytes); });
}

void Network::deliver(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes) {
  if (!linked_[from][to] || !hosts_[to]->up()) return;
  fingerprint_ = (fingerprint_ ^ (events_.now_ms() << 16 ^ from << 8 ^ to)) * 0x9e3779b97f4a7c15;
  fingerprint_ = (fingerprint_ ^ bytes->size() ^ (bytes->empty() ? 0 : bytes->back())) * 0x9e3779b97f4a7c15;
  if (adversary_->controls(to)) bytes = adversary_->hears(from, to, std::move(bytes));
  if (bytes) hosts_[to]->receive(hosts_[from]->identity().self, std::move(bytes));
}

void Network::link(std::size_t a, std::size_t b) {
  const bool possible = hosts_[a]->up() && hosts_[b]->up() && !disconnected_[a] && !disconnected_[b];
  const bool same = hosts_[a]->identity().self == hosts_[b]->identity().self;
  if (!possible || same || linked_[a][b]) return;
  linked_[a][b] = linked_[b][a] = true;
  hosts_[a]->peer_connected(hosts_[b]->identity().self);
  hosts_[b]->peer_connected(hosts_[a]->identity().self);
}

void Network::unlink(std::size_t a, std::size_t b) {
  if (!linked_[a][b]) return;
  linked_[a][b] = linked_[b][a] = false;
  hosts_[a]->peer_disconnected(hosts_[b]->identity().self);
  hosts_[b]->peer_disconnected(hosts_[a]->identity().self);
}

void Network::came_up(std::size_t host) {
  for (std::size_t other = 0; other < hosts_.size(); ++other) {
    if (other == host) continue;
    const std::uint64_t dialled_ms = rng_.below(40);
    events_.after(dialled_ms, [this, host, other] { link(host, other); });
  }
}

void Network::went_down(std::size_t host) {
  for (std::size_t other = 0; other < hosts_.size(); ++other) {
    if (other != host) unlink(host, other);
  }
}

void Network::set_partition(std::uint64_t sides) { sides_ = sides; }

void Network::set_disconnected(std::size_t host, bool disconnected) {
  disconnected_[host] = disconnected;
  if (disconnected) {
    went_down(host);
  } else if (hosts_[host]->up()) {
    came_up(host);
  }
}

void Network::heal() {
  sides_ = most_delay_ms_ = loss_percent_ = duplicate_percent_ = commit_loss_percent_ = 0;
  mute_.assign(mute_.size(), false);
  deaf_.assign(deaf_.size(), false);
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    if (disconnected_[host]) set_disconnected(host, false);
  }
}

}  // namespace medchain::simulation
