#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

std::string bytes_of(std::string_view document, const Resource& resource) {
  return std::string(document.substr(resource.offset, resource.size));
}

void refuses_ndjson(std::string_view document, std::string_view message) {
  auto result = read_ndjson(document);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == message);
}

}  // namespace

TEST_CASE("One resource is its own bytes, without the space around it") {
  const std::string one = resource("Patient", R"("id":"p1","birthDate":"1970")");
  for (const std::string& before : {std::string(), std::string(" \n"), std::string("\xef\xbb\xbf")}) {
    const std::string text = before + one + "\r\n";
    auto document = read_json(text);
    REQUIRE(document);
    REQUIRE(document->resources.size() == 1);
    CHECK(document->bundle_type.empty());
    CHECK(bytes_of(text, document->resources[0]) == one);
    CHECK(document->resources[0].type == "Patient");
    CHECK(document->resources[0].id == "p1");
  }
}

TEST_CASE("A Bundle gives the resource of each entry") {
  const std::string first = observation(R"("id":"o","note":[{"text":"} \" { ]"}])");
  const std::string second = resource("Bundle", R"("type":"batch","entry":[{"resource":)" + first + "}]");
  const std::string text = bundle(" {\"fullUrl\":\"urn:x\",\n\"resource\" : " + first +
                                  " } ,{\"fullUrl\":\"urn:y\"},{\"resource\":" + second + "}");
  auto document = read_json(text);
  REQUIRE(document);
  CHECK(document->bundle_type == "collection");
  REQUIRE(document->resources.size() == 2);
  CHECK(bytes_of(text, document->resources[0]) == first);
  CHECK(bytes_of(text, document->resources[1]) == second);
  CHECK(document->resources[1].type == "Bundle");
  auto none = read_json(resource("Bundle", R"("type":"batch")"));
  REQUIRE(none);
  CHECK(none->resources.empty());
}

TEST_CASE("A wrong entry is named by its place") {
  const std::string good = "{\"resource\":" + observation() + "}";
  const std::string bad = "{\"resource\":" + resource("Observation", R"("status":"final")") + "}";
  refuses(bundle(good + "," + good + "," + good + "," + bad), "Bundle.entry[3].resource.Observation.code: missing");
  refuses(bundle(R"({"resource":{"id":"1"}})"), "Bundle.entry[0].resource.resourceType: missing");
  refuses(bundle(""), "Bundle.entry: an empty array");
  refuses(bundle("1"), "Bundle.entry[0]: expected an entry");
  refuses(bundle(R"({"resource":null})"), "Bundle.entry[0].resource: null is no value");
}

TEST_CASE("NDJSON gives the resource of each line") {
  const std::string one = resource("Patient", R"("id":"1")");
  const std::string two = observation(R"("id":"2")");
  const std::string text = one + "\r\n\n \r\n " + two + "\n";
  auto document = read_ndjson(text);
  REQUIRE(document);
  REQUIRE(document->resources.size() == 2);
  CHECK(bytes_of(text, document->resources[0]) == one);
  CHECK(bytes_of(text, document->resources[1]) == two);
  CHECK(read_ndjson(one)->resources.size() == 1);
  const std::string whole = bundle("{\"resource\":" + two + "}");
  auto bundled = read_ndjson(whole);
  REQUIRE(bundled);
  CHECK(bytes_of(whole, bundled->resources[0]) == whole);
  refuses_ndjson(one + "\n\n" + resource("Patient", R"("gender":"x")"),
                 "line 3: Patient.gender: \"x\" is not one of male, female, other, unknown");
  refuses_ndjson(one + "\n{", "line 2: not JSON at line 1, column 2: the text ends early");
  refuses_ndjson(one + one, "line 1: not JSON at line 1, column " + std::to_string(one.size() + 1) +
                                ": nothing may follow the value");
  refuses_ndjson("\n \n", "no line holds a resource");
}

TEST_CASE("Documents are bounded in bytes, entries and lines") {
  const std::string one = resource("Basic", "");
  CHECK(read(view(one), Form::kJson, one.size()));
  auto large = read(view(one), Form::kJson, one.size() - 1);
  REQUIRE_FALSE(large);
  CHECK(large.error().code() == ErrorCode::kTooLarge);
  CHECK(large.error().message() == "24 bytes, at most 23 are allowed");
  CHECK(read(view(std::string(kMaxDocumentBytes + 1, ' ')), Form::kJson, SIZE_MAX).error().code() ==
        ErrorCode::kTooLarge);
  std::string lines;
  std::string entries;
  for (std::size_t i = 0; i < kMaxResources; ++i) {
    lines += one + "\n";
    entries += (i == 0 ? "{\"resource\":" : ",{\"resource\":") + one + "}";
  }
  CHECK(read_ndjson(lines)->resources.size() == kMaxResources);
  CHECK(read_json(bundle(entries))->resources.size() == kMaxResources);
  CHECK(read_ndjson(lines + one).error().message() == "10001 lines, at most 10000 are allowed");
  CHECK(read_json(bundle(entries + ",{}")).error().message() == "10001 entries, at most 10000 are allowed");
}

TEST_CASE("No prefix of a document is accepted") {
  REQUIRE(read_json(kFullObservation));
  for (std::size_t size = 0; size < kFullObservation.size(); ++size) {
    if (read_json(kFullObservation.substr(0, size))) FAIL("accepted with " << size << " bytes");
  }
}
