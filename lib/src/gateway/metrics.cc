#include "metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace medchain::gateway {
namespace {

using CounterFamily = prometheus::Family<prometheus::Counter>;

CounterFamily& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Counter& accepted =
      counters(registry, "medchain_gateway_readings_accepted_total", "Readings queued durably.").Add({});
  prometheus::Counter& repeated =
      counters(registry, "medchain_gateway_readings_repeated_total", "Readings that had come before.").Add({});
  CounterFamily& rejected =
      counters(registry, "medchain_gateway_requests_rejected_total", "Requests of which nothing was taken, by code.");
  CounterFamily& answered = counters(registry, "medchain_gateway_http_answers_total", "Answers over HTTP, by status.");
  prometheus::Counter& submitted =
      counters(registry, "medchain_gateway_transactions_submitted_total", "Transactions that a node took.").Add({});
  CounterFamily& retried = counters(registry, "medchain_gateway_retries_total",
                                    "Transactions submitted, or records made, again, by reason.");
  prometheus::Counter& final_ =
      counters(registry, "medchain_gateway_readings_final_total", "Readings whose record is on the ledger.").Add({});
  prometheus::Counter& refused =
      counters(registry, "medchain_gateway_readings_refused_total", "Readings that the ledger refused.").Add({});
  prometheus::Counter& node_failures =
      counters(registry, "medchain_gateway_node_failures_total", "Times that a node was given up.").Add({});
  prometheus::Counter& refused_connections =
      counters(registry, "medchain_gateway_connections_refused_total", "Connections refused, all places taken.")
          .Add({});
  prometheus::Gauge& connections = gauge(registry, "medchain_gateway_connections", "Connections open.");
  prometheus::Gauge& queued = gauge(registry, "medchain_gateway_queue_readings", "Readings that are not final yet.");
  prometheus::Gauge& queued_bytes = gauge(registry, "medchain_gateway_queue_bytes", "Bytes of these.");
  prometheus::Gauge& oldest =
      gauge(registry, "medchain_gateway_queue_oldest_seconds", "Since the oldest of these was accepted.");
  prometheus::Gauge& ledger =
      gauge(registry, "medchain_gateway_ledger_reachable", "1 when a node gives young, certified blocks.");
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::accepted(std::size_t readings, std::size_t fresh) {
  impl_->accepted.Increment(static_cast<double>(fresh));
  impl_->repeated.Increment(static_cast<double>(readings - fresh));
}
void Metrics::rejected(std::string_view code) { impl_->rejected.Add({{"code", std::string(code)}}).Increment(); }
void Metrics::answered(int status) { impl_->answered.Add({{"status", std::to_string(status)}}).Increment(); }
void Metrics::submitted(std::size_t transactions) { impl_->submitted.Increment(static_cast<double>(transactions)); }
void Metrics::retried(std::string_view why, std::size_t transactions) {
  if (transactions == 0) return;
  impl_->retried.Add({{"reason", std::string(why)}}).Increment(static_cast<double>(transactions));
}
void Metrics::ended(EntryState state) { (state == EntryState::kFinal ? impl_->final_ : impl_->refused).Increment(); }
void Metrics::node_failed() { impl_->node_failures.Increment(); }
void Metrics::connections(std::size_t open) { impl_->connections.Set(static_cast<double>(open)); }
void Metrics::refused_connection() { impl_->refused_connections.Increment(); }

std::string Metrics::text(const QueueCounts& queue, std::uint64_t oldest_ms, bool ledger) const {
  impl_->queued.Set(static_cast<double>(queue.readings));
  impl_->queued_bytes.Set(static_cast<double>(queue.bytes));
  impl_->oldest.Set(static_cast<double>(oldest_ms) / 1000);
  impl_->ledger.Set(ledger ? 1 : 0);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace medchain::gateway
