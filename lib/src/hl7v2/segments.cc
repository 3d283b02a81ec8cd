#include "segments.h"

#include <algorithm>

#include "medchain/hl7v2.h"
#include "place.h"

namespace medchain::hl7v2 {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kMostDelimiters = 5;  // the fifth, for truncated text, since v2.7

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_punctuation(char c) { return c > ' ' && c < 0x7f && !is_digit(c) && !is_upper(c) && !(c >= 'a' && c <= 'z'); }

// MSH-1 and MSH-2.
Result<Delimiters> read_delimiters(std::string_view header) {
  if (!header.starts_with("MSH")) return wrong({"MSH"}, "the message does not begin with it");
  if (header.size() < 4 || !is_punctuation(header[3])) return wrong({"MSH", 1, 1}, "expected a separator, as |");
  const std::string_view encoding = split(header.substr(4), header[3])[0];
  std::string all = header[3] + std::string(encoding.substr(0, kMostDelimiters + 1));
  const bool good = encoding.size() >= 4 && encoding.size() <= kMostDelimiters &&
                    std::all_of(encoding.begin(), encoding.end(), is_punctuation);
  std::sort(all.begin(), all.end());
  if (!good || std::adjacent_find(all.begin(), all.end()) != all.end()) {
    return wrong({"MSH", 1, 2}, "expected four distinct delimiters, as ^~\\&");
  }
  return Delimiters{header[3], encoding[0], encoding[1], encoding[2], encoding[3]};
}

bool is_segment(std::string_view text, char separator) {
  return text.size() >= 3 && is_upper(text[0]) && (is_upper(text[1]) || is_digit(text[1])) &&
         (is_upper(text[2]) || is_digit(text[2])) && (text.size() == 3 || text[3] == separator);
}

// The next line of `left`, which ends with CR, LF or both.
std::string_view take_line(std::string_view& left) {
  const std::size_t end = std::min(left.find_first_of("\r\n"), left.size());
  const std::string_view line = left.substr(0, end);
  left.remove_prefix(std::min(end + 1, left.size()));
  return line;
}

}  // namespace

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view Segment::field(std::size_t number) const {
  const bool is_header = name() == "MSH";
  if (is_header && number == 1) return text_.substr(3, 1);
  std::string_view left = text_;
  for (std::size_t i = is_header ? 1 : 0; i < number; ++i) {
    const std::size_t next = left.find(separator_);
    if (next == std::string_view::npos) return {};
    left.remove_prefix(next + 1);
  }
  return left.substr(0, left.find(separator_));
}

std::string_view Segments::component(std::string_view field, std::size_t number) const {
  std::string_view left = field.substr(0, field.find(delimiters.repetition));
  for (std::size_t i = 1; i < number; ++i) {
    const std::size_t next = left.find(delimiters.component);
    if (next == std::string_view::npos) return {};
    left.remove_prefix(next + 1);
  }
  return left.substr(0, left.find(delimiters.component));
}

Result<Segments> parse_header(std::string_view message) {
  if (message.starts_with(kByteOrderMark)) message.remove_prefix(kByteOrderMark.size());
  const std::string_view header = take_line(message);
  auto delimiters = read_delimiters(header);
  if (!delimiters) return delimiters.error();
  return Segments{*delimiters, {Segment(header, delimiters->field)}};
}

Result<Segments> parse_segments(std::string_view message) {
  auto segments = parse_header(message);
  if (!segments) return segments;
  if (message.starts_with(kByteOrderMark)) message.remove_prefix(kByteOrderMark.size());
  if (has_control(take_line(message))) return wrong({"MSH"}, "a control character");
  while (!message.empty()) {
    const std::string_view line = take_line(message);
    if (line.empty()) continue;
    const std::size_t number = segments->all.size() + 1;
    if (number > kMaxSegments) {
      return Error(ErrorCode::kTooLarge, "more than " + std::to_string(kMaxSegments) + " segments");
    }
    if (!is_segment(line, segments->delimiters.field)) {
      return Error(ErrorCode::kMalformed,
                   "segment " + std::to_string(number) + ": does not begin with a segment's name");
    }
    if (has_control(line)) {
      return Error(ErrorCode::kMalformed, "segment " + std::to_string(number) + ": a control character");
    }
    segments->all.emplace_back(line, segments->delimiters.field);
  }
  return segments;
}

}  // namespace medchain::hl7v2
