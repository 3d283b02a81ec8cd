// Reading the vector files, going through the providers, and counting what was run and what was skipped by which rule
// of POLICY.md.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "medchain/bytes.h"
#include "provider.h"
#include "support/catch.h"

namespace medchain::vectors {

using Json = nlohmann::json;

// The file's content; nothing, and a line that says so, without MEDCHAIN_TEST_DATA.
std::optional<Json> load(const std::string& name);

Bytes hex(const Json& value);  // of a JSON string

class Counts {
 public:
  explicit Counts(std::string what) : what_(std::move(what)) {}
  ~Counts();  // prints
  Counts(const Counts&) = delete;
  Counts& operator=(const Counts&) = delete;

  void run() { ++run_; }
  void skip(const std::string& rule) { ++skipped_[rule]; }
  std::size_t ran() const { return run_; }

 private:
  std::string what_;
  std::size_t run_ = 0;
  std::map<std::string, std::size_t> skipped_;
};

// With each provider of this build in use.
void with_each_provider(const std::function<void(const crypto::Provider&)>& test);

// Every test of a Wycheproof file, with its group.
void for_each_test(const Json& file, const std::function<void(const Json& group, const Json& test)>& run);

}  // namespace medchain::vectors
