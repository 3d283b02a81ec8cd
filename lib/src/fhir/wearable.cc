// The compact readings of wearables: FORMAT.md, "Wearable readings".
#include <algorithm>
#include <charconv>
#include <cmath>

#include "json.h"
#include "medchain/fhir.h"
#include "primitives.h"
#include "utf8.h"

namespace medchain::fhir {
namespace {

using json::Kind;
using json::Node;

constexpr std::string_view kFields[] = {"device", "time", "kind", "unit", "samples", "period_ms"};
constexpr std::string_view kKinds[] = {"heart-rate", "steps",        "spo2",      "temperature", "ecg",
                                       "ppg",        "acceleration", "gyroscope", "fall",        "battery"};
constexpr std::size_t kMaxUnitBytes = 32;
constexpr double kMaxPeriodMs = 24.0 * 60 * 60 * 1000;

Error malformed(std::string_view field, std::string_view why) {
  return {ErrorCode::kMalformed, std::string(field) + ": " + std::string(why)};
}

// Nothing when it is no number, or one that a double does not hold.
std::optional<double> number(const Node& node) {
  double value = 0;
  const std::string_view raw = node.raw();
  if (node.kind() != Kind::kNumber) return std::nullopt;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (error != std::errc() || end != raw.data() + raw.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<void> check_fields(const Node& root) {
  if (!root.is_object()) return Error(ErrorCode::kMalformed, "a reading is a JSON object");
  for (const Node& member : root.children()) {
    const std::string key = member.key();
    if (std::find(std::begin(kFields), std::end(kFields), key) == std::end(kFields)) {
      return malformed(shown_name(key), "unknown field");
    }
  }
  return {};
}

Result<std::string> read_device(const Node& root) {
  const auto device = root.find("device");
  if (!device) return malformed("device", "missing");
  const std::string name = device->text();
  if (!device->is_string() || !is_string(name) || name.size() > kMaxDeviceBytes) {
    return malformed(
        "device", "expected a string of 1 to " + std::to_string(kMaxDeviceBytes) + " bytes without control characters");
  }
  return name;
}

Result<std::string> read_kind(const Node& root) {
  const auto kind = root.find("kind");
  if (!kind) return malformed("kind", "missing");
  const std::string name = kind->text();
  if (std::find(std::begin(kKinds), std::end(kKinds), name) != std::end(kKinds)) return name;
  std::string listed;
  for (std::string_view known : kKinds) listed += (listed.empty() ? "" : ", ") + std::string(known);
  return malformed("kind", shown_code(name) + " is not one of " + listed);
}

Result<std::uint64_t> read_time(const Node& root) {
  const auto time = root.find("time");
  if (!time) return malformed("time", "missing");
  const Error wrong = malformed("time", "expected an instant since 1970, as \"2026-11-22T08:00:00.000Z\", or Unix ms");
  if (time->is_string()) {
    const std::string text = time->text();
    const auto moment = parse_moment(text);
    if (!moment || !moment->zoned || moment->ms < 0) return wrong;
    return static_cast<std::uint64_t>(moment->ms);
  }
  std::uint64_t ms = 0;
  const std::string_view raw = time->raw();
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), ms);
  if (time->kind() != Kind::kNumber || error != std::errc() || end != raw.data() + raw.size()) return wrong;
  if (ms > limits::kMaxTimeMs) return wrong;
  return ms;
}

// UCUM: printable ASCII without spaces.
Result<std::string> read_unit(const Node& root, bool required) {
  const auto unit = root.find("unit");
  if (!unit && !required) return std::string();
  if (!unit) return malformed("unit", "missing");
  const std::string text = unit->text();
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!unit->is_string() || text.empty() || text.size() > kMaxUnitBytes || !printable) {
    return malformed("unit", "expected a UCUM unit, as \"/min\"");
  }
  return text;
}

// How many numbers there are in a sample: 1 of a number itself, 0 when it is wrong.
std::size_t axes_of(const Node& sample) {
  if (!sample.is_array()) return number(sample) ? 1 : 0;
  const auto axes = sample.children();
  const bool good = std::all_of(axes.begin(), axes.end(), [](const Node& axis) { return number(axis).has_value(); });
  return good && axes.size() <= kMaxWearableAxes ? axes.size() : 0;
}

Result<void> read_samples(const Node& samples, WearableReading& reading) {
  if (!samples.is_array()) return malformed("samples", "expected an array");
  const auto list = samples.children();
  if (list.empty()) return malformed("samples", "an empty array");
  if (list.size() > kMaxSamples) {
    return Error(ErrorCode::kTooLarge, "samples: " + std::to_string(list.size()) + ", at most " +
                                           std::to_string(kMaxSamples) + " are allowed");
  }
  reading.samples = list.size();
  reading.axes = axes_of(list[0]);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = "samples[" + std::to_string(i) + "]";
    const std::size_t axes = axes_of(list[i]);
    if (axes == 0) return malformed(place, "expected a number, or an array of 1 to 16 numbers");
    if (axes != reading.axes || list[i].is_array() != list[0].is_array()) {
      return malformed(place, "is not of the shape of samples[0]");
    }
  }
  return {};
}

Result<void> check_period(const Node& root, std::size_t samples) {
  const auto period = root.find("period_ms");
  if (!period) {
    if (samples > 1) return malformed("period_ms", "missing, with more than one sample");
    return {};
  }
  const auto value = number(*period);
  if (!value || *value <= 0 || *value > kMaxPeriodMs) {
    return malformed("period_ms", "expected a number of ms above 0 and up to a day");
  }
  return {};
}

Result<WearableReading> read_reading(const Node& root) {
  MEDCHAIN_TRY(check_fields(root));
  WearableReading reading;
  auto device = read_device(root);
  if (!device) return device.error();
  auto kind = read_kind(root);
  if (!kind) return kind.error();
  auto time = read_time(root);
  if (!time) return time.error();
  const auto samples = root.find("samples");
  const bool is_fall = *kind == "fall";
  if (!samples && !is_fall) return malformed("samples", "missing");
  auto unit = read_unit(root, samples.has_value());
  if (!unit) return unit.error();
  if (samples) MEDCHAIN_TRY(read_samples(*samples, reading));
  MEDCHAIN_TRY(check_period(root, reading.samples));
  reading.device = std::move(*device);
  reading.kind = std::move(*kind);
  reading.unit = std::move(*unit);
  reading.time_ms = *time;
  reading.record_kind = is_fall ? RecordKind::kAlarm : RecordKind::kVitals;
  return reading;
}

}  // namespace

Result<WearableReading> read_wearable(ByteView document, std::size_t max_bytes) {
  const std::size_t most = std::min(max_bytes, kMaxDocumentBytes);
  if (document.size() > most) {
    return Error(ErrorCode::kTooLarge,
                 std::to_string(document.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
  }
  auto parsed = json::Document::parse(text(document));
  if (!parsed) return parsed.error();
  return read_reading(parsed->root());
}

}  // namespace medchain::fhir
