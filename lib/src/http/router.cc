#include "router.h"

#include "handlers.h"

namespace medchain::http {
namespace {

// What is fixed stands before what is captured.
constexpr Route kRoutes[] = {
    {"GET", "/v1/status", "getStatus", Admission::kOpen, get_status},
    {"GET", "/v1/health", "getHealth", Admission::kOpen, get_health},
    {"GET", "/v1/ready", "getReadiness", Admission::kOpen, get_readiness},
    {"GET", "/v1/openapi.json", "getOpenApi", Admission::kOpen, get_openapi},
    {"GET", "/v1/parameters", "getParameters", Admission::kOpen, get_parameters},
    {"GET", "/v1/committee", "getCommittee", Admission::kOpen, get_committee},
    {"GET", "/v1/rounds/{round}", "getRound", Admission::kOpen, get_round},
    {"GET", "/v1/candidates", "listCandidates", Admission::kOpen, list_candidates},
    {"GET", "/v1/blocks", "listBlocks", Admission::kOpen, list_blocks},
    {"GET", "/v1/blocks/latest", "getLatestBlock", Admission::kOpen, get_latest_block},
    {"GET", "/v1/blocks/{block}", "getBlock", Admission::kOpen, get_block},
    {"GET", "/v1/blocks/{block}/transactions", "listBlockTransactions", Admission::kCaller, list_block_transactions},
    {"POST", "/v1/transactions", "submitTransactions", Admission::kOpen, submit_transactions},
    {"POST", "/v1/transactions/encode", "encodeTransaction", Admission::kOpen, encode_transaction},
    {"POST", "/v1/transactions/dry-run", "dryRunTransaction", Admission::kCaller, dry_run_transaction},
    {"GET", "/v1/transactions/{id}", "getTransaction", Admission::kCaller, get_transaction},
    {"GET", "/v1/transactions/{id}/receipt", "getReceipt", Admission::kCaller, get_receipt},
    {"GET", "/v1/participants/{address}", "getParticipant", Admission::kCaller, get_participant},
    {"GET", "/v1/accounts/{address}", "getAccount", Admission::kCaller, get_account},
    {"GET", "/v1/accounts/{address}/transactions", "listAccountTransactions", Admission::kCaller,
     list_account_transactions},
    {"GET", "/v1/records", "listRecords", Admission::kCaller, list_records},
    {"GET", "/v1/records/{id}", "getRecord", Admission::kCaller, get_record},
    {"GET", "/v1/records/{id}/payload", "getPayload", Admission::kCaller, get_payload},
    {"GET", "/v1/records/{id}/transactions", "listRecordTransactions", Admission::kCaller, list_record_transactions},
    {"GET", "/v1/proofs/accounts/{address}", "proveAccount", Admission::kCaller, prove_account},
    {"GET", "/v1/proofs/participants/{address}", "proveParticipant", Admission::kCaller, prove_participant},
    {"GET", "/v1/proofs/candidates/{address}", "proveCandidate", Admission::kCaller, prove_candidate},
    {"GET", "/v1/proofs/readers/{address}", "proveStandingReaders", Admission::kCaller, prove_standing_readers},
    {"GET", "/v1/proofs/records/{id}", "proveRecord", Admission::kCaller, prove_record},
    {"GET", "/v1/proofs/records/{id}/access/{address}", "proveAccess", Admission::kCaller, prove_access},
    {"GET", "/v1/events", "streamEvents", Admission::kOpen, nullptr},
    {"GET", "/metrics", "getMetrics", Admission::kOpen, get_metrics},
};

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// What the path says where the pattern has braces; nothing when they differ.
std::optional<std::vector<Argument>> match(std::string_view pattern, std::string_view path) {
  std::vector<Argument> captured;
  while (!pattern.empty() && !path.empty()) {
    if (path.front() != '/') return std::nullopt;
    const std::string_view wanted = next_segment(pattern), given = next_segment(path);
    if (!wanted.starts_with('{')) {
      if (wanted != given) return std::nullopt;
      continue;
    }
    auto value = percent_decoded(given, false);
    if (!value || value->empty()) return std::nullopt;
    captured.push_back({std::string(wanted.substr(1, wanted.size() - 2)), std::move(*value)});
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return captured;
}

void add_method(std::string& allow, std::string_view method) {
  allow += (allow.empty() ? "" : ", ") + std::string(method) + (method == "GET" ? ", HEAD" : "");
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

Found find_route(std::string_view method, std::string_view path) {
  if (method == "HEAD") method = "GET";
  Found found;
  for (const Route& route : kRoutes) {
    auto captured = match(route.path, path);
    if (!captured) continue;
    if (route.method == method) return {&route, std::move(*captured), {}};
    if (found.allow.find(route.method) == std::string::npos) add_method(found.allow, route.method);
  }
  return found;
}

}  // namespace medchain::http
