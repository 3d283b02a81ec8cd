// https://hl7.org/fhir/R4/observation.html
#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

TEST_CASE("An Observation has a status of R4's and a code") {
  accepts(kFullObservation);
  accepts(observation());
  refuses(resource("Observation", R"("code":{"text":"x"})"), "Observation.status: missing");
  refuses(resource("Observation", R"("status":"final")"), "Observation.code: missing");
  accepts(resource("Observation", R"("status":"fin\u0061l","c\u006fde":{"text":"x"})"));
  accepts(resource("Observation", R"("_status":{"id":"1"},"code":{"text":"x"})"));
  const std::string codes =
      " is not one of registered, preliminary, final, amended, corrected, cancelled, entered-in-error, unknown";
  refuses(resource("Observation", R"("status":"finished","code":{"text":"x"})"),
          "Observation.status: \"finished\"" + codes);
  refuses(resource("Observation", R"("status":"FINAL","code":{"text":"x"})"), "Observation.status: \"FINAL\"" + codes);
  refuses(resource("Observation", R"("status":["final"],"code":{"text":"x"})"),
          "Observation.status: expected one value, not an array");
  refuses(resource("Observation", R"("status":1,"code":{"text":"x"})"), "Observation.status: expected a code");
}

TEST_CASE("An Observation has no element that R4 does not name") {
  refuses(observation(R"("patient":{"reference":"Patient/1"})"), "Observation.patient: unknown element");
  refuses(observation(R"("_patient":{"id":"1"})"), "Observation._patient: unknown element");
  refuses(observation(R"("component":[{"code":{"text":"x"},"status":"final"}])"),
          "Observation.component[0].status: unknown element");
  refuses(observation(R"("referenceRange":[{"lowest":{"value":1}}])"),
          "Observation.referenceRange[0].lowest: unknown element");
  refuses(observation(R"("value":1)"), "Observation.value: unknown element");
  refuses(observation(R"("effectiveDate":"2026")"), "Observation.effectiveDate: unknown element");
}

TEST_CASE("An Observation has at most one value and one time") {
  refuses(observation(R"("valueString":"x","valueInteger":1)"),
          "Observation.value[x]: valueString and valueInteger, at most one is allowed");
  refuses(observation(R"("valueString":"x","_valueCodeableConcept":{"id":"1"})"),
          "Observation.value[x]: valueString and valueCodeableConcept, at most one is allowed");
  accepts(observation(R"("valueString":"x","_valueString":{"id":"1"})"));
  refuses(observation(R"("effectiveDateTime":"2026","effectivePeriod":{"start":"2026"})"),
          "Observation.effective[x]: effectiveDateTime and effectivePeriod, at most one is allowed");
  refuses(observation(R"("valueString":"x","dataAbsentReason":{"text":"y"})"),
          "Observation: a dataAbsentReason is for an Observation without value[x] (obs-6)");
  accepts(observation(R"("dataAbsentReason":{"text":"y"})"));
}

TEST_CASE("Components and ranges are checked as the Observation is") {
  refuses(observation(R"("component":[{"code":{"text":"x"}},{"valueInteger":1}])"),
          "Observation.component[1].code: missing");
  refuses(observation(R"("component":{"code":{"text":"x"}})"), "Observation.component: expected an array");
  refuses(observation(R"("component":[{"code":{"text":"x"},"valueInteger":1.5}])"),
          "Observation.component[0].valueInteger: expected an integer");
  refuses(observation(R"("referenceRange":[{"low":{"value":1,"comparator":"<"}}])"),
          "Observation.referenceRange[0].low.comparator: unknown element");
}
