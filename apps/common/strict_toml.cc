#include "common/strict_toml.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "common/files.h"

// The parser asserts, or promises the compiler under NDEBUG, what a stranger's text need not keep: a header "[:]"
// breaks it. Neither is wanted: it looks again, and gives an error.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace programs {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

void set_from(toml::table& root, const std::string& key, const std::string& value) {
  const toml::parse_result parsed = toml::parse("value = " + value);
  const toml::node* node = parsed ? parsed.table().get("value") : nullptr;
  if (node != nullptr && node->as_boolean() != nullptr) {
    root.insert_or_assign(key, node->as_boolean()->get());
  } else if (node != nullptr && node->as_integer() != nullptr) {
    root.insert_or_assign(key, node->as_integer()->get());
  } else if (node != nullptr && node->as_array() != nullptr) {
    root.insert_or_assign(key, *node->as_array());
  } else {
    root.insert_or_assign(key, node != nullptr && node->as_string() != nullptr ? node->as_string()->get() : value);
  }
}

}  // namespace

struct StrictToml::State {
  std::filesystem::path file;
  std::string prefix;  // of environment variables that went before the file; their values have no line
  toml::table root;
  std::set<std::string, std::less<>> asked;
  std::optional<Error> problem;

  void refuse_line(toml::source_index line, std::string_view what) {
    if (problem) return;
    const std::string where = line == 0 && !prefix.empty() ? fmt::format("the environment ({}...)", prefix)
                                                           : fmt::format("{}:{}", file.string(), line);
    problem = Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}", where, what));
  }

  toml::node* find(std::string_view key) {
    asked.emplace(key);
    return toml::at_path(root, key).node();
  }

  // The node of a required key, or nothing and a problem.
  toml::node* require(std::string_view key) {
    toml::node* node = find(key);
    if (node == nullptr && !problem) {
      problem = Error(ErrorCode::kInvalidArgument, fmt::format("{}: the key \"{}\" is missing", file.string(), key));
    }
    return node;
  }

  std::string text_of(std::string_view key, const toml::node& node) {
    if (const auto* value = node.as_string(); value != nullptr && !value->get().empty()) return value->get();
    refuse_line(node.source().begin.line, fmt::format("\"{}\" must be a text in quotes, not empty", key));
    return {};
  }

  void find_unknown(const toml::node& node, const std::string& name) {
    const auto* table = node.as_table();
    if (table != nullptr && (name.empty() || name.back() == ']' || !table->empty())) {
      for (const auto& [key, value] : *table) {
        find_unknown(value, name.empty() ? std::string(key.str()) : fmt::format("{}.{}", name, key.str()));
      }
      return;
    }
    if (const auto* array = node.as_array(); array != nullptr && asked.contains(name)) {
      for (std::size_t i = 0; i < array->size(); ++i) find_unknown((*array)[i], fmt::format("{}[{}]", name, i));
      return;
    }
    if (!asked.contains(name)) {
      refuse_line(node.source().begin.line, fmt::format("unknown key \"{}\"; remove it or correct its name", name));
    }
  }
};

StrictToml::StrictToml(std::unique_ptr<State> state) : state_(std::move(state)) {}
StrictToml::StrictToml(StrictToml&&) noexcept = default;
StrictToml& StrictToml::operator=(StrictToml&&) noexcept = default;
StrictToml::~StrictToml() = default;

Result<StrictToml> StrictToml::read(const std::filesystem::path& file) {
  auto text = read_text(file, kMaxFileBytes);
  if (!text) return text.error();
  toml::parse_result parsed = toml::parse(*text);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{}:{}: {}", file.string(), error.source().begin.line, error.description()));
  }
  auto state = std::make_unique<State>();
  state->file = file;
  state->root = std::move(parsed).table();
  return StrictToml(std::move(state));
}

Result<StrictToml> StrictToml::read(const std::filesystem::path& file, std::string_view prefix) {
  auto toml = read(file);
  if (!toml) return toml;
  toml->state_->prefix = prefix;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view variable = *at;
    const auto equals = variable.find('=');
    if (!variable.starts_with(prefix) || equals == std::string_view::npos) continue;
    std::string key(variable.substr(prefix.size(), equals - prefix.size()));
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
    set_from(toml->state_->root, key, std::string(variable.substr(equals + 1)));
  }
  return toml;
}

std::string StrictToml::text(std::string_view key) {
  toml::node* node = state_->require(key);
  return node == nullptr ? std::string{} : state_->text_of(key, *node);
}

std::optional<std::string> StrictToml::optional_text(std::string_view key) {
  toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  return state_->text_of(key, *node);
}

std::uint64_t StrictToml::number(std::string_view key, std::uint64_t otherwise, std::uint64_t least,
                                 std::uint64_t most) {
  toml::node* node = state_->find(key);
  if (node == nullptr) return otherwise;
  if (const auto* value = node->as_integer(); value != nullptr && value->get() >= 0) {
    auto number = static_cast<std::uint64_t>(value->get());
    if (number >= least && number <= most) return number;
  }
  state_->refuse_line(node->source().begin.line,
                      fmt::format("\"{}\" must be a whole number from {} to {}", key, least, most));
  return otherwise;
}

bool StrictToml::flag(std::string_view key, bool otherwise) {
  toml::node* node = state_->find(key);
  if (node == nullptr) return otherwise;
  if (const auto* value = node->as_boolean()) return value->get();
  state_->refuse_line(node->source().begin.line, fmt::format("\"{}\" must be true or false", key));
  return otherwise;
}

std::vector<std::string> StrictToml::texts(std::string_view key) {
  std::vector<std::string> texts;
  toml::node* node = state_->find(key);
  if (node == nullptr) return texts;
  const auto* array = node->as_array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const auto* value = array->get(i)->as_string();
    if (value == nullptr) break;
    texts.push_back(value->get());
    state_->asked.insert(fmt::format("{}[{}]", key, i));
  }
  if (array == nullptr || texts.size() != array->size()) {
    state_->refuse_line(node->source().begin.line, fmt::format("\"{}\" must be a list of texts", key));
  }
  return texts;
}

std::size_t StrictToml::tables(std::string_view key) {
  toml::node* node = state_->find(key);
  if (node == nullptr) return 0;
  const auto* array = node->as_array();
  if (array != nullptr && array->is_array_of_tables()) return array->size();
  state_->refuse_line(node->source().begin.line, fmt::format("\"{0}\" must be given as [[{0}]] sections", key));
  return 0;
}

std::filesystem::path StrictToml::path(std::string_view key) {
  std::string value = text(key);
  return value.empty() ? std::filesystem::path{} : state_->file.parent_path() / value;
}

std::optional<std::filesystem::path> StrictToml::optional_path(std::string_view key) {
  auto value = optional_text(key);
  if (!value) return std::nullopt;
  return state_->file.parent_path() / *value;
}

void StrictToml::refuse(std::string_view key, const Error& error) {
  toml::node* node = state_->find(key);
  state_->refuse_line(node == nullptr ? 0 : node->source().begin.line, fmt::format("\"{}\": {}", key, error.message()));
}

Result<void> StrictToml::finish() {
  // A misspelt key is also a missing one: its own line is the better message.
  std::optional<Error> problem = std::exchange(state_->problem, std::nullopt);
  state_->find_unknown(state_->root, "");
  if (state_->problem) return *state_->problem;
  if (problem) return *problem;
  return {};
}

}  // namespace programs
