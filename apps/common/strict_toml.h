// A TOML file read strictly: a key that nobody asked for, a missing one and one of another type are errors that name
// the file, the line and the key. Values are asked for one after the other; finish() reports the first problem.
//
//   auto toml = StrictToml::read("client.toml");
//   if (!toml) return toml.error();
//   config.node = toml->text("node");
//   config.key = toml->optional_text("key");
//   MEDCHAIN_TRY(toml->finish());
//
// A key in an array of tables is "peer[0].address"; tables("peer") says how many there are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/result.h"

namespace programs {

class StrictToml {
 public:
  static medchain::Result<StrictToml> read(const std::filesystem::path& file);
  // Environment variables that begin with `prefix` go before the file: PREFIX and the key in capitals. What is no TOML
  // value of another kind is a text.
  static medchain::Result<StrictToml> read(const std::filesystem::path& file, std::string_view prefix);
  StrictToml(StrictToml&&) noexcept;
  StrictToml& operator=(StrictToml&&) noexcept;
  ~StrictToml();

  std::string text(std::string_view key);
  std::optional<std::string> optional_text(std::string_view key);
  std::uint64_t number(std::string_view key, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most);
  bool flag(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key);  // a list; empty when it is missing
  std::size_t tables(std::string_view key);
  // Paths in the file are relative to its directory.
  std::filesystem::path path(std::string_view key);
  std::optional<std::filesystem::path> optional_path(std::string_view key);

  // For a value that is of the right type and still unusable; keeps the first problem.
  void refuse(std::string_view key, const medchain::Error& error);
  medchain::Result<void> finish();

 private:
  struct State;
  explicit StrictToml(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace programs
