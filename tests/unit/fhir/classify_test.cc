#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

Resource only(const std::string& document) {
  auto result = read_json(document);
  INFO(document);
  REQUIRE(result);
  return result->resources[0];
}
RecordKind kind(const std::string& document) { return only(document).kind; }
auto time(const std::string& document) { return only(document).time_ms; }

std::string category(const std::string& code) {
  return R"("category":[{"text":"x"},{"coding":[{"code":")" + code + "\"}]}]";
}
const std::string kSubject = R"("subject":{"reference":"Patient/1"})";

}  // namespace

TEST_CASE("An Observation's kind is that of its category") {
  CHECK(kind(kFullObservation) == RecordKind::kVitals);
  CHECK(kind(observation(category("vital-signs"))) == RecordKind::kVitals);
  CHECK(kind(observation(category("laboratory"))) == RecordKind::kLaboratory);
  CHECK(kind(observation(category("imaging"))) == RecordKind::kImaging);
  CHECK(kind(observation(category("survey"))) == RecordKind::kOther);
  CHECK(kind(observation()) == RecordKind::kOther);
}

TEST_CASE("Another resource's kind is that of its type") {
  const std::string report = R"("status":"final","code":{"text":"x"})";
  CHECK(kind(resource("DiagnosticReport", report)) == RecordKind::kDiagnosis);
  CHECK(kind(resource("DiagnosticReport", report + "," + category("LAB"))) == RecordKind::kLaboratory);
  CHECK(kind(resource("DiagnosticReport", report + "," + category("laboratory"))) == RecordKind::kLaboratory);
  CHECK(kind(resource("DiagnosticReport", report + "," + category("RAD"))) == RecordKind::kDiagnosis);
  CHECK(kind(resource("Condition", kSubject)) == RecordKind::kDiagnosis);
  CHECK(kind(resource("MedicationStatement", "")) == RecordKind::kPrescription);
  CHECK(kind(resource("MedicationRequest",
                      R"("status":"active","intent":"order","medicationCodeableConcept":{"text":"x"},)" + kSubject)) ==
        RecordKind::kPrescription);
  CHECK(kind(resource("Media", "")) == RecordKind::kImaging);
  CHECK(kind(resource("ImagingStudy", R"("status":"available",)" + kSubject)) == RecordKind::kImaging);
  CHECK(kind(resource("DocumentReference", "")) == RecordKind::kDocument);
  CHECK(kind(resource("Patient", "")) == RecordKind::kDocument);
}

TEST_CASE("A resource's time is when it applied, and otherwise when it was said") {
  constexpr std::uint64_t k2026 = 1'767'225'600'000;
  CHECK(time(kFullObservation) == 1'795'334'400'000);
  CHECK(time(observation(R"("issued":"2030-01-01T00:00:00Z","effectiveDateTime":"2026")")) == k2026);
  CHECK(time(observation(R"("effectivePeriod":{"start":"2026-01","end":"2027"})")) == k2026);
  CHECK(time(observation(R"("effectiveInstant":"2026-01-01T00:00:00Z")")) == k2026);
  CHECK(time(observation(R"("effectivePeriod":{"end":"2027"},"issued":"2026-01-01T00:00:00Z")")) == k2026);
  CHECK(time(resource("MedicationStatement", R"("dateAsserted":"2026")")) == k2026);
  CHECK(time(resource("Condition", R"("recordedDate":"2026",)" + kSubject)) == k2026);
  CHECK(time(resource("DocumentReference", R"("date":"2026-01-01T01:00:00+01:00")")) == k2026);
  CHECK_FALSE(time(observation(R"("effectiveDateTime":"1969")")));
  CHECK_FALSE(time(resource("Patient", R"("birthDate":"2026")")));
}
