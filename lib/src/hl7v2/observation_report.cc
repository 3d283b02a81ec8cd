// ORU^R01, "unsolicited observation message": HL7 v2.5.1 section 7.3.1.
#include <algorithm>

#include "date_time.h"
#include "medchain/hl7v2.h"
#include "place.h"
#include "segments.h"
#include "vital_signs.h"

namespace medchain::hl7v2 {
namespace {

constexpr std::size_t kMaxControlIdBytes = 199;  // MSH-10 since v2.7; 20 before
constexpr std::size_t kMaxShownBytes = 20;
constexpr std::string_view kResultStatus = "ABCDFINOPRSUVWX";  // table 0085, of all versions
constexpr std::string_view kNull = "\"\"";                     // section 2.5.3: delete what is there

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_absent(std::string_view text) { return text.empty() || text == kNull; }

// A type of message is no personal data; whatever does not look like one is not shown.
std::string shown(std::string_view value) {
  auto in_type = [](char c) { return is_upper(c) || is_digit(c) || c == '^' || c == '_'; };
  if (value.size() > kMaxShownBytes || !std::all_of(value.begin(), value.end(), in_type)) return "this";
  return '"' + std::string(value) + '"';
}

// NM, section 2.A.48.
bool is_number(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return true;
  text = text.substr(first, text.find_last_not_of(' ') - first + 1);
  if (text[0] == '+' || text[0] == '-') text.remove_prefix(1);
  const auto digits = std::count_if(text.begin(), text.end(), is_digit);
  const auto points = std::count(text.begin(), text.end(), '.');
  return digits > 0 && points <= 1 && static_cast<std::size_t>(digits + points) == text.size();
}

Result<void> check_type(const Segments& message) {
  const std::string_view type = message.all[0].field(9);
  if (type.empty()) return wrong({"MSH", 1, 9}, "missing");
  const std::string_view structure = message.component(type, 3);
  if (message.component(type, 1) == "ORU" && message.component(type, 2) == "R01" &&
      (structure.empty() || structure == "ORU_R01")) {
    return {};
  }
  return wrong({"MSH", 1, 9}, shown(type) + " is not ORU^R01", ErrorCode::kInvalidArgument);
}

Result<void> check_version(const Segments& message) {
  const std::string_view version = message.component(message.all[0].field(12));
  if (version.empty()) return wrong({"MSH", 1, 12}, "missing");
  const bool digits = std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (version.size() >= 3 && version.size() <= 8 && version.starts_with("2.") && is_digit(version[2]) && digits)
    return {};
  return wrong({"MSH", 1, 12}, shown(version) + " is not a version 2.x", ErrorCode::kUnsupportedVersion);
}

Result<void> check_processing(const Segments& message) {
  const std::string_view id = message.component(message.all[0].field(11));
  if (id.empty()) return wrong({"MSH", 1, 11}, "missing");
  if (id == "P" || id == "T" || id == "D") return {};
  return wrong({"MSH", 1, 11}, shown(id) + " is not P, T or D", ErrorCode::kInvalidArgument);
}

// First what decides between AR and AE.
Result<void> check_header(const Segments& message) {
  MEDCHAIN_TRY(check_type(message));
  MEDCHAIN_TRY(check_version(message));
  MEDCHAIN_TRY(check_processing(message));
  const std::string_view control_id = message.all[0].field(10);
  if (control_id.empty()) return wrong({"MSH", 1, 10}, "missing");
  if (control_id.size() > kMaxControlIdBytes) {
    return wrong({"MSH", 1, 10}, "longer than " + std::to_string(kMaxControlIdBytes) + " bytes");
  }
  return {};
}

// Of one OBX, what is there (section 7.4.2). Real systems leave out type, identifier and value, so these may be
// missing.
Result<void> check_observation(const Segments& message, const Segment& segment, std::size_t sequence) {
  auto at = [&](std::size_t field) { return Place{"OBX", sequence, field}; };
  const std::string_view set_id = segment.field(1);
  if (!std::all_of(set_id.begin(), set_id.end(), is_digit)) return wrong(at(1), "expected a number");
  const std::string_view type = segment.field(2);
  auto in_type = [](char c) { return is_upper(c) || is_digit(c); };
  if (!is_absent(type) && (type.size() < 2 || type.size() > 3 || !std::all_of(type.begin(), type.end(), in_type))) {
    return wrong(at(2), "expected a type of two or three letters, as NM");
  }
  for (std::string_view value : split(segment.field(5), message.delimiters.repetition)) {
    if (type == "NM" && !is_absent(value) && !is_number(value)) return wrong(at(5), "expected a number, as OBX-2 says");
    const bool is_time = type == "DT" || type == "TS" || type == "DTM";
    if (is_time && !is_absent(value) && !parse_time(message.component(value))) {
      return wrong(at(5), "expected a date or time, as OBX-2 says");
    }
  }
  const std::string_view status = segment.field(11);
  if (!is_absent(status) && (status.size() != 1 || kResultStatus.find(status[0]) == std::string_view::npos)) {
    return wrong(at(11), "expected a result status of table 0085, as F");
  }
  const std::string_view time = message.component(segment.field(14));
  if (!is_absent(time) && !parse_time(time)) return wrong(at(14), "expected a time, as 20261122080000+0000");
  return {};
}

// Either of the two codes that an identifier may have; of MDC, name or code.
bool names_vital_sign(const Segments& message, std::string_view identifier) {
  for (std::size_t first : {1, 4}) {
    const std::string_view system = message.component(identifier, first + 2);
    if (is_vital_sign(system, message.component(identifier, first))) return true;
    if (system == "MDC" && is_vital_sign(system, message.component(identifier, first + 1))) return true;
  }
  return false;
}

// The first `field` of a segment `name` that is a time since 1970.
std::optional<std::uint64_t> find_time(const Segments& message, std::string_view name, std::size_t field) {
  for (const Segment& segment : message.all) {
    if (segment.name() != name) continue;
    const auto time = parse_time(message.component(segment.field(field)));
    if (time && *time >= 0) return static_cast<std::uint64_t>(*time);
  }
  return std::nullopt;
}

Result<RecordKind> check_body(const Segments& message) {
  std::size_t requests = 0;
  std::size_t observations = 0;
  RecordKind kind = RecordKind::kLaboratory;
  for (std::size_t i = 1; i < message.all.size(); ++i) {
    const Segment& segment = message.all[i];
    if (segment.name() == "MSH") return wrong({"MSH"}, "twice in one message");
    if (segment.name() == "OBR") ++requests;
    if (segment.name() != "OBX") continue;
    MEDCHAIN_TRY(check_observation(message, segment, ++observations));
    if (names_vital_sign(message, segment.field(3))) kind = RecordKind::kVitals;
  }
  if (requests == 0) return wrong({"OBR"}, "missing");
  return kind;
}

}  // namespace

Result<Message> read(ByteView message, std::size_t max_bytes) {
  const std::size_t most = std::min(max_bytes, kMaxMessageBytes);
  if (message.size() > most) {
    return Error(ErrorCode::kTooLarge,
                 std::to_string(message.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
  }
  auto header = parse_header(text(message));
  if (!header) return header.error();
  MEDCHAIN_TRY(check_header(*header));
  auto segments = parse_segments(text(message));
  if (!segments) return segments.error();
  auto kind = check_body(*segments);
  if (!kind) return kind.error();
  auto time = find_time(*segments, "OBR", 7);
  if (!time) time = find_time(*segments, "OBX", 14);
  if (!time) time = find_time(*segments, "MSH", 7);
  const Segment& msh = segments->all[0];
  return Message{.control_id = std::string(msh.field(10)),
                 .trigger = std::string(segments->component(msh.field(9), 2)),
                 .version = std::string(segments->component(msh.field(12))),
                 .kind = *kind,
                 .time_ms = time};
}

}  // namespace medchain::hl7v2
