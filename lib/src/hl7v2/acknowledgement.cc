// General acknowledgement in original mode: HL7 v2.5.1 sections 2.9.2, 2.14.1 (ACK), 2.15.8 (MSA), 2.15.5 (ERR).
#include <algorithm>

#include "medchain/hl7v2.h"
#include "place.h"
#include "segments.h"

namespace medchain::hl7v2 {
namespace {

constexpr std::size_t kMaxEchoedBytes = 250;  // of one field; longer ones are left out

// What an answer repeats of the message.
struct Header {
  Delimiters delimiters;
  std::string encoding = "^~\\&";
  std::string sender[2];    // MSH-3, MSH-4
  std::string receiver[2];  // MSH-5, MSH-6
  std::string trigger;
  std::string control_id;
  std::string processing = "P";
  std::string version = "2.5.1";
};

std::string echoed(std::string_view field) {
  return field.size() > kMaxEchoedBytes || has_control(field) ? std::string() : std::string(field);
}

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= 8 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
  });
}

Header read_header(ByteView message) {
  Header header;
  auto parsed = parse_header(text(message));
  if (!parsed) return header;
  const Segment& msh = parsed->all[0];
  header.delimiters = parsed->delimiters;
  header.encoding = msh.field(2);
  for (std::size_t i : {0, 1}) {
    header.sender[i] = echoed(msh.field(3 + i));
    header.receiver[i] = echoed(msh.field(5 + i));
  }
  const std::string_view trigger = parsed->component(msh.field(9), 2);
  if (is_plain(trigger)) header.trigger = trigger;
  header.control_id = echoed(msh.field(10));
  const std::string_view processing = parsed->component(msh.field(11));
  if (is_plain(processing)) header.processing = processing;
  const std::string_view version = parsed->component(msh.field(12));
  if (is_plain(version)) header.version = version;
  return header;
}

// Section 2.7.1: delimiters within text.
std::string escaped(std::string_view text, const Delimiters& delimiters) {
  std::string out;
  auto escape = [&](char name) { out += {delimiters.escape, name, delimiters.escape}; };
  for (char c : text) {
    if (c == delimiters.escape) {
      escape('E');
    } else if (c == delimiters.field) {
      escape('F');
    } else if (c == delimiters.component) {
      escape('S');
    } else if (c == delimiters.subcomponent) {
      escape('T');
    } else if (c == delimiters.repetition) {
      escape('R');
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string joined(std::initializer_list<std::string> parts, char separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.begin()) out += separator;
    out += part;
  }
  return out;
}

std::string digits_of(std::string_view time) {
  std::string out;
  for (char c : time.substr(0, kMaxEchoedBytes)) {
    if ((c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-') out += c;
  }
  return out;
}

std::string msh(const Header& header, std::string_view time) {
  const char component = header.delimiters.component;
  const std::string type = header.trigger.empty() ? "ACK" : joined({"ACK", header.trigger, "ACK"}, component);
  const std::string control_id = header.control_id.empty() ? "1" : header.control_id;
  return joined({"MSH", header.encoding, header.receiver[0], header.receiver[1], header.sender[0], header.sender[1],
                 digits_of(time), "", type, control_id, header.processing, header.version},
                header.delimiters.field) +
         "\r";
}

// Table 0357.
struct Condition {
  std::string_view code;
  std::string_view text;
};
Condition condition_of(const Error& error, const std::optional<Place>& place) {
  if (error.code() == ErrorCode::kUnsupportedVersion) return {"203", "Unsupported version id"};
  if (error.code() == ErrorCode::kInvalidArgument && place && place->segment == "MSH") {
    if (place->field == 11) return {"202", "Unsupported processing id"};
    return {"200", "Unsupported message type"};
  }
  if (error.code() != ErrorCode::kMalformed) return {"207", "Application internal error"};
  if (!place || place->field == 0) return {"100", "Segment sequence error"};
  if (error.message().ends_with("missing")) return {"101", "Required field missing"};
  return {"102", "Data type error"};
}

// Before v2.5 all is in ERR-1.
bool is_old(std::string_view version) { return version.size() >= 3 && version.starts_with("2.") && version[2] < '5'; }

std::string err(const Header& header, const Error& error) {
  const Delimiters& d = header.delimiters;
  const auto place = place_of(error);
  const Condition condition = condition_of(error, place);
  const char inner = is_old(header.version) ? d.subcomponent : d.component;
  const std::string what = joined({std::string(condition.code), std::string(condition.text), "HL70357"}, inner);
  std::string where;
  if (place) where = joined({place->segment, std::to_string(place->sequence)}, d.component);
  if (place && place->field > 0) where += d.component + std::to_string(place->field);
  if (is_old(header.version)) {
    if (!place || place->field == 0) where += std::string(place ? 1 : 2, d.component);
    return joined({"ERR", where + d.component + what}, d.field) + "\r";
  }
  return joined({"ERR", "", where, what, "E", "", "", "", escaped(error.message(), d)}, d.field) + "\r";
}

Bytes as_bytes(const std::string& message) { return to_bytes(view(message)); }

}  // namespace

Bytes accept(ByteView message, std::string_view time) {
  const Header header = read_header(message);
  return as_bytes(msh(header, time) + joined({"MSA", "AA", header.control_id}, header.delimiters.field) + "\r");
}

Bytes refuse(ByteView message, const Error& error, std::string_view time) {
  const Header header = read_header(message);
  const bool at_fault = error.code() == ErrorCode::kMalformed || error.code() == ErrorCode::kTooLarge;
  std::string msa = joined({"MSA", at_fault ? "AE" : "AR", header.control_id}, header.delimiters.field);
  // MSA-3 is what people see before v2.5, which gave ERR a text.
  if (is_old(header.version)) msa += header.delimiters.field + escaped(error.message(), header.delimiters);
  return as_bytes(msh(header, time) + msa + "\r" + err(header, error));
}

}  // namespace medchain::hl7v2
