// What /metrics tells, in Prometheus' text format: counts of this interface, and the node's state when asked. Labels
// are routes, states and stages, never a participant's or a record's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "medchain/rpc/service.h"

namespace medchain::http {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void answered(std::string_view route, int status, double seconds);
  void refused_connection(std::string_view why);
  void connections(std::size_t open);
  void streams(std::size_t open);
  void block(const StoredBlock& block);  // each that becomes final

  std::string text(const rpc::NodeView& node) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain::http
