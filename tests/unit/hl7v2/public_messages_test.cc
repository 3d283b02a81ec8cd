// Messages that others published: laboratories, monitors, and types that are not taken.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "messages.h"

using namespace medchain;
using namespace medchain::hl7v2;
using namespace medchain::hl7v2::testing;

namespace {

struct File {
  std::string name;
  std::string content;
};

std::vector<File> public_messages() {
  const char* root = std::getenv("MEDCHAIN_TEST_DATA");
  if (root == nullptr) {
    std::cout << "SKIPPED: no test data (MEDCHAIN_TEST_DATA is not set)\n";
    return {};
  }
  std::vector<File> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(root) / "hl7v2")) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(stream), {});
    const std::string name = entry.path().filename().string();
    std::size_t begin = 0;
    // One file holds many messages, with an empty line between them.
    for (std::size_t end;
         name.starts_with("simhospital") && (end = content.find("\n\n", begin)) != std::string::npos;) {
      files.push_back({name, content.substr(begin, end - begin)});
      begin = end + 2;
    }
    if (content.find("MSH", begin) != std::string::npos) files.push_back({name, content.substr(begin)});
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

bool is_report(const File& file) { return file.content.substr(0, 600).find("|ORU^R01") != std::string::npos; }

}  // namespace

TEST_CASE("Public ORU^R01 are accepted, and other messages refused by their type") {
  std::size_t accepted = 0;
  std::size_t vitals = 0;
  std::size_t refused = 0;
  for (const File& file : public_messages()) {
    CAPTURE(file.name);
    auto message = read_text(file.content);
    if (!is_report(file)) {
      ++refused;
      REQUIRE_FALSE(message);
      CHECK(message.error().code() == ErrorCode::kInvalidArgument);
      CHECK(message.error().message().starts_with("MSH-9: \""));
      CHECK(text(refuse(view(file.content), message.error(), "2026")).find("MSA|AR|") != std::string_view::npos);
      continue;
    }
    ++accepted;
    CHECK((message ? std::string() : message.error().message()) == "");
    if (!message) continue;
    CHECK(message->time_ms);
    CHECK(file.content.find("|" + message->control_id + "|") != std::string::npos);
    if (file.name.starts_with("simhospital")) CHECK(message->kind == RecordKind::kVitals);
    if (file.name.starts_with("nist")) CHECK(message->kind == RecordKind::kLaboratory);
    vitals += message->kind == RecordKind::kVitals ? 1 : 0;
  }
  std::cout << "public messages: " << accepted << " accepted, " << vitals << " of vital signs, " << refused
            << " refused\n";
}

TEST_CASE("Public messages pass through MLLP") {
  MllpDecoder decoder;
  for (const File& file : public_messages()) {
    auto messages = decoder.feed(mllp_frame(view(file.content)));
    REQUIRE(messages);
    REQUIRE(messages->size() == 1);
    CHECK(text(messages->front()) == file.content);
  }
}
