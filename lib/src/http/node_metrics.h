// The node's and the process' own figures, read when they are asked for.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "medchain/rpc/service.h"

namespace medchain::http {

void append_node_metrics(std::vector<prometheus::MetricFamily>& families, const rpc::NodeView& node);

}  // namespace medchain::http
