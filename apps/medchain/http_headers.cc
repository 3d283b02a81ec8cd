// medchain http-headers: signs a request to a node's HTTP interface, for curl.
#include <chrono>

#include "commands.h"
#include "common/files.h"
#include "medchain/message_signature.h"
#include "session.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

constexpr std::size_t kMaxPemBytes = 1024 * 1024;
constexpr std::size_t kMaxBodyBytes = 64 * 1024 * 1024;

struct HeadersOptions {
  std::string method;
  std::string url;
  std::string data;
  std::string node;
};

Result<medchain::http::Request> parse_url(const std::string& method, const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos || (url.substr(0, scheme) != "https" && url.substr(0, scheme) != "http")) {
    return Error(ErrorCode::kInvalidArgument, "URL begins with https:// or http://");
  }
  medchain::http::Request request;
  request.method = method;
  request.scheme = url.substr(0, scheme);
  const std::string rest = url.substr(scheme + 3, url.find('#') - scheme - 3);
  const auto slash = rest.find_first_of("/?");
  request.authority = rest.substr(0, slash);
  const std::string target = slash == std::string::npos ? "/" : rest.substr(slash);
  request.path = target.substr(0, target.find('?'));
  if (const auto question = target.find('?'); question != std::string::npos) request.query = target.substr(question);
  if (request.authority.empty()) return Error(ErrorCode::kInvalidArgument, "URL names no host");
  return request;
}

// Named with --for; otherwise that of the node in the configuration, asked.
Result<medchain::Address> node_address(Program& program, const HeadersOptions& options) {
  if (!options.node.empty()) return medchain::Address::parse(options.node);
  const char* const advice = "who the node is (--for MED1... says it without asking)";
  auto settings = resolve(program.options);
  if (!settings) return settings.error();
  if (!settings->ca)
    return Error(ErrorCode::kInvalidArgument, "--ca is missing, or a configuration that names it").in(advice);
  auto ca = programs::read_text(*settings->ca, kMaxPemBytes);
  if (!ca) return ca.error();
  // As a guest: the key may belong to nobody yet.
  medchain::rpc::ClientConfig config;
  config.node = settings->node;
  config.ca = *ca;
  config.timeout_ms = settings->timeout_ms;
  auto client = medchain::rpc::Client::connect(config);
  if (!client) return client.error().in(advice);
  return client->node();
}

Result<void> run_headers(Program& program, const HeadersOptions& options) {
  auto settings = resolve(program.options);
  if (!settings) return settings.error();
  auto key = read_identity(*settings);
  if (!key) return key.error();
  auto request = parse_url(options.method, options.url);
  if (!request) return request.error();
  auto node = node_address(program, options);
  if (!node) return node.error();
  std::optional<medchain::Bytes> body;
  if (!options.data.empty()) {
    auto read = programs::read_file(options.data, kMaxBodyBytes);
    if (!read) return read.error();
    body = std::move(*read);
  }
  using std::chrono::seconds, std::chrono::system_clock;
  const auto now_s = std::chrono::duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
  medchain::http::Signing signing;
  signing.caller = settings->address.value_or(key->address());
  signing.node = *node;
  signing.created_s = now_s;
  MEDCHAIN_TRY(medchain::http::sign_request(*request, body ? std::optional<medchain::ByteView>(*body) : std::nullopt,
                                            signing, key->signing));
  Report report;
  std::string lines;
  for (const auto& header : request->headers) {
    report.add(header.name, header.value);
    lines += (lines.empty() ? "" : "\n") + header.name + ": " + header.value;
  }
  program.output.print_either(lines, report);
  return {};
}

}  // namespace

void add_http_command(CLI::App& app, Program& program) {
  auto options = std::make_shared<HeadersOptions>();
  auto* command = app.add_subcommand(
      "http-headers", "Sign a request to a node's HTTP interface: headers for `curl -H @-`, good for a minute");
  command->add_option("METHOD", options->method, "GET, POST, ...")->required();
  command->add_option("URL", options->url, "As curl gets it")->required();
  command->add_option("--data", options->data, "File with the body, as for curl's --data-binary @FILE");
  command->add_option("--for", options->node, "Address of the node asked; without, the configured one is asked for it");
  program.on(command, options, run_headers);
}

}  // namespace program
