#include "answer_writer.h"

#include <kj/compat/gzip.h>
#include <kj/io.h>

#include <algorithm>

namespace medchain::http {
namespace {

constexpr std::size_t kWorthCompressing = 1'024;
constexpr std::size_t kPiece = 256 * 1024;
constexpr std::size_t kUncounted = 64 * 1024;         // answers that always find room
constexpr kj::Duration kPatience = 30 * kj::SECONDS;  // for each piece

kj::String to_kj(std::string_view text) { return kj::heapString(text.data(), text.size()); }

bool names(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    item = item.substr(0, item.find(';'));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == wanted || item == "*") return true;
  }
  return false;
}

std::string value_of(const Request& request, std::string_view name) {
  auto value = header(request, name);
  return value && *value ? **value : std::string();
}

// Both are weak: a compressed body is another representation of the same.
std::string etag_text(const Reply& reply) { return "W/\"" + reply.etag + "\""; }

bool compress(const Request& request, Reply& reply) {
  if (reply.body.size() < kWorthCompressing || reply.content_type == kBytes) return false;
  if (!names(value_of(request, "accept-encoding"), "gzip")) return false;
  kj::VectorOutputStream compressed;
  {
    kj::GzipOutputStream gzip(compressed);
    gzip.write(reply.body.data(), reply.body.size());
  }
  auto bytes = compressed.getArray();
  reply.body.assign(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  return true;
}

void add_caching(const Reply& reply, kj::HttpHeaders& headers) {
  if (reply.secret) {
    headers.add("cache-control", "no-store");
  } else if (reply.etag.empty()) {
    headers.add("cache-control", reply.for_everybody ? "public, max-age=60" : "no-cache, private");
  } else {
    headers.add("cache-control",
                reply.for_everybody ? "public, max-age=31536000, immutable" : "private, max-age=31536000, immutable");
    headers.add("etag", to_kj(etag_text(reply)));
  }
  headers.add("vary", "accept, accept-encoding, origin, signature-input");
}

kj::Promise<void> write_pieces(kj::Timer& timer, kj::AsyncOutputStream& stream, const std::string& body,
                               std::size_t from) {
  if (from >= body.size()) return kj::READY_NOW;
  const std::size_t size = std::min(kPiece, body.size() - from);
  return timer.timeoutAfter(kPatience, stream.write(body.data() + from, size))
      .then([&timer, &stream, &body, next = from + size] { return write_pieces(timer, stream, body, next); });
}

}  // namespace

void add_common_headers(const HttpConfig& config, const Request& request, kj::HttpHeaders& headers) {
  headers.add("x-content-type-options", "nosniff");
  const std::string origin = value_of(request, "origin");
  if (origin.empty()) return;
  const bool all = std::find(config.cors_origins.begin(), config.cors_origins.end(), "*") != config.cors_origins.end();
  const bool listed =
      std::find(config.cors_origins.begin(), config.cors_origins.end(), origin) != config.cors_origins.end();
  if (!all && !listed) return;
  headers.add("access-control-allow-origin", all ? kj::str("*") : to_kj(origin));
  headers.add("access-control-expose-headers", "etag, location, retry-after, www-authenticate");
}

Reply preflight_reply(std::string_view allow) {
  Reply reply{.status = 204, .content_type = {}};
  reply.headers = {{"allow", std::string(allow)},
                   {"access-control-allow-methods", std::string(allow)},
                   {"access-control-allow-headers",
                    "accept, content-type, content-digest, if-none-match, last-event-id, medchain-node, signature, "
                    "signature-input"},
                   {"access-control-max-age", "600"}};
  return reply;
}

kj::StringPtr status_text(int status) {
  switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Answer";
  }
}

kj::Promise<void> write_reply(Site& site, const kj::HttpHeaderTable& table, const Request& request, Reply reply,
                              kj::HttpService::Response& response) {
  kj::HttpHeaders headers(table);
  add_common_headers(site.config, request, headers);
  add_caching(reply, headers);
  for (const Header& extra : reply.headers) headers.add(to_kj(extra.name), to_kj(extra.value));
  if (!reply.etag.empty() && reply.status == 200 && names(value_of(request, "if-none-match"), etag_text(reply))) {
    response.send(304, status_text(304), headers, std::uint64_t{0});
    return kj::READY_NOW;
  }
  if (!reply.content_type.empty()) headers.set(kj::HttpHeaderId::CONTENT_TYPE, to_kj(reply.content_type));
  if (compress(request, reply)) headers.add("content-encoding", "gzip");
  if (reply.body.empty()) {
    response.send(static_cast<kj::uint>(reply.status), status_text(reply.status), headers, std::uint64_t{0});
    return kj::READY_NOW;
  }
  const std::size_t counted = reply.body.size() > kUncounted ? reply.body.size() : 0;
  if (!site.bodies.take(counted)) {
    const Problem busy = problem("unavailable", "the node is answering too much at once");
    return write_reply(site, table, request, problem_reply(busy), response);
  }
  auto returned = kj::defer([&site, counted] { site.bodies.give_back(counted); });
  auto stream = response.send(static_cast<kj::uint>(reply.status), status_text(reply.status), headers,
                              std::uint64_t{reply.body.size()});
  auto body = kj::heap<std::string>(std::move(reply.body));
  auto written = write_pieces(site.context.timer, *stream, *body, 0);
  return written.attach(kj::mv(stream), kj::mv(body), kj::mv(returned));
}

}  // namespace medchain::http
