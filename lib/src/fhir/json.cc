#include "json.h"

#include "utf8.h"

namespace medchain::fhir::json {

const Value& Node::value() const { return document_->values_[index_]; }
Kind Node::kind() const { return value().kind; }
std::size_t Node::offset() const { return value().begin; }
bool Node::has_key() const { return value().key_begin != 0; }

std::string_view Node::raw() const { return document_->text_.substr(value().begin, value().end - value().begin); }

std::string Node::text() const {
  if (!is_string()) return {};
  const std::string_view quoted = raw();
  return unescape(quoted.substr(1, quoted.size() - 2));
}

std::string Node::key() const {
  return unescape(document_->text_.substr(value().key_begin, value().key_end - value().key_begin));
}

std::vector<Node> Node::children() const {
  std::vector<Node> nodes;
  for (std::uint32_t i = index_ + 1; i < value().after; i = document_->values_[i].after)
    nodes.emplace_back(*document_, i);
  return nodes;
}

std::size_t Node::size() const {
  std::size_t count = 0;
  for (std::uint32_t i = index_ + 1; i < value().after; i = document_->values_[i].after) ++count;
  return count;
}

std::optional<Node> Node::find(std::string_view key) const {
  if (!is_object()) return std::nullopt;
  for (std::uint32_t i = index_ + 1; i < value().after; i = document_->values_[i].after) {
    const Node member(*document_, i);
    if (member.key() == key) return member;
  }
  return std::nullopt;
}

std::string Node::text_of(std::string_view key) const {
  auto member = find(key);
  return member ? member->text() : std::string();
}

}  // namespace medchain::fhir::json
