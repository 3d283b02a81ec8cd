#include "content.h"

#include <algorithm>

#include "medchain/fhir.h"
#include "medchain/hl7v2.h"

namespace medchain::gateway {
namespace {

constexpr std::string_view kResourceType = "\"resourceType\"";

// A wearable's JSON has no such member, and in a text its quotes would be escaped.
bool is_fhir(ByteView body) { return text(body).find(kResourceType) != std::string_view::npos; }

Result<std::vector<Reading>> read_wearable(ByteView body, const Address& subject, std::size_t max_bytes) {
  auto reading = fhir::read_wearable(body, max_bytes);
  if (!reading) return reading.error();
  std::vector<Reading> readings;
  readings.push_back({subject, reading->record_kind, reading->time_ms, to_bytes(body)});
  return readings;
}

}  // namespace

std::optional<ContentForm> content_form(std::string_view media_type) {
  if (media_type == "application/fhir+json") return ContentForm::kFhirJson;
  if (media_type == "application/fhir+ndjson") return ContentForm::kFhirNdjson;
  if (media_type == "application/json") return ContentForm::kJson;
  return std::nullopt;
}

Result<std::vector<Reading>> read_observations(ByteView body, ContentForm form, const Address& subject,
                                               std::uint64_t now_ms, std::size_t max_bytes) {
  max_bytes = std::min(max_bytes, fhir::kMaxDocumentBytes);
  if (form == ContentForm::kJson && !is_fhir(body)) return read_wearable(body, subject, max_bytes);
  auto document =
      fhir::read(body, form == ContentForm::kFhirNdjson ? fhir::Form::kNdjson : fhir::Form::kJson, max_bytes);
  if (!document) return document.error();
  if (document->resources.empty()) return Error(ErrorCode::kMalformed, "there is no resource in it");
  std::vector<Reading> readings;
  for (const fhir::Resource& resource : document->resources) {
    readings.push_back({subject, resource.kind, resource.time_ms.value_or(now_ms),
                        to_bytes(body.subspan(resource.offset, resource.size))});
  }
  return readings;
}

Result<std::vector<Reading>> read_message(ByteView message, const Address& subject, std::uint64_t now_ms,
                                          std::size_t max_bytes) {
  auto read = hl7v2::read(message, std::min(max_bytes, hl7v2::kMaxMessageBytes));
  if (!read) return read.error();
  std::vector<Reading> readings;
  readings.push_back({subject, read->kind, read->time_ms.value_or(now_ms), to_bytes(message)});
  return readings;
}

}  // namespace medchain::gateway
