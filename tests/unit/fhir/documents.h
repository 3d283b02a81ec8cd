// Small documents of our own, and public ones where MEDCHAIN_TEST_DATA says they are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/fhir.h"
#include "support/catch.h"

namespace medchain::fhir::testing {

// A valid Observation that uses most of what its table names.
extern const std::string kFullObservation;
// With `members` ("\"status\":\"final\"") beside resourceType.
std::string resource(std::string_view type, std::string_view members);
// With status and code.
std::string observation(std::string_view members = {});
std::string bundle(std::string_view entries);  // of type collection

Result<Document> read_json(std::string_view document);
Result<Document> read_ndjson(std::string_view document);
void accepts(std::string_view document);
// The whole message, and kMalformed.
void refuses(std::string_view document, std::string_view message);

struct File {
  std::string name;
  std::string content;
  Form form;
};
// Those of $MEDCHAIN_TEST_DATA/fhir/<folder>, or of all folders but invalid/; none, and a line that says so, without
// it.
std::vector<File> public_documents(const std::string& folder = {});

}  // namespace medchain::fhir::testing
