#include "reload.h"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <ctime>

#include "config.h"
#include "log.h"
#include "material.h"
#include "medchain/rpc/certificates.h"
#include "supervisor.h"

namespace medchaind {
namespace {

using medchain::Result;

constexpr long kDay_s = 24 * 60 * 60;
constexpr long kWarnDays = 30;

sigset_t hangup() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void keep_hangup_for_reloader() {
  const sigset_t set = hangup();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void warn_of_expiry(const std::string& certificate) {
  auto expiry_s = medchain::rpc::certificate_expiry_s(certificate);
  if (!expiry_s) return;
  const long days = (static_cast<long>(*expiry_s) - static_cast<long>(std::time(nullptr))) / kDay_s;
  if (days > kWarnDays) return;
  logger().write("warn", "node",
                 fmt::format("the TLS certificate ends in {} days: put a new one in its place, and send SIGHUP", days));
}

Reloader::Reloader(std::filesystem::path config_file, medchain::rpc::Node& node,
                   std::shared_ptr<medchain::HttpService> http)
    : config_file_(std::move(config_file)), node_(node), http_(std::move(http)), thread_([this] { run(); }) {}

Reloader::~Reloader() {
  ending_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

// Looks at the certificate once a day, too.
void Reloader::run() {
  const sigset_t set = hangup();
  const timespec day{kDay_s, 0};
  while (!ending_) {
    const int caught = sigtimedwait(&set, nullptr, &day);
    if (ending_) return;
    if (caught == SIGHUP) {
      reload();
    } else if (auto config = read_config(config_file_)) {
      std::string certificate, key;
      if (read_certificate(*config, certificate, key)) warn_of_expiry(certificate);
    }
  }
}

void Reloader::reload() {
  notify_reloading();
  std::string certificate, key;
  auto config = read_config(config_file_);
  auto done = config ? read_certificate(*config, certificate, key) : Result<void>(config.error());
  if (done) done = node_.renew_certificate(certificate, key);
  if (done) {
    apply(*config);
    logger().write("info", "node", "reloaded: certificate, log and limits of HTTP; all else needs a restart");
    warn_of_expiry(certificate);
  } else {
    logger().write("error", "node", "not reloaded, all stays as it was: " + done.error().message());
  }
  notify_supervisor("READY=1");
}

void Reloader::apply(const Config& config) {
  logger().set(config.log);
  if (http_ && config.http) node_.post([http = http_, changed = *config.http] { http->change(changed); });
}

}  // namespace medchaind
