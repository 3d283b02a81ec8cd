#include "doctor.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <ctime>

#include "check.h"
#include "medchain/rpc/certificates.h"
#include "medchain/rpc/client.h"

namespace medchaind {
namespace {

constexpr double kGigabyte = 1e9;
constexpr long kDay_s = 24 * 60 * 60;
constexpr int kConnectTimeout_ms = 2'000;

enum class Verdict { kOk, kWarn, kFail };

class Findings {
 public:
  void add(Verdict verdict, std::string_view what, const std::string& text) {
    failed_ = failed_ || verdict == Verdict::kFail;
    const char* mark = verdict == Verdict::kOk ? "ok  " : verdict == Verdict::kWarn ? "warn" : "FAIL";
    fmt::print("{}  {:<12} {}\n", mark, what, text);
  }
  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

void examine_disk(Findings& findings, const std::filesystem::path& data) {
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::exists(data, error) ? data : data.parent_path(), error);
  if (error) {
    return findings.add(Verdict::kFail, "disk",
                        fmt::format("{}: {}; make the directory", data.string(), error.message()));
  }
  const double free_gb = static_cast<double>(space.available) / kGigabyte;
  const std::string text = fmt::format("{:.1f} GB free for {}", free_gb, data.string());
  if (free_gb < 1) return findings.add(Verdict::kFail, "disk", text + ": a node that cannot write stops; make room");
  if (free_gb < 10) return findings.add(Verdict::kWarn, "disk", text + ": make room soon");
  if (::access(data.c_str(), W_OK) != 0 && std::filesystem::exists(data, error)) {
    return findings.add(Verdict::kFail, "disk", data.string() + " is not writable for this user");
  }
  findings.add(Verdict::kOk, "disk", text);
}

void examine_secret(Findings& findings, const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;  // reading it said so already
  if ((status.st_mode & 077) == 0) return findings.add(Verdict::kOk, "keys", file.string() + " is for its owner alone");
  findings.add(Verdict::kWarn, "keys", fmt::format("others may read {}: chmod 600 {}", file.string(), file.string()));
}

void examine_certificate(Findings& findings, const Checked& checked) {
  auto expiry_s = medchain::rpc::certificate_expiry_s(checked.material.certificate);
  if (!expiry_s) return;  // check_config() said so already
  const long days = (static_cast<long>(*expiry_s) - static_cast<long>(std::time(nullptr))) / kDay_s;
  const std::string text = fmt::format("{} is good for {} days", checked.config.certificate.string(), days);
  findings.add(days > 30 ? Verdict::kOk : Verdict::kWarn, "certificate",
               days > 30 ? text : text + ": put a new one in its place, and send SIGHUP to the node");
}

void examine_clock(Findings& findings) {
  timex clock{};
  const int state = ::adjtimex(&clock);
  if (state < 0)
    return findings.add(Verdict::kWarn, "clock", "the system does not tell whether its clock is kept right");
  if (state == TIME_ERROR || (clock.status & STA_UNSYNC) != 0) {
    return findings.add(Verdict::kWarn, "clock", "nothing keeps the clock right: run chrony or systemd-timesyncd");
  }
  findings.add(Verdict::kOk, "clock", fmt::format("kept right, to {} ms", clock.maxerror / 1000));
}

void examine_limits(Findings& findings) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto text = fmt::format("{} files may be open at once", static_cast<unsigned long long>(files.rlim_cur));
  if (files.rlim_cur >= 4096) return findings.add(Verdict::kOk, "limits", text);
  findings.add(Verdict::kWarn, "limits", text + ": allow 65536 (LimitNOFILE= of systemd, or ulimit -n)");
}

bool connects(const addrinfo& to) {
  const int fd = ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  pollfd waiting{fd, POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  const bool connected = ::connect(fd, to.ai_addr, to.ai_addrlen) == 0 ||
                         (errno == EINPROGRESS && ::poll(&waiting, 1, kConnectTimeout_ms) == 1 &&
                          ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0);
  ::close(fd);
  return connected;
}

bool reachable(const std::string& host_port) {
  const auto colon = host_port.rfind(':');
  std::string host = host_port.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), host_port.substr(colon + 1).c_str(), &hints, &found) != 0) return false;
  bool connected = false;
  for (const addrinfo* at = found; at != nullptr && !connected; at = at->ai_next) connected = connects(*at);
  ::freeaddrinfo(found);
  return connected;
}

void examine_peers(Findings& findings, const Config& config) {
  std::size_t answering = 0;
  std::string silent;
  for (const auto& peer : config.peers) {
    if (reachable(peer.address)) {
      ++answering;
    } else {
      silent += (silent.empty() ? "" : ", ") + peer.address;
    }
  }
  const std::string text = fmt::format("{} of {} answer", answering, config.peers.size());
  if (silent.empty()) return findings.add(Verdict::kOk, "peers", text);
  findings.add(answering == 0 ? Verdict::kFail : Verdict::kWarn, "peers",
               fmt::format("{}; not {}: are they running, and does the firewall let them through?", text, silent));
}

void examine_node(Findings& findings, const Checked& checked) {
  if (!reachable(checked.config.client_listen)) {
    return findings.add(Verdict::kOk, "node", "not running");
  }
  medchain::rpc::ClientConfig config;
  config.node = checked.config.client_listen;
  config.ca = checked.material.ca;
  config.timeout_ms = 5'000;
  auto client = medchain::rpc::Client::connect(config);
  auto status = client ? client->status() : medchain::Result<medchain::rpc::NodeStatus>(client.error());
  if (!status) {
    return findings.add(
        Verdict::kFail, "node",
        fmt::format("something else listens on {}: {}", checked.config.client_listen, status.error().message()));
  }
  const long age_s = static_cast<long>(std::time(nullptr)) - static_cast<long>(status->time_ms / 1000);
  const std::string text = fmt::format("running, at height {}, with {} peers, the last block {} s ago",
                                       status->height.value, status->peers, age_s);
  if (status->peers == 0 && !checked.config.peers.empty()) {
    return findings.add(Verdict::kFail, "node", text + ": it reaches nobody; its log says why");
  }
  const bool late = age_s > 60;
  findings.add(late ? Verdict::kWarn : Verdict::kOk, "node",
               late ? text + ": it has fallen behind, or the network has no quorum" : text);
}

}  // namespace

bool examine(const std::filesystem::path& config_file) {
  Findings findings;
  auto checked = check_config(config_file);
  if (!checked) {
    findings.add(Verdict::kFail, "config", checked.error().message());
    return false;
  }
  findings.add(Verdict::kOk, "config", config_file.string() + " and all that it names can be read");
  examine_disk(findings, checked->config.data);
  examine_secret(findings, checked->config.node_key);
  if (checked->config.consensus_key) examine_secret(findings, *checked->config.consensus_key);
  examine_secret(findings, checked->config.private_key);
  examine_certificate(findings, *checked);
  examine_clock(findings);
  examine_limits(findings);
  examine_peers(findings, checked->config);
  examine_node(findings, *checked);
  return !findings.failed();
}

}  // namespace medchaind
