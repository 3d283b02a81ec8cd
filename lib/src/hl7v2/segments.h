// A message as segments, fields, repetitions and components (HL7 v2.5.1 section 2.5). All are views of the message,
// with its escape sequences as they are.
#pragma once

#include <string_view>
#include <vector>

#include "medchain/result.h"

namespace medchain::hl7v2 {

struct Delimiters {  // section 2.5.4
  char field = '|';
  char component = '^';
  char repetition = '~';
  char escape = '\\';
  char subcomponent = '&';
};

class Segment {
 public:
  Segment(std::string_view text, char separator) : text_(text), separator_(separator) {}

  std::string_view name() const { return text_.substr(0, 3); }
  // As the standard counts, from 1; empty when the segment ends before. MSH-1 is the separator itself.
  std::string_view field(std::size_t number) const;

 private:
  std::string_view text_;
  char separator_;
};

struct Segments {
  Delimiters delimiters;
  std::vector<Segment> all;  // the first is MSH

  // The first component of the first repetition, and those after it.
  std::string_view component(std::string_view field, std::size_t number = 1) const;
};

// Parts of `text`, at least one.
std::vector<std::string_view> split(std::string_view text, char separator);

// A byte below 0x20 that is no tab; real systems send tabs within text.
bool has_control(std::string_view text);

// Of a message whose MSH shows its delimiters, whatever else may be wrong. kMalformed, kTooLarge.
Result<Segments> parse_header(std::string_view message);  // MSH alone
Result<Segments> parse_segments(std::string_view message);

}  // namespace medchain::hl7v2
