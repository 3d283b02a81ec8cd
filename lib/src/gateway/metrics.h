// What /metrics tells, in Prometheus' text format. Thread-safe. Labels are routes, states and codes of errors; never a
// device's name, a patient's or a record's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "queue.h"

namespace medchain::gateway {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void accepted(std::size_t readings, std::size_t fresh);  // the others came before
  void rejected(std::string_view code);                    // a request, or a message, with nothing taken of it
  void answered(int status);
  void submitted(std::size_t transactions);
  void retried(std::string_view why, std::size_t transactions);
  void ended(EntryState state);
  void node_failed();
  void connections(std::size_t open);
  void refused_connection();

  std::string text(const QueueCounts& queue, std::uint64_t oldest_ms, bool ledger) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain::gateway
