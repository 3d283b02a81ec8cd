// What SIGHUP changes in a running node: its TLS certificate and key, and its log.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "medchain/rpc/node.h"

namespace medchaind {

// Before any thread begins: SIGHUP is for the Reloader's alone.
void keep_hangup_for_reloader();

class Reloader {
 public:
  // Reads `config_file` again at each SIGHUP. What is wrong with it is logged, and nothing changes then.
  Reloader(std::filesystem::path config_file, medchain::rpc::Node& node);
  ~Reloader();
  Reloader(const Reloader&) = delete;

 private:
  void run();
  void reload();

  const std::filesystem::path config_file_;
  medchain::rpc::Node& node_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// Logs a warning when the certificate ends within 30 days.
void warn_of_expiry(const std::string& certificate);

}  // namespace medchaind
