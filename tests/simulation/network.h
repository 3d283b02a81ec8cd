// The network between hosts: messages are lost, late, doubled and overtaken; connections end and are made again. After
// heal() it only delays.
#pragma once

#include <vector>

#include "host.h"

namespace medchain::simulation {

class Adversary;

struct NetworkCounts {
  std::size_t sent = 0, lost = 0, doubled = 0;
};

class Network {
 public:
  Network(Events& events, std::uint64_t seed, std::size_t hosts);
  // Borrowed, in the order of their numbers; the adversary speaks and hears for those it controls.
  void connect(std::vector<Host*> hosts, Adversary* adversary);

  void send(std::size_t from, const Outputs::Message& message);
  // As it is, from a host that the adversary controls.
  void send_to(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes);
  void came_up(std::size_t host);
  void went_down(std::size_t host);

  // --- faults; each is undone by the same call with 0, or false
  void set_loss(std::size_t percent) { loss_percent_ = percent; }
  void set_delay(std::uint64_t most_ms) { most_delay_ms_ = most_ms; }
  void set_duplicates(std::size_t percent) { duplicate_percent_ = percent; }
  void set_lost_commits(std::size_t percent) { commit_loss_percent_ = percent; }
  void set_partition(std::uint64_t sides);  // a bit for each host; 0: none
  void set_mute(std::size_t host, bool mute) { mute_[host] = mute; }
  void set_deaf(std::size_t host, bool deaf) { deaf_[host] = deaf; }
  void set_disconnected(std::size_t host, bool disconnected);
  void heal();

  const NetworkCounts& counts() const { return counts_; }
  std::uint64_t fingerprint() const { return fingerprint_; }  // of all that was delivered, and when

 private:
  void transmit(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes);
  void deliver(std::size_t from, std::size_t to, std::shared_ptr<const Bytes> bytes);
  void link(std::size_t a, std::size_t b);
  void unlink(std::size_t a, std::size_t b);
  bool reaches(std::size_t from, std::size_t to) const;

  Events& events_;
  test::Rng rng_;
  std::vector<Host*> hosts_;
  Adversary* adversary_ = nullptr;
  std::vector<std::vector<bool>> linked_;
  std::vector<bool> mute_, deaf_, disconnected_;
  std::uint64_t sides_ = 0, most_delay_ms_ = 0;
  std::size_t loss_percent_ = 0, duplicate_percent_ = 0, commit_loss_percent_ = 0;
  NetworkCounts counts_;
  std::uint64_t fingerprint_ = 0;
};

}  // namespace medchain::simulation
