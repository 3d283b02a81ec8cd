// Documents that others published: official examples, personal health devices, a synthetic patient's whole record.
#include <iostream>
#include <nlohmann/json.hpp>

#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

using Json = nlohmann::json;

// What the bytes of each resource must parse to.
std::vector<Json> expected(const File& file) {
  std::vector<Json> resources;
  if (file.form == Form::kNdjson) {
    std::istringstream lines(file.content);
    for (std::string line; std::getline(lines, line);) resources.push_back(Json::parse(line));
    return resources;
  }
  Json root = Json::parse(file.content);
  if (root["resourceType"] != "Bundle") return {root};
  for (const Json& entry : root["entry"]) resources.push_back(entry["resource"]);
  return resources;
}

}  // namespace

TEST_CASE("Public documents are accepted, and each resource is exactly its bytes") {
  std::size_t resources = 0;
  std::size_t timed = 0;
  for (const File& file : public_documents()) {
    CAPTURE(file.name);
    auto document = read(view(file.content), file.form);
    CHECK((document ? std::string() : document.error().message()) == "");
    if (!document) continue;
    const auto wanted = expected(file);
    REQUIRE(document->resources.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Resource& resource = document->resources[i];
      CHECK(Json::parse(file.content.substr(resource.offset, resource.size)) == wanted[i]);
      CHECK(file.content[resource.offset] == '{');
      CHECK(file.content[resource.offset + resource.size - 1] == '}');
      CHECK(resource.type == wanted[i]["resourceType"].get<std::string>());
      CHECK(resource.id == wanted[i].value("id", ""));
      timed += resource.time_ms.has_value() ? 1 : 0;
    }
    resources += wanted.size();
  }
  std::cout << "public documents: " << resources << " resources, " << timed << " with a time\n";
}

TEST_CASE("Public documents that are wrong are refused by the element that is") {
  for (const File& file : public_documents("invalid")) {
    auto document = read(view(file.content), file.form);
    CAPTURE(file.name);
    REQUIRE_FALSE(document);
    CHECK(document.error().code() == ErrorCode::kMalformed);
    const std::string& message = document.error().message();
    if (file.name == "invalid/InvalidObservation.json") {
      CHECK(message == "Observation.text: expected a Narrative: an object with status and div");
    } else if (file.name == "invalid/ObservationWithInvalidStatus.json") {
      CHECK(message ==
            "Observation.status: \"this_is_invalid\" is not one of registered, preliminary, final, amended, corrected, "
            "cancelled, entered-in-error, unknown");
    } else {
      CHECK(message == "resourceType: \"\" is not a resource type of FHIR R4");
    }
  }
}

TEST_CASE("No prefix of a public document is accepted") {
  for (const File& file : public_documents()) {
    if (file.form == Form::kNdjson || file.content.size() > 20'000) continue;
    CAPTURE(file.name);
    const std::size_t end = file.content.rfind('}');
    const std::size_t step = 1 + file.content.size() / 200;
    for (std::size_t size = 0; size <= end; size += step) {
      if (read(view(file.content.substr(0, size)), file.form)) FAIL("accepted with " << size << " bytes");
    }
  }
}

TEST_CASE("Each line of public NDJSON is read by itself") {
  for (const File& file : public_documents("ndjson")) {
    auto document = read(view(file.content), file.form);
    REQUIRE(document);
    for (const Resource& resource : document->resources) {
      const std::string line = file.content.substr(resource.offset, resource.size);
      auto alone = read_json(line);
      REQUIRE(alone);
      CHECK(line.find('\n') == std::string::npos);
      CHECK(alone->resources[0].size == line.size());
    }
  }
}
