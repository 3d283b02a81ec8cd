// What devices and hospital systems send as JSON: HL7 FHIR R4 documents, and the compact readings of wearables. Reads
// and validates them, and says of each resource where its bytes are, so that exactly those bytes can be sealed.
//
//   auto document = fhir::read(body, fhir::Form::kJson);
//   if (!document) return answer(400, document.error().message());  // "Observation.status: \"finished\" is not one of
//   ..." for (const fhir::Resource& resource : document->resources) {
//     seal(body.subspan(resource.offset, resource.size), resource.kind, resource.time_ms.value_or(now_ms));
//   }
//
// What is accepted, and by which sections of the standard: lib/src/fhir/FORMAT.md.
//
// Errors are kMalformed, or kTooLarge above a limit below; nothing throws. A message names the element as FHIR servers
// do and, of what was sent, shows at most codes and names of elements: it may be logged and answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "medchain/bytes.h"
#include "medchain/transaction.h"

namespace medchain::fhir {

inline constexpr std::size_t kMaxDocumentBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxDepth = 64;          // objects and arrays within one another
inline constexpr std::size_t kMaxResources = 10'000;  // entries of a Bundle, lines of NDJSON
inline constexpr std::size_t kMaxValues = 1'000'000;  // JSON values in one document or line
inline constexpr std::size_t kMaxMembers = 256;       // of one JSON object; R4 has none with a third of it
inline constexpr std::size_t kMaxSamples = 100'000;   // of one wearable reading
inline constexpr std::size_t kMaxDeviceBytes = 128;   // a wearable's name of its device
inline constexpr std::size_t kMaxWearableAxes = 16;   // numbers in one sample

// By content type, which the caller knows.
enum class Form {
  kJson,    // application/fhir+json: one resource; of a Bundle, the resource of each entry
  kNdjson,  // application/fhir+ndjson: a resource in each line, blank lines skipped; a Bundle in a line is one resource
};

struct Resource {
  std::size_t offset = 0;  // its JSON object in the bytes that were read, from { to }
  std::size_t size = 0;
  std::string type;  // "Observation"
  std::string id;    // empty without one
  RecordKind kind = RecordKind::kOther;
  // When it applies: effective, else issued, authored or recorded. Partial dates count as their beginning, and as UTC
  // without a zone. Nothing when it has no time, or one before 1970.
  std::optional<std::uint64_t> time_ms;  // Unix
};

struct Document {
  std::vector<Resource> resources;  // in the order of the bytes; of a Bundle without any, none
  std::string bundle_type;          // "transaction"; empty when it is no Bundle
};

// Reads and validates all of it: one wrong resource refuses the document. `max_bytes` may lower kMaxDocumentBytes.
Result<Document> read(ByteView document, Form form, std::size_t max_bytes = kMaxDocumentBytes);

struct WearableReading {
  std::string device;
  std::string
      kind;  // "heart-rate", "steps", "spo2", "temperature", "ecg", "ppg", "acceleration", "gyroscope", "fall", ...
  std::string unit;  // UCUM; empty only for a fall without samples
  std::size_t samples = 0;
  std::size_t axes = 0;                          // numbers in one sample; 0 without samples
  RecordKind record_kind = RecordKind::kVitals;  // a fall is kAlarm
  std::uint64_t time_ms = 0;                     // of the first sample, Unix
};

// A wearable's own JSON, one object: no field is unknown, none is there twice.
Result<WearableReading> read_wearable(ByteView document, std::size_t max_bytes = kMaxDocumentBytes);

}  // namespace medchain::fhir
