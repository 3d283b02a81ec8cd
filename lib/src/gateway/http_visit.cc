#include "http_visit.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "content.h"
#include "moment.h"
#include "sealer.h"

namespace medchain::gateway {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr kj::Duration kPatience = 20 * kj::SECONDS;  // for each piece, of a request as of an answer
constexpr std::uint64_t kMaxWaitMs = 60'000;
constexpr kj::Duration kLookAgain = 25 * kj::MILLISECONDS;
constexpr std::size_t kMaxHeaderBytes = 16 * 1024;
constexpr std::size_t kMaxIdempotencyKeyBytes = 255;
constexpr std::size_t kMaxMediaTypeBytes = 255;
constexpr std::string_view kRecords = "/records/";

std::string to_std(kj::StringPtr text) { return {text.begin(), text.size()}; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return text;
}

std::string_view state_name(EntryState state) {
  switch (state) {
    case EntryState::kQueued: return "queued";
    case EntryState::kMade: return "submitted";
    case EntryState::kFinal: return "final";
    case EntryState::kRefused: return "refused";
  }
  return "queued";
}

OrderedJson item_json(const EntryId& id, const Entry& entry) {
  OrderedJson json;
  json["id"] = id.hex();
  json["record"] = entry.record.hex();
  json["status"] = state_name(entry.state);
  if (entry.transaction) json["transaction"] = entry.transaction->hex();
  if (entry.ended()) {
    json["height"] = entry.height.value;
    json["receipt"] = to_string(entry.status.value_or(TxStatus::kSuccess));
  }
  return json;
}

Answer json_answer(const OrderedJson& json, int status) {
  return {.status = status, .body = json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n"};
}

kj::Promise<void> write_pieces(kj::Timer& timer, kj::AsyncOutputStream& stream, const std::string& body,
                               std::size_t from) {
  if (from >= body.size()) return kj::READY_NOW;
  const std::size_t size = std::min(kPieceBytes, body.size() - from);
  return timer.timeoutAfter(kPatience, stream.write(body.data() + from, size))
      .then([&timer, &stream, &body, next = from + size] { return write_pieces(timer, stream, body, next); });
}

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

Answer problem_answer(const Problem& problem) {
  Answer answer{.status = problem.status, .content_type = "application/problem+json", .body = problem_json(problem)};
  if (problem.status == 401) answer.extra_header = "www-authenticate", answer.extra_value = "Bearer";
  if (problem.status == 429 || problem.status == 503) answer.extra_header = "retry-after", answer.extra_value = "1";
  return answer;
}

kj::Promise<void> write_answer(const kj::HttpHeaderTable& table, kj::Timer& timer, Answer answer,
                               kj::HttpService::Response& response) {
  kj::HttpHeaders headers(table);
  headers.set(kj::HttpHeaderId::CONTENT_TYPE, kj::heapString(answer.content_type.data(), answer.content_type.size()));
  headers.add("cache-control", "no-store");
  headers.add("x-content-type-options", "nosniff");
  if (!answer.extra_header.empty()) {
    headers.add(kj::heapString(answer.extra_header.c_str()), kj::heapString(answer.extra_value.c_str()));
  }
  const std::string_view phrase = status_text(answer.status);
  auto stream = response.send(static_cast<kj::uint>(answer.status), kj::heapString(phrase.data(), phrase.size()),
                              headers, std::uint64_t{answer.body.size()});
  auto body = kj::heap<std::string>(std::move(answer.body));
  auto written = write_pieces(timer, *stream, *body, 0);
  return written.attach(kj::mv(stream), kj::mv(body));
}

// What lives from a request's headers to the end of its answer.
struct HttpVisit::Exchange {
  kj::HttpMethod method{};
  std::string path;
  std::string query;
  std::string media_type;
  std::optional<std::string> authorization{};
  std::optional<std::string> idempotency_key{};
  std::optional<std::string> observed_at{};
  std::size_t header_bytes = 0;
  const GatewayDevice* device = nullptr;
  std::uint64_t wait_ms = 0;
  std::uint64_t deadline_ms = 0;  // monotonic
  Bytes body{};
  std::size_t reserved = 0;
  bool too_busy = false;
  int status = 0;
  std::size_t ended = 0;  // of the readings, as far as was looked
};

namespace {

std::optional<std::string> bearer_token(const std::optional<std::string>& authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (!authorization || lower(authorization->substr(0, kScheme.size())) != kScheme) return std::nullopt;
  return authorization->substr(kScheme.size());
}

// Of "wait_ms=N"; nothing for any other query.
std::optional<std::uint64_t> wait_of(std::string_view query) {
  constexpr std::string_view kName = "wait_ms=";
  if (query.empty()) return 0;
  if (!query.starts_with(kName)) return std::nullopt;
  query.remove_prefix(kName.size());
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(query.data(), query.data() + query.size(), value);
  if (error != std::errc() || end != query.data() + query.size() || value > kMaxWaitMs) return std::nullopt;
  return value;
}

}  // namespace

kj::Promise<void> HttpVisit::request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders& headers,
                                     kj::AsyncInputStream& body, Response& response) {
  auto exchange = kj::heap<Exchange>();
  exchange->method = method;
  const std::string target = to_std(url);
  const auto question = target.find('?');
  exchange->path = target.substr(0, question);
  if (question != std::string::npos) exchange->query = target.substr(question + 1);
  exchange->header_bytes = target.size();
  headers.forEach([&](kj::StringPtr name, kj::StringPtr value) {
    exchange->header_bytes += name.size() + value.size();
    const std::string known = lower(to_std(name));
    if (known == "authorization") exchange->authorization = to_std(value);
    if (known == "idempotency-key") exchange->idempotency_key = to_std(value);
    if (known == "observed-at") exchange->observed_at = to_std(value);
    if (known == "content-type") {
      const std::string type = to_std(value);
      exchange->media_type = lower(type.substr(0, type.find(';')));
      while (exchange->media_type.ends_with(' ')) exchange->media_type.pop_back();
    }
  });
  Exchange& borrowed = *exchange;
  return kj::evalNow([&] { return answer(borrowed, body); })
      .then([this, &borrowed, &response](Answer made) {
        borrowed.status = made.status;
        return write_answer(table_, site_.timer, std::move(made), response);
      })
      .attach(kj::defer([this, &borrowed] {
        site_.release(borrowed.reserved);
        wipe(borrowed.body);
        if (borrowed.status != 0) site_.metrics.answered(borrowed.status);
      }))
      .attach(kj::mv(exchange));  // by itself: of attachments made together, the last is destroyed first
}

std::optional<Problem> HttpVisit::authenticate(Exchange& exchange) {
  Credentials shown = shown_;
  shown.token = bearer_token(exchange.authorization);
  exchange.device = site_.devices.by_request(shown);
  if (exchange.device == nullptr) {
    return problem("unauthenticated", "no device has this token, or this certificate");
  }
  if (!site_.devices.take(*exchange.device, monotonic_now_ms())) {
    return problem("rate_limited", "this device asks too often");
  }
  return std::nullopt;
}

kj::Promise<Answer> HttpVisit::answer(Exchange& exchange, kj::AsyncInputStream& body) {
  auto refuse = [&](Problem refused) {
    site_.metrics.rejected(refused.code);
    return problem_answer(refused);
  };
  if (exchange.header_bytes > kMaxHeaderBytes) {
    return refuse(problem("header_too_large", "the headers have more than 16 KiB"));
  }
  const std::string& path = exchange.path;
  const bool posts = path == "/observations" || path == "/media";
  const bool record = path.starts_with(kRecords);
  if (!posts && !record && path != "/health" && path != "/ready" && path != "/metrics") {
    return refuse(problem("not_found", "there is nothing at this path"));
  }
  if (exchange.method != (posts ? kj::HttpMethod::POST : kj::HttpMethod::GET)) {
    Answer told = refuse(problem("method_not_allowed", posts ? "use POST" : "use GET"));
    told.extra_header = "allow";
    told.extra_value = posts ? "POST" : "GET";
    return told;
  }
  if (path == "/health") return json_answer({{"status", "ok"}}, 200);
  if (path == "/ready") return get_ready();
  if (path == "/metrics") return get_metrics();
  if (auto refused = authenticate(exchange)) return refuse(*refused);
  if (record) return get_record(exchange);
  return post(exchange, body);
}

// Ready to take readings: they are taken whether or not a node answers.
Answer HttpVisit::get_ready() const {
  const QueueCounts counts = site_.queue.counts();
  const bool room = counts.readings < site_.limits.max_queued_readings && counts.bytes < site_.limits.max_queued_bytes;
  OrderedJson json;
  json["status"] = room ? "ready" : "full";
  json["queued"] = counts.readings;
  json["ledger"] = site_.ledger_reachable() ? "reachable" : "unreachable";
  return json_answer(json, room ? 200 : 503);
}

Answer HttpVisit::get_metrics() const {
  const auto oldest = site_.queue.oldest_ms();
  const std::uint64_t now = unix_now_ms();
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = site_.metrics.text(site_.queue.counts(), oldest ? now - std::min(now, *oldest) : 0,
                                     site_.ledger_reachable())};
}

Answer HttpVisit::get_record(const Exchange& exchange) const {
  auto id = EntryId::from_hex(std::string_view(exchange.path).substr(kRecords.size()), "gateway id");
  if (!id) return problem_answer(problem("not_found", "that is no gateway id: 32 hexadecimal digits"));
  auto entry = site_.queue.find(*id);
  if (!entry) {
    site_.log.in(log_module::kQueue).error(entry.error().message());
    return problem_answer(problem_of(entry.error()));
  }
  if (!*entry || (*entry)->device != exchange.device->name) {
    return problem_answer(problem("not_found", "this device has no reading of this id, or it is forgotten"));
  }
  return json_answer(item_json(*id, **entry), 200);
}

kj::Promise<Answer> HttpVisit::post(Exchange& exchange, kj::AsyncInputStream& body) {
  auto refuse = [&](std::string_view code, std::string detail) {
    site_.metrics.rejected(code);
    return problem_answer(problem(code, std::move(detail)));
  };
  const auto wait = wait_of(exchange.query);
  if (!wait) return refuse("invalid_parameter", "wait_ms: a whole number from 0 to 60000, and nothing else is asked");
  exchange.wait_ms = *wait;
  const auto& key = exchange.idempotency_key;
  if (key && (key->empty() || key->size() > kMaxIdempotencyKeyBytes || !printable(*key))) {
    return refuse("invalid_parameter", "idempotency-key: 1 to 255 printable characters");
  }
  if (exchange.path == "/observations" && !content_form(exchange.media_type)) {
    return refuse("unsupported_media_type",
                  "content-type: application/fhir+json, application/fhir+ndjson or application/json");
  }
  if (exchange.media_type.size() > kMaxMediaTypeBytes) return refuse("invalid_parameter", "content-type: too long");
  if (exchange.observed_at && !parse_rfc3339(*exchange.observed_at)) {
    return refuse("invalid_parameter", "observed-at: a time as in 2026-11-23T08:15:30Z, from 1970 on");
  }
  return receive(exchange, body).then([this, &exchange, refuse](bool whole) -> kj::Promise<Answer> {
    if (whole) return take(exchange);
    if (exchange.too_busy) return refuse("unavailable", "too much is being received at once");
    return refuse("too_large", "the content has more than " + std::to_string(site_.limits.max_body_bytes) + " bytes");
  });
}

// False: above a limit, and not read to its end.
kj::Promise<bool> HttpVisit::receive(Exchange& exchange, kj::AsyncInputStream& body) {
  const std::size_t most = site_.limits.max_body_bytes;
  KJ_IF_MAYBE (length, body.tryGetLength()) {
    if (*length > most) return false;
  }
  const std::size_t had = exchange.body.size();
  if (had > most) return false;
  if (!site_.reserve(kPieceBytes)) {
    exchange.too_busy = true;
    return false;
  }
  exchange.reserved += kPieceBytes;
  exchange.body.resize(had + kPieceBytes);
  return site_.timer.timeoutAfter(kPatience, body.tryRead(exchange.body.data() + had, 1, kPieceBytes))
      .then([this, &exchange, &body, had, most](std::size_t size) -> kj::Promise<bool> {
        exchange.body.resize(had + size);
        site_.release(kPieceBytes - size);
        exchange.reserved -= kPieceBytes - size;
        if (size == 0) return exchange.body.size() <= most;
        return receive(exchange, body);
      });
}

Result<std::vector<Reading>> HttpVisit::readings(const Exchange& exchange) const {
  const std::uint64_t now = unix_now_ms();
  const std::size_t most = std::min(site_.limits.max_body_bytes, kMaxReadingBytes);
  const Address& subject = exchange.device->subject;
  std::vector<Reading> readings;
  if (exchange.path == "/media") {
    if (exchange.body.empty()) return Error(ErrorCode::kMalformed, "the body is empty");
    const auto observed = exchange.observed_at ? parse_rfc3339(*exchange.observed_at) : std::nullopt;
    readings.push_back({subject, RecordKind::kImaging, observed.value_or(now), exchange.body});
  } else {
    auto read =
        read_observations(exchange.body, *content_form(exchange.media_type), subject, now, site_.limits.max_body_bytes);
    if (!read) return read.error();
    readings = std::move(*read);
  }
  for (const Reading& reading : readings) {
    if (reading.content.size() > most) {
      return Error(ErrorCode::kTooLarge, "one record holds at most " + std::to_string(most) + " bytes");
    }
  }
  return readings;
}

Answer HttpVisit::refusal(const Error& error) {
  const Problem told = problem_of(error);
  if (told.status == 500) site_.log.in(log_module::kQueue).error(error.message());
  site_.metrics.rejected(told.code);
  return problem_answer(told);
}

kj::Promise<Answer> HttpVisit::take(Exchange& exchange) {
  auto read = readings(exchange);
  if (!read) return refusal(read.error());
  wipe(exchange.body);
  exchange.body = {};
  return site_.intake.take(*exchange.device, std::move(*read), exchange.idempotency_key)
      .then([this, &exchange](Intake::Taken ids) -> kj::Promise<Answer> {
        if (!ids) return refusal(ids.error());
        exchange.deadline_ms = monotonic_now_ms() + exchange.wait_ms;
        return wait_for(exchange, std::move(*ids));
      });
}

// Looks at the first that has not ended, again and again.
kj::Promise<Answer> HttpVisit::wait_for(Exchange& exchange, std::vector<EntryId> ids) {
  while (exchange.ended < ids.size() && monotonic_now_ms() < exchange.deadline_ms) {
    auto entry = site_.queue.find(ids[exchange.ended]);
    if (entry && *entry && !(*entry)->ended()) {
      return site_.timer.afterDelay(kLookAgain).then([this, &exchange, ids = std::move(ids)]() mutable {
        return wait_for(exchange, std::move(ids));
      });
    }
    ++exchange.ended;
  }
  OrderedJson items = OrderedJson::array();
  for (const EntryId& id : ids) {
    auto entry = site_.queue.find(id);
    if (!entry || !*entry) {
      site_.log.in(log_module::kQueue).error("an entry that was taken cannot be read");
      return problem_answer(problem("internal", "what was taken cannot be read"));
    }
    items.push_back(item_json(id, **entry));
  }
  return json_answer({{"items", std::move(items)}}, 202);
}

}  // namespace medchain::gateway
