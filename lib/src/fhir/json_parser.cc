#include <algorithm>
#include <limits>

#include "json.h"
#include "medchain/fhir.h"
#include "utf8.h"

namespace medchain::fhir::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(std::string_view text, std::vector<Value>& values) : text_(text), values_(values) {}

  Result<void> run() {
    skip_space();
    if (!value(0)) return *error_;
    skip_space();
    if (at_ != text_.size() && !fail("nothing may follow the value")) return *error_;
    return {};
  }

 private:
  // The first reason stays.
  bool fail(std::string_view why, ErrorCode code = ErrorCode::kMalformed) {
    if (error_) return false;
    const std::string_view before = text_.substr(0, at_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t column = at_ - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    const std::string_view what = code == ErrorCode::kTooLarge ? "too large" : "not JSON";
    error_ = Error(code, std::string(what) + " at line " + std::to_string(line) + ", column " + std::to_string(column) +
                             ": " + std::string(why));
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  bool value(std::size_t depth) {
    if (values_.size() == kMaxValues) return fail("more values than are allowed", ErrorCode::kTooLarge);
    const std::size_t index = values_.size();
    values_.push_back({.begin = static_cast<std::uint32_t>(at_), .key_begin = key_begin_, .key_end = key_end_});
    key_begin_ = key_end_ = 0;
    if (!content(depth, values_[index].kind, index)) return false;
    values_[index].end = static_cast<std::uint32_t>(at_);
    values_[index].after = static_cast<std::uint32_t>(values_.size());
    return true;
  }

  bool content(std::size_t depth, Kind& kind, std::size_t index) {
    switch (peek()) {
      case '{': kind = Kind::kObject; return object(depth + 1, index);
      case '[': kind = Kind::kArray; return array(depth + 1);
      case '"': kind = Kind::kString; return string();
      case 't': kind = Kind::kBoolean; return word("true");
      case 'f': kind = Kind::kBoolean; return word("false");
      case 'n': kind = Kind::kNull; return word("null");
      default: kind = Kind::kNumber; return number();
    }
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return fail("expected a value");
    at_ += expected.size();
    return true;
  }

  bool digits() {
    if (!is_digit(peek())) return fail("expected a digit");
    while (is_digit(peek())) ++at_;
    return true;
  }
  bool number() {
    if (peek() != '-' && !is_digit(peek())) {
      return fail(at_ == text_.size() ? "the text ends early" : "expected a value");
    }
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  bool string() {
    ++at_;
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return fail("a control character in a string");
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x80) {
        ++at_;
      } else {
        const std::size_t length = utf8_length(text_.substr(at_));
        if (length == 0) return fail("not UTF-8");
        at_ += length;
      }
    }
    return fail("the text ends within a string");
  }
  bool escape() {
    ++at_;
    if (take('u')) {
      std::uint32_t unit = 0;
      if (!hex4(unit)) return false;
      if (unit >= 0xdc00 && unit < 0xe000) return fail("half of a surrogate pair");
      if (unit < 0xd800 || unit >= 0xe000) return true;
      if (!take('\\') || !take('u') || !hex4(unit) || unit < 0xdc00 || unit >= 0xe000) {
        return fail("half of a surrogate pair");
      }
      return true;
    }
    if (at_ == text_.size() || std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
      return fail("an escape that JSON does not have");
    }
    return ++at_, true;
  }
  bool hex4(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_digit(peek());
      if (digit < 0) return fail("expected four hexadecimal digits");
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
      ++at_;
    }
    return true;
  }

  bool deeper(std::size_t depth) {
    if (depth > kMaxDepth) return fail("nested deeper than is allowed", ErrorCode::kTooLarge);
    ++at_;
    skip_space();
    return true;
  }
  bool array(std::size_t depth) {
    if (!deeper(depth)) return false;
    if (take(']')) return true;
    while (true) {
      if (!value(depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail("expected , or ]");
      skip_space();
    }
  }
  bool object(std::size_t depth, std::size_t index) {
    if (!deeper(depth)) return false;
    if (take('}')) return true;
    for (std::size_t members = 1;; ++members) {
      if (members > kMaxMembers) return fail("more members than are allowed in an object", ErrorCode::kTooLarge);
      if (!member(depth)) return false;
      skip_space();
      if (take('}')) return unique_keys(index);
      if (!take(',')) return fail("expected , or }");
      skip_space();
    }
  }
  bool member(std::size_t depth) {
    if (peek() != '"') return fail(at_ == text_.size() ? "the text ends early" : "expected a name in quotes");
    const std::size_t begin = at_ + 1;
    if (!string()) return false;
    const std::size_t end = at_ - 1;
    skip_space();
    if (!take(':')) return fail("expected :");
    skip_space();
    key_begin_ = static_cast<std::uint32_t>(begin);
    key_end_ = static_cast<std::uint32_t>(end);
    return value(depth);
  }

  // Sorted and not hashed: nobody can choose keys that make this slow.
  bool unique_keys(std::size_t index) {
    std::vector<std::string> keys;
    for (std::size_t i = index + 1; i < values_.size(); i = values_[i].after) {
      keys.push_back(unescape(text_.substr(values_[i].key_begin, values_[i].key_end - values_[i].key_begin)));
    }
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return true;
    return fail("the object that ends here has \"" + shown_name(*twice) + "\" twice");
  }

  std::string_view text_;
  std::vector<Value>& values_;
  std::size_t at_ = 0;
  std::uint32_t key_begin_ = 0;  // of the value to come
  std::uint32_t key_end_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Document> Document::parse(std::string_view text) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Error(ErrorCode::kTooLarge, std::to_string(text.size()) + " bytes of JSON");
  }
  Document document;
  document.text_ = text;
  MEDCHAIN_TRY(Parser(text, document.values_).run());
  return document;
}

}  // namespace medchain::fhir::json
