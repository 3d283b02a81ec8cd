// The gateway's connections to nodes: one node at a time, the next one when it fails.
#pragma once

#include <map>

#include "ledger.h"

namespace medchain::gateway {

class Links {
 public:
  Links(Connect connect, std::size_t nodes) : connect_(std::move(connect)), nodes_(nodes) {}

  // To the present node, as this participant; connects when there is no connection.
  Result<Ledger*> to(const Identity& as);
  // Ends all connections; the next node is the present one from now on.
  void give_up();
  // For how long to wait before asking again, since so many failures came after one another.
  std::uint64_t pause_ms() const;
  void worked() { failures_ = 0; }
  // Grows with every change of node: what was submitted before is in doubt.
  std::uint64_t generation() const { return generation_; }
  std::size_t node() const { return node_; }

 private:
  Connect connect_;
  std::size_t nodes_;
  std::size_t node_ = 0;
  std::uint64_t generation_ = 0;
  std::size_t failures_ = 0;  // after one another
  std::map<Address, std::unique_ptr<Ledger>> links_;
};

}  // namespace medchain::gateway
