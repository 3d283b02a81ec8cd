// What R4 requires of the other types that have a table, each with one document that is right and what makes it wrong.
#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

struct Minimal {
  std::string type;
  std::vector<std::pair<std::string, std::string>> required;  // element, its member
};

const std::string kSubject = R"("subject":{"reference":"Patient/1"})";
const std::string kPatient = R"("patient":{"reference":"Patient/1"})";
const std::string kWho = R"("who":{"display":"x"})";

const std::vector<Minimal> kMinimal{
    {"DiagnosticReport", {{"status", R"("status":"final")"}, {"code", R"("code":{"text":"x"})"}}},
    {"MedicationRequest",
     {{"status", R"("status":"active")"},
      {"intent", R"("intent":"order")"},
      {"medication[x]", R"("medicationReference":{"reference":"#m"})"},
      {"subject", kSubject}}},
    {"Condition", {{"subject", kSubject}}},
    {"AllergyIntolerance", {{"patient", kPatient}}},
    {"Procedure", {{"status", R"("status":"completed")"}, {"subject", kSubject}}},
    {"Immunization",
     {{"status", R"("status":"completed")"},
      {"vaccineCode", R"("vaccineCode":{"text":"x"})"},
      {"patient", kPatient},
      {"occurrence[x]", R"("occurrenceDateTime":"2026")"}}},
    {"Encounter", {{"status", R"("status":"finished")"}, {"class", R"("class":{"code":"AMB"})"}}},
    {"CarePlan", {{"status", R"("status":"active")"}, {"intent", R"("intent":"plan")"}, {"subject", kSubject}}},
    {"ServiceRequest", {{"status", R"("status":"active")"}, {"intent", R"("intent":"order")"}, {"subject", kSubject}}},
    {"Goal",
     {{"lifecycleStatus", R"("lifecycleStatus":"active")"},
      {"description", R"("description":{"text":"x"})"},
      {"subject", kSubject}}},
    {"ImagingStudy", {{"status", R"("status":"available")"}, {"subject", kSubject}}},
    {"Consent",
     {{"status", R"("status":"active")"},
      {"scope", R"("scope":{"text":"x"})"},
      {"category", R"("category":[{"text":"x"}])"}}},
    {"AuditEvent",
     {{"type", R"("type":{"code":"rest"})"},
      {"recorded", R"("recorded":"2026-11-22T08:00:00Z")"},
      {"agent", R"("agent":[{"requestor":true}])"},
      {"source", R"("source":{"observer":{"display":"x"}})"}}},
    {"Provenance",
     {{"target", R"("target":[{"reference":"Observation/1"}])"},
      {"recorded", R"("recorded":"2026-11-22T08:00:00Z")"},
      {"agent", "\"agent\":[{" + kWho + "}]"}}},
    {"DeviceMetric", {{"type", R"("type":{"text":"x"})"}, {"category", R"("category":"measurement")"}}},
    {"Bundle", {{"type", R"("type":"batch")"}}},
    {"Claim",
     {{"status", R"("status":"active")"},
      {"type", R"("type":{"text":"x"})"},
      {"use", R"("use":"claim")"},
      {"patient", kPatient},
      {"created", R"("created":"2026")"},
      {"provider", R"("provider":{"display":"x"})"},
      {"priority", R"("priority":{"text":"x"})"},
      {"insurance", R"("insurance":[{"sequence":1,"focal":true,"coverage":{"display":"x"}}])"}}},
    {"ExplanationOfBenefit",
     {{"status", R"("status":"active")"},
      {"type", R"("type":{"text":"x"})"},
      {"use", R"("use":"claim")"},
      {"patient", kPatient},
      {"created", R"("created":"2026")"},
      {"insurer", R"("insurer":{"display":"x"})"},
      {"provider", R"("provider":{"display":"x"})"},
      {"outcome", R"("outcome":"complete")"},
      {"insurance", R"("insurance":[{"focal":true,"coverage":{"display":"x"}}])"}}},
    {"Coverage",
     {{"status", R"("status":"active")"},
      {"beneficiary", R"("beneficiary":{"display":"x"})"},
      {"payor", R"("payor":[{"display":"x"}])"}}},
};

// All members, but for one.
std::string without(const Minimal& minimal, std::size_t left_out) {
  std::string members;
  for (std::size_t i = 0; i < minimal.required.size(); ++i) {
    if (i != left_out) members += (members.empty() ? "" : ",") + minimal.required[i].second;
  }
  return resource(minimal.type, members);
}

}  // namespace

TEST_CASE("What R4 requires of a type is required") {
  for (const Minimal& minimal : kMinimal) {
    accepts(without(minimal, minimal.required.size()));
    for (std::size_t i = 0; i < minimal.required.size(); ++i) {
      refuses(without(minimal, i), minimal.type + "." + minimal.required[i].first + ": missing");
    }
  }
}

TEST_CASE("A code is of the value set that R4 binds") {
  for (const Minimal& minimal : kMinimal) {
    for (std::size_t i = 0; i < minimal.required.size(); ++i) {
      const auto& [name, member] = minimal.required[i];
      if (name != "status" && name != "intent" && name != "use" && name != "outcome" && name != "lifecycleStatus")
        continue;
      std::string members = "\"" + name + "\":\"wrong\"";
      for (std::size_t j = 0; j < minimal.required.size(); ++j)
        members += j == i ? "" : "," + minimal.required[j].second;
      auto result = read_json(resource(minimal.type, members));
      REQUIRE_FALSE(result);
      CHECK(result.error().message().starts_with(minimal.type + "." + name + ": \"wrong\" is not one of "));
    }
  }
  refuses(resource("Patient", R"("gender":"W")"), "Patient.gender: \"W\" is not one of male, female, other, unknown");
  refuses(resource("Device", R"("status":"on")"),
          "Device.status: \"on\" is not one of active, inactive, entered-in-error, unknown");
  refuses(
      resource("Bundle", R"("type":"all")"),
      "Bundle.type: \"all\" is not one of document, message, transaction, transaction-response, batch, batch-response, "
      "history, searchset, collection");
}

TEST_CASE("Parts of the other types are checked too") {
  refuses(resource("Patient", R"("contact":[{"name":{"family":7}}])"),
          "Patient.contact[0].name.family: expected a string that is not empty and has no control characters");
  refuses(resource("Patient", R"("deceasedBoolean":true,"deceasedDateTime":"2026")"),
          "Patient.deceased[x]: deceasedBoolean and deceasedDateTime, at most one is allowed");
  refuses(resource("Device", R"("deviceName":[{"name":"x"}])"), "Device.deviceName[0].type: missing");
  refuses(bundle(R"({"request":{"method":"GET"}})"), "Bundle.entry[0].request.url: missing");
  refuses(bundle(R"({"item":{}})"), "Bundle.entry[0].item: unknown element");
  accepts(resource("Patient", R"("favouriteColour":"green")"));  // the table is open
}
