#include "structured_fields.h"

#include <algorithm>

namespace medchain::http::fields {
namespace {

constexpr std::size_t kMaxDigits = 15;
constexpr std::int64_t kMaxInteger = 999'999'999'999'999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }
bool starts_key(char c) { return is_lower(c) || c == '*'; }
bool is_in_key(char c) { return starts_key(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; }
bool starts_token(char c) { return is_alpha(c) || c == '*'; }
bool is_in_token(char c) {
  return is_alpha(c) || is_digit(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~:/").find(c) != std::string::npos);
}

// RFC 8941 section 4.2. The first error sticks; every reading function is done then.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Dictionary> dictionary() {
    Dictionary members;
    skip_spaces();
    while (!at_end() && ok()) {
      if (members.size() == kMaxMembers) too_many("members", kMaxMembers);
      Member member{key(), Item{true, {}}};
      if (ok() && find(members, member.key) != nullptr) fail("the key \"" + member.key + "\" comes twice");
      if (take('=')) {
        if (peek() == '(') {
          member.value = inner_list();
        } else {
          member.value = item();
        }
      } else {
        std::get<Item>(member.value).parameters = parameters();
      }
      members.push_back(std::move(member));
      skip_whitespace();
      if (at_end()) break;
      if (!take(',')) fail("expected a comma");
      skip_whitespace();
      if (at_end()) fail("nothing follows the comma");
    }
    if (error_) return *error_;
    return members;
  }

 private:
  bool ok() const { return !error_.has_value(); }
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (!ok() || at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (peek() == ' ') ++at_;
  }
  void skip_whitespace() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  void fail(std::string_view why) {
    if (error_) return;
    error_.emplace(ErrorCode::kMalformed, "column " + std::to_string(at_ + 1) + ": " + std::string(why));
  }
  void too_many(std::string_view what, std::size_t most) {
    if (!error_) error_.emplace(ErrorCode::kTooLarge, "more than " + std::to_string(most) + " " + std::string(what));
  }
  template <class IsIn>
  std::string_view run(IsIn is_in) {
    const std::size_t start = at_;
    while (!at_end() && is_in(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string key() {
    if (!starts_key(peek())) fail("expected a key: it begins with a lower-case letter");
    return ok() ? std::string(run(is_in_key)) : std::string();
  }
  Parameters parameters() {
    Parameters all;
    while (take(';')) {
      skip_spaces();
      std::string name = key();
      if (ok() && find(all, name) != nullptr) fail("the parameter \"" + name + "\" comes twice");
      if (all.size() == kMaxParameters) too_many("parameters", kMaxParameters);
      BareItem value = take('=') ? bare_item() : BareItem(true);
      if (ok()) all.emplace_back(std::move(name), std::move(value));
    }
    return all;
  }
  InnerList inner_list() {
    InnerList list;
    take('(');
    while (ok()) {
      skip_spaces();
      if (take(')')) {
        list.parameters = parameters();
        return list;
      }
      if (list.items.size() == kMaxItems) too_many("items in a list", kMaxItems);
      list.items.push_back(item());
      if (peek() != ' ' && peek() != ')') fail("expected a space or a closing parenthesis");
    }
    return list;
  }
  Item item() {
    Item item{bare_item(), {}};
    item.parameters = parameters();
    return item;
  }
  BareItem bare_item() {
    const char c = peek();
    if (!ok()) return true;
    if (c == '"') return string();
    if (c == ':') return byte_sequence();
    if (c == '?') return boolean();
    if (c == '-' || is_digit(c)) return integer();
    if (starts_token(c)) return Token{std::string(run(is_in_token))};
    fail("expected a string, integer, token, byte sequence or boolean");
    return true;
  }
  std::int64_t integer() {
    const bool negative = take('-');
    const std::string_view digits = run(is_digit);
    if (digits.empty() || digits.size() > kMaxDigits) fail("an integer has 1 to 15 digits");
    if (peek() == '.') fail("decimals have no use here");
    std::int64_t value = 0;
    if (ok()) {
      for (char digit : digits) value = value * 10 + (digit - '0');
    }
    return negative ? -value : value;
  }
  std::string string() {
    std::string value;
    take('"');
    while (ok() && !take('"')) {
      const bool escaped = take('\\');
      const char c = peek();
      if (!is_printable(c) || (escaped && c != '"' && c != '\\')) {
        fail("a character that no string holds, or a string that is not closed");
      } else {
        value += c;
        ++at_;
      }
    }
    return value;
  }
  Bytes byte_sequence() {
    take(':');
    const std::size_t end = std::min(text_.find(':', at_), text_.size());
    auto bytes = from_base64(text_.substr(at_, end - at_));
    if (!bytes || end == text_.size()) fail("not base64 between colons");
    at_ = end;
    take(':');
    return ok() ? std::move(*bytes) : Bytes{};
  }
  bool boolean() {
    take('?');
    if (take('1')) return true;
    if (!take('0')) fail("a boolean is ?0 or ?1");
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

Error unwritable(std::string_view what) { return {ErrorCode::kInvalidArgument, std::string(what)}; }

Result<void> check_key(std::string_view key) {
  if (!key.empty() && starts_key(key.front()) && std::ranges::all_of(key, is_in_key)) return {};
  return unwritable("not a key of a structured field");
}

// RFC 8941 section 4.1.
struct Writer {
  Result<std::string> operator()(std::int64_t value) const {
    if (value < -kMaxInteger || value > kMaxInteger) return unwritable("an integer of more than 15 digits");
    return std::to_string(value);
  }
  Result<std::string> operator()(const std::string& value) const {
    std::string out = "\"";
    for (char c : value) {
      if (!is_printable(c)) return unwritable("a string that is not printable ASCII");
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + "\"";
  }
  Result<std::string> operator()(const Token& value) const {
    const std::string& text = value.text;
    if (text.empty() || !starts_token(text.front()) || !std::ranges::all_of(text, is_in_token)) {
      return unwritable("not a token");
    }
    return text;
  }
  Result<std::string> operator()(const Bytes& value) const { return ":" + to_base64(value) + ":"; }
  Result<std::string> operator()(bool value) const { return std::string(value ? "?1" : "?0"); }
};

Result<void> write_parameters(std::string& out, const Parameters& parameters) {
  for (const auto& [key, value] : parameters) {
    MEDCHAIN_TRY(check_key(key));
    out += ";" + key;
    if (value == BareItem(true)) continue;
    auto written = serialise(value);
    if (!written) return written.error();
    out += "=" + *written;
  }
  return {};
}

Result<std::string> serialise_item(const Item& item) {
  auto out = serialise(item.value);
  if (!out) return out;
  MEDCHAIN_TRY(write_parameters(*out, item.parameters));
  return out;
}

Result<void> write_member(std::string& out, const Member& member) {
  MEDCHAIN_TRY(check_key(member.key));
  out += member.key;
  const Item* item = std::get_if<Item>(&member.value);
  if (item != nullptr && item->value == BareItem(true)) return write_parameters(out, item->parameters);
  auto value = item != nullptr ? serialise_item(*item) : serialise(std::get<InnerList>(member.value));
  if (!value) return value.error();
  out += "=" + *value;
  return {};
}

}  // namespace

Result<Dictionary> parse_dictionary(std::string_view text) {
  if (text.size() > kMaxFieldBytes) {
    return Error(ErrorCode::kTooLarge,
                 std::to_string(text.size()) + " bytes, at most " + std::to_string(kMaxFieldBytes) + " are allowed");
  }
  while (text.ends_with(' ')) text.remove_suffix(1);
  return Parser(text).dictionary();
}

const Member* find(const Dictionary& dictionary, std::string_view key) {
  auto found = std::ranges::find(dictionary, key, &Member::key);
  return found == dictionary.end() ? nullptr : &*found;
}

const BareItem* find(const Parameters& parameters, std::string_view key) {
  auto found = std::ranges::find(parameters, key, &std::pair<std::string, BareItem>::first);
  return found == parameters.end() ? nullptr : &found->second;
}

Result<std::string> serialise(const BareItem& item) { return std::visit(Writer{}, item); }

Result<std::string> serialise(const InnerList& list) {
  std::string out = "(";
  for (const Item& item : list.items) {
    auto written = serialise_item(item);
    if (!written) return written;
    out += (out.size() > 1 ? " " : "") + *written;
  }
  out += ")";
  MEDCHAIN_TRY(write_parameters(out, list.parameters));
  return out;
}

Result<std::string> serialise(const Dictionary& dictionary) {
  std::string out;
  for (const Member& member : dictionary) {
    if (!out.empty()) out += ", ";
    MEDCHAIN_TRY(write_member(out, member));
  }
  return out;
}

}  // namespace medchain::http::fields
