// JSON (RFC 8259) whose values know where they stand in the text, as nlohmann's do not: what is sealed are the bytes of
// a resource as they came. Strict: valid UTF-8, no key twice in an object, no lone surrogate, nothing after the value.
// Values lie in one vector, in the order of the text; of what was sent, errors show nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/result.h"

namespace medchain::fhir::json {

enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

struct Value {
  std::uint32_t begin = 0;      // of its text, with quotes and brackets
  std::uint32_t end = 0;        // after it
  std::uint32_t key_begin = 0;  // of its name, between the quotes; 0, where no key can be, when it is no member
  std::uint32_t key_end = 0;
  std::uint32_t after = 0;  // index of the first value that is not in this one
  Kind kind = Kind::kNull;
};

class Document;

// One value. Borrows the document.
class Node {
 public:
  Node(const Document& document, std::uint32_t index) : document_(&document), index_(index) {}

  Kind kind() const;
  bool is_object() const { return kind() == Kind::kObject; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_null() const { return kind() == Kind::kNull; }
  std::string_view raw() const;  // as it stands in the text
  std::size_t offset() const;    // of raw()
  std::string text() const;      // of a string, its escapes resolved; of others nothing
  std::string key() const;       // escapes resolved; empty when it is no member
  bool has_key() const;

  std::vector<Node> children() const;  // of an object or array; of others none
  std::size_t size() const;            // how many those are
  std::optional<Node> find(std::string_view key) const;
  std::string text_of(std::string_view key) const;  // of the string with this key; empty without one

 private:
  const Value& value() const;

  const Document* document_;
  std::uint32_t index_;
};

class Document {
 public:
  // `text` is borrowed. kMalformed with line and column; kTooLarge above kMaxDepth, kMaxMembers or kMaxValues.
  static Result<Document> parse(std::string_view text);
  Node root() const { return {*this, 0}; }

 private:
  friend class Node;
  std::string_view text_;
  std::vector<Value> values_;
};

}  // namespace medchain::fhir::json
