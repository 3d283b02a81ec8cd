#include "classify.h"

#include "primitives.h"

namespace medchain::fhir {
namespace {

using json::Node;

struct NamedKind {
  std::string_view name;
  RecordKind kind;
};

// By resource type; all others are documents.
constexpr NamedKind kByType[] = {
    {"Condition", RecordKind::kDiagnosis},
    {"AllergyIntolerance", RecordKind::kDiagnosis},
    {"ClinicalImpression", RecordKind::kDiagnosis},
    {"MedicationRequest", RecordKind::kPrescription},
    {"MedicationDispense", RecordKind::kPrescription},
    {"MedicationAdministration", RecordKind::kPrescription},
    {"MedicationStatement", RecordKind::kPrescription},
    {"VisionPrescription", RecordKind::kPrescription},
    {"Specimen", RecordKind::kLaboratory},
    {"MolecularSequence", RecordKind::kLaboratory},
    {"ImagingStudy", RecordKind::kImaging},
    {"Media", RecordKind::kImaging},
};

// http://terminology.hl7.org/CodeSystem/observation-category, and for reports also table 0074 of HL7 v2.
constexpr NamedKind kByCategory[] = {
    {"vital-signs", RecordKind::kVitals},
    {"laboratory", RecordKind::kLaboratory},
    {"imaging", RecordKind::kImaging},
};
constexpr std::string_view kLaboratoryCodes[] = {"LAB", "laboratory", "HM", "CH", "MB", "SR", "BLB"};

template <class Visit>
void for_each_category(const Node& resource, Visit visit) {
  const auto categories = resource.find("category");
  if (!categories) return;
  for (const Node& category : categories->children()) {
    const auto codings = category.find("coding");
    if (!codings) continue;
    for (const Node& coding : codings->children()) visit(coding.text_of("code"));
  }
}

RecordKind kind_of_observation(const Node& resource) {
  std::optional<RecordKind> kind;
  for_each_category(resource, [&](const std::string& code) {
    for (const NamedKind& known : kByCategory) {
      if (!kind && known.name == code) kind = known.kind;
    }
  });
  return kind.value_or(RecordKind::kOther);
}

RecordKind kind_of_report(const Node& resource) {
  RecordKind kind = RecordKind::kDiagnosis;
  for_each_category(resource, [&](const std::string& code) {
    for (std::string_view known : kLaboratoryCodes) {
      if (known == code) kind = RecordKind::kLaboratory;
    }
  });
  return kind;
}

// Whichever comes first: when it was so, then when somebody said so.
constexpr std::string_view kTimes[] = {"effectiveDateTime",
                                       "effectiveInstant",
                                       "effectivePeriod",
                                       "performedDateTime",
                                       "performedPeriod",
                                       "occurrenceDateTime",
                                       "occurrencePeriod",
                                       "occurredDateTime",
                                       "occurredPeriod",
                                       "started",
                                       "issued",
                                       "authoredOn",
                                       "recorded",
                                       "recordedDate",
                                       "dateTime",
                                       "date",
                                       "timestamp",
                                       "created",
                                       "createdDateTime",
                                       "dateAsserted",
                                       "whenHandedOver",
                                       "whenPrepared",
                                       "period"};

}  // namespace

RecordKind kind_of(const Node& resource) {
  const std::string type = resource.text_of("resourceType");
  if (type == "Observation") return kind_of_observation(resource);
  if (type == "DiagnosticReport") return kind_of_report(resource);
  for (const NamedKind& known : kByType) {
    if (known.name == type) return known.kind;
  }
  return RecordKind::kDocument;
}

std::optional<std::uint64_t> time_of(const Node& resource) {
  for (std::string_view name : kTimes) {
    const auto element = resource.find(name);
    if (!element) continue;
    const auto time = time_ms(element->is_object() ? element->text_of("start") : element->text());
    if (time) return time;
  }
  return std::nullopt;
}

}  // namespace medchain::fhir
