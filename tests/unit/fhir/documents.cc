#include "documents.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace medchain::fhir::testing {

const std::string kFullObservation = R"({
  "resourceType": "Observation",
  "id": "bp-1",
  "meta": {"versionId": "1", "lastUpdated": "2026-11-22T08:00:00.5Z", "profile": ["http://example.org/bp"]},
  "language": "de",
  "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">128/82 \u00e4</div>"},
  "contained": [{"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-01"}],
  "extension": [{"url": "http://example.org/e", "valueCode": "x"},
                {"url": "http://example.org/f",
                 "extension": [{"url": "g", "valueRatio": {"numerator": {"value": 1}}}]}],
  "identifier": [{"use": "official", "system": "urn:oid:1.2.3", "value": "7", "period": {"start": "2026"}}],
  "status": "final",
  "_status": {"extension": [{"url": "http://example.org/h", "valueBoolean": true}]},
  "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                            "code": "vital-signs", "display": "Vital signs", "userSelected": false}]}],
  "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "Blood pressure"},
  "subject": {"reference": "#p", "type": "Patient", "display": "a patient"},
  "effectiveDateTime": "2026-11-22T09:00:00+01:00",
  "issued": "2026-11-22T08:00:01Z",
  "performer": [{"reference": "Device/7"}],
  "valueSampledData": {"origin": {"value": 0, "unit": "mV"}, "period": 2.5, "factor": 1E-3, "dimensions": 1,
                       "data": "1 2 E U L 3"},
  "note": [{"authorString": "somebody", "time": "2026-11-22", "text": "at rest"}],
  "component": [
    {"code": {"text": "systolic"}, "valueQuantity": {"value": 128.0, "unit": "mmHg", "comparator": "<",
      "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}, "referenceRange": [{"high": {"value": 140}}]},
    {"code": {"text": "mood"},
     "_valueString": {"extension": [{"url": "http://example.org/i", "valueTime": "08:00:00"}]}}
  ]
})";

std::string resource(std::string_view type, std::string_view members) {
  return "{\"resourceType\":\"" + std::string(type) + "\"" + (members.empty() ? "" : ",") + std::string(members) + "}";
}

std::string observation(std::string_view members) {
  return resource("Observation", R"("status":"final","code":{"text":"t"})" +
                                     (members.empty() ? std::string() : "," + std::string(members)));
}

std::string bundle(std::string_view entries) {
  return resource("Bundle", R"("type":"collection","entry":[)" + std::string(entries) + "]");
}

Result<Document> read_json(std::string_view document) { return read(view(document), Form::kJson); }
Result<Document> read_ndjson(std::string_view document) { return read(view(document), Form::kNdjson); }

void accepts(std::string_view document) {
  INFO(document);
  auto result = read_json(document);
  CHECK((result ? std::string() : result.error().message()) == "");
}

void refuses(std::string_view document, std::string_view message) {
  INFO(document);
  auto result = read_json(document);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == message);
  CHECK(result.error().code() == ErrorCode::kMalformed);
}

std::vector<File> public_documents(const std::string& folder) {
  const char* root = std::getenv("MEDCHAIN_TEST_DATA");
  if (root == nullptr) {
    std::cout << "SKIPPED: no test data (MEDCHAIN_TEST_DATA is not set)\n";
    return {};
  }
  std::vector<File> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / "fhir" / folder)) {
    const std::string parent = entry.path().parent_path().filename();
    if (!entry.is_regular_file() || (folder.empty() && parent == "invalid")) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back({parent + "/" + entry.path().filename().string(),
                     std::string(std::istreambuf_iterator<char>(stream), {}),
                     entry.path().extension() == ".ndjson" ? Form::kNdjson : Form::kJson});
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

}  // namespace medchain::fhir::testing
