#include "metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <optional>

#include "handlers.h"
#include "node_metrics.h"

namespace medchain::http {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kRequestSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                              0.25,  0.5,    1,     2.5,  5,     10,   60};
const prometheus::Histogram::BucketBoundaries kBlockSeconds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30};
const prometheus::Histogram::BucketBoundaries kBlockTransactions{0, 1, 5, 10, 50, 100, 500, 1000, 2000, 5000, 10000};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = BuildCounter()
                                                          .Name("medchain_http_requests_total")
                                                          .Help("Requests answered, by route and status.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = BuildHistogram()
                                                           .Name("medchain_http_request_duration_seconds")
                                                           .Help("From a request's headers to the end of its answer.")
                                                           .Register(registry);
  prometheus::Family<prometheus::Counter>& refused = BuildCounter()
                                                         .Name("medchain_http_connections_refused_total")
                                                         .Help("Connections refused or ended early, by reason.")
                                                         .Register(registry);
  prometheus::Gauge& connections =
      BuildGauge().Name("medchain_http_connections").Help("Connections open.").Register(registry).Add({});
  prometheus::Gauge& streams =
      BuildGauge().Name("medchain_http_event_streams").Help("Streams of events open.").Register(registry).Add({});
  prometheus::Histogram& interval = BuildHistogram()
                                        .Name("medchain_consensus_block_interval_seconds")
                                        .Help("Between the times of a block and of the one before.")
                                        .Register(registry)
                                        .Add({}, kBlockSeconds);
  prometheus::Histogram& block_transactions = BuildHistogram()
                                                  .Name("medchain_consensus_block_transactions")
                                                  .Help("Transactions in a block.")
                                                  .Register(registry)
                                                  .Add({}, kBlockTransactions);
  std::optional<std::uint64_t> last_block_ms;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view route, int status, double seconds) {
  impl_->requests.Add({{"route", std::string(route)}, {"status", std::to_string(status)}}).Increment();
  impl_->seconds.Add({{"route", std::string(route)}}, kRequestSeconds).Observe(seconds);
}

void Metrics::refused_connection(std::string_view why) {
  impl_->refused.Add({{"reason", std::string(why)}}).Increment();
}

void Metrics::connections(std::size_t open) { impl_->connections.Set(static_cast<double>(open)); }
void Metrics::streams(std::size_t open) { impl_->streams.Set(static_cast<double>(open)); }

void Metrics::block(const StoredBlock& block) {
  const BlockHeader& header = block.certified.block.header;
  if (impl_->last_block_ms) {
    impl_->interval.Observe(static_cast<double>(header.time_ms - *impl_->last_block_ms) / 1000);
  }
  impl_->last_block_ms = header.time_ms;
  impl_->block_transactions.Observe(header.transaction_count);
}

std::string Metrics::text(const rpc::NodeView& node) const {
  std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
  append_node_metrics(families, node);
  return prometheus::TextSerializer().Serialize(families);
}

Outcome get_metrics(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  return Reply{.content_type = "text/plain; version=0.0.4; charset=utf-8",
               .body = call.metrics.text(call.answers.node()),
               .secret = true};
}

}  // namespace medchain::http
