// The commands of scenario scripts (README.md lists them) and the transcript that they give.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "harness.h"

namespace medchain::scenarios {

// "deliver quiet from=0,1 type=prepare": words, and key=value options.
struct Command {
  std::string name;
  std::vector<std::string> words;
  std::map<std::string, std::string> options;

  static Command parse(const std::string& line);
  bool has(const std::string& word) const;
  std::optional<std::string> option(const std::string& key) const;
  std::uint64_t number(const std::string& key, std::uint64_t otherwise) const;
};

// Which packets a command means; what is not named is not restricted.
struct Filter {
  std::set<std::size_t> from, to;
  std::set<std::string> types;
  std::optional<std::uint64_t> view;
  std::optional<std::string> block;
};

class Script {
 public:
  // Runs one line and gives what it printed. A mistake in the script is printed, too: "error: ...".
  std::string run(const std::string& line);
  bool clean() const { return !world_ || world_->checker.violations().empty(); }

 private:
  void execute(const Command& command);
  void network(const Command& command);
  void deliver(const Command& command);
  void drop(const Command& command);
  void duplicate(const Command& command);
  void advance(const Command& command);
  void make(const Command& command);
  void send(const Command& command);
  void nodes(const Command& command);  // start, crash, work, idle, hold, release: for each node named
  void validate(const Command& command);
  void status();
  void queue();

  void print(const std::string& line);
  void settle();
  bool tick_due(std::uint64_t until_ms);
  void deliver_matching(const Filter& filter);
  Filter filter(const Command& command) const;
  bool matches(const Filter& filter, const Packet& packet) const;
  std::set<std::size_t> numbers(const std::string& list) const;
  consensus::Message forge(const Command& command);
  consensus::ViewChange forge_view_change(const Command& command, std::size_t member, const Ballot& at,
                                          const std::string& prepared);
  CertifiedPtr forge_certified(const Command& command);
  Certificate forge_certificate(const Command& command, Ballot at, const std::string& prepared);

  std::unique_ptr<World> world_;
  std::vector<Node> nodes_;
  std::deque<Packet> queue_;
  std::deque<Packet> local_;  // from a node to itself: never lost, delivered at once
  std::vector<Filter> lost_;
  std::uint64_t now_ms_ = 0;
  bool quiet_ = false;
  std::string output_;
};

}  // namespace medchain::scenarios
