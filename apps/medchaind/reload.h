// What SIGHUP changes in a running node: its TLS certificate and key, its log, what the HTTP interface allows.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

#include "medchain/http.h"
#include "medchain/rpc/node.h"

namespace medchaind {

struct Config;

// Before any thread begins: SIGHUP is for the Reloader's alone.
void keep_hangup_for_reloader();

class Reloader {
 public:
  // Reads `config_file` again at each SIGHUP. What is wrong with it is logged, and nothing changes then.
  // `http`: nothing when the node has none.
  Reloader(std::filesystem::path config_file, medchain::rpc::Node& node, std::shared_ptr<medchain::HttpService> http);
  ~Reloader();
  Reloader(const Reloader&) = delete;

 private:
  void run();
  void reload();
  void apply(const Config& config);

  const std::filesystem::path config_file_;
  medchain::rpc::Node& node_;
  const std::shared_ptr<medchain::HttpService> http_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// Logs a warning when the certificate ends within 30 days.
void warn_of_expiry(const std::string& certificate);

}  // namespace medchaind
