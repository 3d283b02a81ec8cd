#include "visit.h"

#include <algorithm>
#include <chrono>

#include "content_digest.h"
#include "events.h"

namespace medchain::http {
namespace {

constexpr std::size_t kGuestBodyBytes = 256 * 1024;
// Of path, query and headers. kj-http reads four times as much, and then ends the connection without a word.
constexpr std::size_t kHeadBytes = 32 * 1024;
constexpr std::size_t kPiece = 64 * 1024;
constexpr kj::Duration kPatience = 20 * kj::SECONDS;  // between two pieces of a body

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return text;
}

std::string to_std(kj::StringPtr text) { return {text.begin(), text.size()}; }

Request read_request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders& headers, bool tls) {
  Request request;
  request.method = kj::str(method).cStr();
  const std::string target = to_std(url);
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question);  // with its "?"
  request.scheme = tls ? "https" : "http";
  headers.forEach([&](kj::StringPtr name, kj::StringPtr value) {
    request.headers.push_back({lower(to_std(name)), to_std(value)});
  });
  auto host = header(request, "host");
  if (host && *host) request.authority = **host;
  return request;
}

std::string content_type_of(const Request& request) {
  auto given = header(request, "content-type");
  if (!given || !*given) return {};
  std::string type = lower((*given)->substr(0, (*given)->find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

// Whether any media type that there is here is among those that the caller takes.
bool accepts_something(const Request& request) {
  auto accept = header(request, "accept");
  if (!accept || !*accept) return true;
  for (std::string_view type :
       {"*/*", "application/*", "application/json", "application/octet-stream", "application/problem+json",
        "text/event-stream", "text/plain", "text/*", "application/openmetrics-text"}) {
    if (lower(**accept).find(type) != std::string::npos) return true;
  }
  return false;
}

std::size_t head_bytes(const Request& request) {
  std::size_t bytes = request.path.size() + request.query.size();
  for (const Header& given : request.headers) bytes += given.name.size() + given.value.size();
  return bytes;
}

ByteView bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

// What lives from a request's headers to the end of its answer.
struct Visit::Exchange {
  Request request;
  bool has_body = false;
  std::chrono::steady_clock::time_point began{};
  Found found{};
  std::vector<Argument> arguments{};
  std::optional<rpc::Identity> caller{};
  std::string body{};
  std::size_t counted = 0;  // of the budget for bodies
  std::optional<Call> call{};
  int status = 0;
  std::size_t bytes = 0;  // of the answer's body, before compression

  std::string_view route() const { return found.route == nullptr ? "none" : found.route->name; }
};

kj::Promise<void> Visit::request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders& headers,
                                 kj::AsyncInputStream& body, Response& response) {
  auto exchange = kj::heap<Exchange>();
  exchange->request = read_request(method, url, headers, site_.config.tls);
  KJ_IF_MAYBE (length, body.tryGetLength()) {
    exchange->has_body = *length > 0;
  } else {
    exchange->has_body = true;
  }
  exchange->began = std::chrono::steady_clock::now();  // finer than the loop's time, which stands still for a turn
  busy_ = true;
  Exchange& borrowed = *exchange;
  return kj::evalNow([&] { return answer(borrowed, body, response); })
      .catch_([this, &borrowed, &response](kj::Exception&& exception) {
        return fail(borrowed, kj::mv(exception), response);
      })
      .attach(kj::defer([this, &borrowed] { done(borrowed); }))
      .attach(kj::mv(exchange));  // by itself: of several attachments the last would go first
}

// A fault of ours, unless the line broke or its other side stopped reading. What kj-http refuses by itself never comes
// here: see Server::Loop::handleApplicationError().
kj::Promise<void> Visit::fail(Exchange& exchange, kj::Exception&& exception, Response& response) {
  const bool ours = exception.getType() != kj::Exception::Type::DISCONNECTED &&
                    exception.getType() != kj::Exception::Type::OVERLOADED;
  if (!ours || exchange.status != 0) return kj::mv(exception);
  site_.context.log.error(std::string(exchange.route()) + ": " + to_std(exception.getDescription()));
  return reply(exchange, problem_reply(problem("internal", "The fault is the node's; its log says more at this time.")),
               response);
}

void Visit::done(const Exchange& exchange) {
  busy_ = false;
  idle_since_ = site_.context.timer.now();
  site_.bodies.give_back(exchange.counted);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - exchange.began).count();
  site_.metrics.answered(exchange.route(), exchange.status, seconds);
  const bool stream = exchange.found.route != nullptr && exchange.found.route->handle == nullptr;
  const auto told = [&] {
    return std::string(exchange.route()) + " answered " + std::to_string(exchange.status) + " after " +
           std::to_string(static_cast<long>(seconds * 1000)) + " ms";
  };
  site_.context.log.debug([&] { return stream ? told() : told() + ", " + std::to_string(exchange.bytes) + " bytes"; });
  if (!stream && seconds * 1000 >= static_cast<double>(site_.config.slow_request_ms)) {
    site_.context.log.warn("slow request: " + told());
  }
}

kj::Promise<void> Visit::reply(Exchange& exchange, Reply reply, Response& response) {
  exchange.status = reply.status;
  exchange.bytes = reply.body.size();
  return write_reply(site_, table_, exchange.request, std::move(reply), response);
}

kj::Promise<void> Visit::answer(Exchange& exchange, kj::AsyncInputStream& body, Response& response) {
  const Request& request = exchange.request;
  if (!site_.rate.take(client_, site_.context.timer.now())) {
    return reply(exchange, problem_reply(problem("rate_limited", "this address asks more often than it may")),
                 response);
  }
  if (head_bytes(request) > kHeadBytes) {
    return reply(exchange,
                 problem_reply(problem("header_too_large", "path, query and headers have more than 32 KiB together")),
                 response);
  }
  if (!request.path.starts_with('/')) {
    return reply(exchange, problem_reply(invalid_parameter("path", "a path that begins with /", request.path)),
                 response);
  }
  exchange.found = find_route(request.method, request.path);
  if (exchange.found.route != nullptr) return answer_route(exchange, body, response);
  if (exchange.found.allow.empty()) {
    return reply(exchange, problem_reply(problem("no_such_resource", "GET /v1/openapi.json lists what there is")),
                 response);
  }
  const std::string allow = exchange.found.allow + ", OPTIONS";
  if (request.method == "OPTIONS") return reply(exchange, preflight_reply(allow), response);
  Reply refused = problem_reply(problem("method_not_allowed", "this resource knows " + allow));
  refused.headers.push_back({"allow", allow});
  return reply(exchange, std::move(refused), response);
}

Result<std::optional<rpc::Identity>> Visit::authenticate(const Exchange& exchange) const {
  const Request& request = exchange.request;
  const bool claims = std::any_of(request.headers.begin(), request.headers.end(), [](const Header& given) {
    return given.name == "signature" || given.name == "signature-input";
  });
  if (!claims) return std::optional<rpc::Identity>();
  const Engine& engine = site_.context.node.engine();
  auto read = read_signature(request);
  if (!read) return read.error();
  auto address = check_signature(*read, request, {unix_s(), exchange.has_body, site_.self});
  if (!address) return address.error();
  // A stranger learns from no difference whether an address is registered.
  const Error unknown(ErrorCode::kAuthentication,
                      "the signature is not by the current key of a registered participant");
  auto participant = engine.state().participant(*address);
  if (!participant || participant->suspended) return unknown;
  if (auto verified = verify_signature(*read, participant->keys.signing); !verified) return unknown;
  return std::optional(rpc::Identity{*address, participant->keys.signing});
}

kj::Promise<void> Visit::answer_route(Exchange& exchange, kj::AsyncInputStream& body, Response& response) {
  const Route& route = *exchange.found.route;
  auto caller = authenticate(exchange);
  if (!caller) {
    return reply(exchange, problem_reply(problem(signature_problem(caller.error()), caller.error().message())),
                 response);
  }
  exchange.caller = std::move(*caller);
  if (route.access == Admission::kCaller && !exchange.caller) {
    return reply(exchange,
                 problem_reply(problem("unauthenticated", "sign the request, as docs/http-signatures.md shows")),
                 response);
  }
  exchange.arguments = std::move(exchange.found.captured);
  if (auto wrong = parse_query(
          std::string_view(exchange.request.query).substr(std::min<std::size_t>(1, exchange.request.query.size())),
          exchange.arguments)) {
    return reply(exchange, problem_reply(*wrong), response);
  }
  if (!accepts_something(exchange.request)) {
    return reply(exchange,
                 problem_reply(problem("not_acceptable", "JSON, canonical bytes, events or text: see the document")),
                 response);
  }
  if (!exchange.has_body) return handle(exchange, response);
  return read_body(exchange, body).then([this, &exchange, &response](Result<std::string> read) -> kj::Promise<void> {
    if (!read) {
      const bool large = read.error().code() == ErrorCode::kTooLarge;
      return reply(
          exchange,
          problem_reply(large ? problem("payload_too_large", read.error().message()) : problem_of(read.error())),
          response);
    }
    exchange.body = std::move(*read);
    exchange.counted = exchange.body.size();
    if (exchange.caller) {
      auto digest = header(exchange.request, "content-digest");
      auto same = digest && *digest ? check_content_digest(**digest, bytes_of(exchange.body))
                                    : Result<void>(Error(ErrorCode::kAuthentication, "content-digest is missing"));
      if (!same) return reply(exchange, problem_reply(problem("invalid_signature", same.error().message())), response);
    }
    return handle(exchange, response);
  });
}

namespace {

// Reads on until the end, within bounds.
class BodyReader {
 public:
  BodyReader(Site& site, kj::AsyncInputStream& stream, std::size_t most)
      : site_(site), stream_(stream), most_(most), piece_(kj::heapArray<char>(kPiece)) {}
  ~BodyReader() { site_.bodies.give_back(counted_); }

  kj::Promise<Result<std::string>> read() {
    return site_.context.timer.timeoutAfter(kPatience, stream_.tryRead(piece_.begin(), 1, piece_.size()))
        .then([this](std::size_t size) -> kj::Promise<Result<std::string>> {
          if (size == 0) return Result<std::string>(std::move(body_));
          if (body_.size() + size > most_) {
            return Result<std::string>(
                Error(ErrorCode::kTooLarge, "a body may have " + std::to_string(most_) + " bytes here" +
                                                (most_ == kGuestBodyBytes ? "; sign the request for more" : "")));
          }
          if (!site_.bodies.take(size)) {
            return Result<std::string>(Error(ErrorCode::kUnavailable, "the node is reading too much at once"));
          }
          counted_ += size;
          body_.append(piece_.begin(), size);
          return read();
        });
  }
  // The caller counts from here on.
  void release() { counted_ = 0; }

 private:
  Site& site_;
  kj::AsyncInputStream& stream_;
  std::size_t most_;
  kj::Array<char> piece_;
  std::size_t counted_ = 0;
  std::string body_;
};

}  // namespace

kj::Promise<Result<std::string>> Visit::read_body(const Exchange& exchange, kj::AsyncInputStream& body) {
  const std::size_t most = exchange.caller ? site_.config.max_body_bytes : kGuestBodyBytes;
  auto reader = kj::heap<BodyReader>(site_, body, most);
  auto& borrowed = *reader;
  return borrowed.read()
      .then(
          [&borrowed](Result<std::string> read) {
            if (read) borrowed.release();
            return read;
          },
          [](kj::Exception&& exception) -> Result<std::string> {
            if (exception.getType() == kj::Exception::Type::OVERLOADED) {
              return Error(ErrorCode::kTimeout, "the body did not come in time");
            }
            return Error(ErrorCode::kMalformed, "the body does not follow HTTP's framing");
          })
      .attach(kj::mv(reader));
}

kj::Promise<void> Visit::handle(Exchange& exchange, Response& response) {
  rpc::Answers answers(site_.context.node, exchange.caller);
  exchange.call.emplace(Call{exchange.request, exchange.arguments, exchange.body, content_type_of(exchange.request),
                             std::move(answers), site_.context.timer, site_.metrics});
  const Route& route = *exchange.found.route;
  if (route.handle == nullptr) {
    return stream_events(
               site_, table_, *exchange.call, response,
               [this, &exchange, &response](Reply refused) { return reply(exchange, std::move(refused), response); })
        .attach(kj::defer([&exchange] {
          if (exchange.status == 0) exchange.status = 200;
        }));
  }
  return route.handle(*exchange.call).then([this, &exchange, &response](Reply answered) {
    return reply(exchange, std::move(answered), response);
  });
}

}  // namespace medchain::http
