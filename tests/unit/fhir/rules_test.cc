// What holds for every resource: https://hl7.org/fhir/R4/json.html, and the data types.
#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

TEST_CASE("A resource is an object of a type that R4 has") {
  accepts(resource("Basic", R"("code":{"text":"x"})"));
  accepts(resource("MedicinalProductUndesirableEffect", ""));
  refuses("[]", "resource: expected a resource, which is an object");
  refuses("{}", "resourceType: missing");
  refuses(R"({"resourceType":7})", "resourceType: expected a string");
  refuses(resource("Observationn", ""), "resourceType: \"Observationn\" is not a resource type of FHIR R4");
  refuses(resource("Anna Schmidt", ""), "resourceType: this is not a resource type of FHIR R4");
  refuses(resource("Basic", R"("id":"a b")"), "Basic.id: expected an id: 1 to 64 letters, digits, - and .");
}

TEST_CASE("Nothing is empty, and null stands only for a value that has a twin") {
  refuses(resource("Basic", R"("code":{})"), "Basic.code: an empty object");
  refuses(resource("Basic", R"("identifier":[])"), "Basic.identifier: an empty array");
  refuses(resource("Basic", R"("a":"")"), "Basic.a: an empty string, or one with control characters");
  refuses(resource("Basic", R"("a":[[1]])"), "Basic.a[0]: an array within an array");
  refuses(resource("Basic", R"("a":null)"), "Basic.a: null is no value");
  refuses(resource("Basic", R"("a":{"b":[{"c":null}]})"), "Basic.a.b[0].c: null is no value");
  refuses(resource("Basic", R"("":1)"), "Basic: a member without a name");
  refuses(resource("Basic", R"("_":{"id":"1"})"), "Basic._: a member without a name");
  const std::string name = R"("name":[{"given":["A",null],"_given":)";
  accepts(resource("Patient", name + R"([null,{"id":"1"}]}])"));
  refuses(resource("Patient", name + R"([null,null]}])"),
          "Patient.name[0].given[1]: null without an object in the twin with _");
  refuses(resource("Patient", R"("name":[null])"), "Patient.name[0]: null is no value");
  refuses(resource("Patient", R"("name":[{"given":[null]}])"),
          "Patient.name[0].given[0]: null without an object in the twin with _");
  refuses(resource("Basic", R"("a":[null])"), "Basic.a[0]: null without an object in the twin with _");
}

TEST_CASE("A twin holds id and extensions, beside a primitive value") {
  const std::string twin = R"({"extension":[{"url":"http://x","valueCode":"c"}]})";
  accepts(resource("Patient", R"("birthDate":"1970-01-01","_birthDate":)" + twin));
  accepts(resource("Patient", R"("_birthDate":)" + twin));
  accepts(resource("Basic", R"("_a":)" + twin));
  accepts(resource("Basic", R"("a":["x","y"],"_a":[{"id":"1"},null])"));
  refuses(resource("Patient", R"("_birthDate":{})"), "Patient._birthDate: an empty object");
  refuses(resource("Patient", R"("_birthDate":{"value":1})"), "Patient._birthDate.value: unknown element");
  refuses(resource("Patient", R"("_birthDate":"x")"), "Patient._birthDate: expected an object with id or extension");
  refuses(resource("Patient", R"("_name":{"id":"1"})"),
          "Patient._name: only an element of a primitive type has a twin with _");
  refuses(resource("Patient", R"("name":[{"_given":{"id":"1"}}])"), "Patient.name[0]._given: expected an array");
  refuses(resource("Basic", R"("a":{"id":"1"},"_a":{"id":"1"})"), "Basic._a: does not fit a");
  refuses(resource("Basic", R"("a":["x"],"_a":{"id":"1"})"), "Basic._a: does not fit a");
  refuses(resource("Basic", R"("a":["x"],"_a":[null,{"id":"1"}])"), "Basic._a: is not as long as a");
  refuses(resource("Basic", R"("a":[{"id":"1"}],"_a":[{"id":"1"}])"), "Basic._a: does not fit a");
  refuses(resource("Basic", R"("_a":[null])"), "Basic._a[0]: null without a value in a");
  refuses(resource("Basic", R"("_a":[])"), "Basic._a: an empty array");
}

TEST_CASE("What every resource may have is checked in each") {
  refuses(resource("Basic", R"("text":"x")"), "Basic.text: expected a Narrative: an object with status and div");
  refuses(resource("Basic", R"("text":{"status":"generated"})"), "Basic.text.div: missing");
  refuses(resource("Basic", R"("text":{"status":"nice","div":"<div/>"})"),
          "Basic.text.status: \"nice\" is not one of generated, extensions, additional, empty");
  refuses(resource("Basic", R"("meta":{"lastUpdated":"2026"})"),
          "Basic.meta.lastUpdated: expected an instant, as 2026-11-22T08:00:00.000Z");
  refuses(resource("Basic", R"("meta":{"profile":"http://x"})"), "Basic.meta.profile: expected an array");
  refuses(resource("Basic", R"("meta":{"lastChanged":"2026"})"), "Basic.meta.lastChanged: unknown element");
  refuses(resource("Basic", R"("language":["de"])"), "Basic.language: expected one value, not an array");
  refuses(resource("Basic", R"("contained":[{"id":"1"}])"), "Basic.contained[0].resourceType: missing");
  refuses(resource("Basic", R"("contained":[)" + resource("Observation", R"("status":"final")") + "]"),
          "Basic.contained[0].Observation.code: missing");
  const std::string inner = R"("contained":[)" + resource("Basic", R"("id":"1")") + "]";
  refuses(resource("Basic", R"("contained":[)" + resource("Basic", inner) + "]"),
          "Basic.contained[0].Basic.contained: a contained resource contains no other");
  refuses(resource("Parameters", R"("parameter":[{"name":"p","resource":{"resourceType":"Patient","gender":"m"}}])"),
          "Parameters.parameter[0].resource.Patient.gender: \"m\" is not one of male, female, other, unknown");
}

TEST_CASE("An extension has a value or extensions, not both") {
  auto extension = [](std::string_view content) {
    return resource("Basic", "\"extension\":[" + std::string(content) + "]");
  };
  accepts(extension(R"({"url":"u","valueQuantity":{"value":1.50}})"));
  accepts(extension(R"({"url":"u","valueDosage":{"text":"x"}})"));
  accepts(extension(R"({"url":"u","extension":[{"url":"v","valueUuid":"urn:uuid:1"}]})"));
  accepts(extension(R"({"url":"u","_valueDate":{"extension":[{"url":"v","valueCode":"unknown"}]}})"));
  refuses(extension(R"({"valueCode":"x"})"), "Basic.extension[0].url: missing");
  refuses(extension(R"({"url":"u"})"), "Basic.extension[0]: an Extension has either a value[x] or extensions (ext-1)");
  refuses(extension(R"({"url":"u","valueCode":"x","extension":[{"url":"v","valueCode":"x"}]})"),
          "Basic.extension[0]: an Extension has either a value[x] or extensions (ext-1)");
  refuses(extension(R"({"url":"u","valueCode":"x","valueString":"y"})"),
          "Basic.extension[0].value[x]: valueCode and valueString, at most one is allowed");
  refuses(extension(R"({"url":"u","valueThing":"x"})"), "Basic.extension[0].valueThing: unknown element");
}

TEST_CASE("Data types have their shapes, wherever they show") {
  refuses(observation(R"("subject":"Patient/1")"), "Observation.subject: expected a Reference");
  refuses(observation(R"("subject":{"reference":{"display":"x"}})"),
          "Observation.subject.reference: expected a string that is not empty and has no control characters");
  refuses(observation(R"("subject":{"ref":"Patient/1"})"), "Observation.subject.ref: unknown element");
  refuses(observation(R"("identifier":[{"use":"main"}])"),
          "Observation.identifier[0].use: \"main\" is not one of usual, official, temp, secondary, old");
  refuses(
      observation(R"("effectivePeriod":{"start":"22.11.2026"})"),
      "Observation.effectivePeriod.start: expected a dateTime, as 2026, 2026-11, 2026-11-22 or 2026-11-22T08:00:00Z");
  refuses(observation(R"("valueQuantity":{"value":"72"})"), "Observation.valueQuantity.value: expected a number");
  refuses(observation(R"("valueQuantity":{"comparator":"=","value":1})"),
          "Observation.valueQuantity.comparator: this is not one of <, <=, >=, >");
  refuses(observation(R"("valueQuantity":{"value":1,"code":"mm"})"),
          "Observation.valueQuantity: a Quantity with a code needs the code's system (qty-3)");
  refuses(observation(R"("valueSampledData":{"origin":{"value":0},"period":10})"),
          "Observation.valueSampledData.dimensions: missing");
  refuses(resource("Basic", R"("code":{"coding":[{"system":"a b"}]})"), "Basic.code.coding[0].system: expected a URI");
  refuses(resource("Basic", R"("code":{"coding":{"code":"c"}})"), "Basic.code.coding: expected an array");
  refuses(resource("Basic", R"("subject":{"reference":"Patient/1","name":"x"})"),
          "Basic.subject.name: unknown element");
}

TEST_CASE("Messages hold neither values nor long names") {
  refuses(resource("Patient", R"("gender":"Anna Schmidt, born 1970")"),
          "Patient.gender: this is not one of male, female, other, unknown");
  refuses(resource("Patient", R"("birthDate":"4711-0815")"),
          "Patient.birthDate: expected a date, as 2026, 2026-11 or 2026-11-22");
  refuses(observation("\"" + std::string(100, 'k') + "\":1"),
          "Observation." + std::string(40, 'k') + "...: unknown element");
  refuses(observation(R"("a\nb":1)"), "Observation.a?b: unknown element");
}
