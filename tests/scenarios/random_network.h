// A network whose every accident follows from a seed: loss, duplication, reordering, partitions, crashes between any
// two effects, and Byzantine members.
#pragma once

#include <map>

#include "adversary.h"

namespace medchain::scenarios {

struct Accidents {
  std::size_t crashes = 0;
  std::size_t losses = 0;
  std::size_t duplicates = 0;
  std::size_t partitions = 0;
  std::size_t byzantine_messages = 0;
  std::size_t views_changed = 0;  // heights decided in a view above 0
  std::size_t heights = 0;
};

class RandomNetwork {
 public:
  RandomNetwork(std::uint64_t seed, std::size_t members, std::size_t byzantine);

  // Trouble for a while, then a network that works, with crashed nodes up again and Byzantine members as bad as before.
  // Empty, or what was violated: safety, bounds, or that every honest node goes on deciding.
  std::string run();
  const Accidents& accidents() const { return accidents_; }
  void trace(std::function<void(const std::string&)> sink) { world_.trace = std::move(sink); }

 private:
  void transmit(Packet packet);
  void deliver(Packet packet);
  bool step(std::uint64_t until_ms);
  void act();  // the adversary, at the first height that nobody has decided
  void make_trouble();
  void heal();
  void restart(std::size_t node);
  std::size_t lowest() const;  // chain length among honest nodes
  std::size_t highest() const;
  std::string bounds_broken() const;

  Rng rng_;
  World world_;
  std::vector<Node> nodes_;
  Adversary adversary_;
  Accidents accidents_;
  std::multimap<std::uint64_t, Packet> packets_;   // by time of arrival
  std::map<std::size_t, std::uint64_t> restarts_;  // node, when
  std::vector<std::size_t> side_;                  // of a partition
  std::uint64_t now_ms_ = 0;
  std::uint64_t next_trouble_ms_ = 0;
  bool healed_ = false;
  std::size_t loss_percent_, duplicate_percent_, crash_percent_, partition_percent_;
  std::uint64_t most_delay_ms_;
};

}  // namespace medchain::scenarios
