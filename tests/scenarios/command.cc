#include <algorithm>
#include <charconv>
#include <sstream>

#include "script.h"

namespace medchain::scenarios {

Command Command::parse(const std::string& line) {
  Command command;
  std::istringstream in(line);
  in >> command.name;
  for (std::string word; in >> word;) {
    std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      command.words.push_back(word);
    else
      command.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return command;
}

bool Command::has(const std::string& word) const { return std::ranges::find(words, word) != words.end(); }

std::optional<std::string> Command::option(const std::string& key) const {
  auto found = options.find(key);
  return found == options.end() ? std::nullopt : std::optional(found->second);
}

std::uint64_t Command::number(const std::string& key, std::uint64_t otherwise) const {
  auto text = option(key);
  if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
  return otherwise;
}

}  // namespace medchain::scenarios
