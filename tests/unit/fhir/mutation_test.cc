// Documents changed at random: whatever is then accepted gives resources that are accepted by themselves.
#include "documents.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::fhir;
using namespace medchain::fhir::testing;

namespace {

void mutate(std::string& text, test::Rng& rng) {
  static const std::string kBytes = "{}[]\",:\\_0aE \n\xc3\xff";
  for (std::size_t i = 1 + rng.below(3); i > 0; --i) {
    const std::size_t at = rng.below(text.size());
    switch (rng.below(4)) {
      case 0: text[at] = kBytes[rng.below(kBytes.size())]; break;
      case 1: text.erase(at, 1 + rng.below(20)); break;
      case 2: text.insert(at, text.substr(rng.below(text.size()), rng.below(40))); break;
      default: text[at] = static_cast<char>(text[at] ^ (1 << rng.below(8)));
    }
    if (text.empty()) text = " ";
  }
}

// The number of changed documents that were accepted.
std::size_t survivors(const std::string& original, Form form, std::size_t rounds, std::uint64_t seed) {
  test::Rng rng(seed);
  std::size_t accepted = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::string text = original;
    mutate(text, rng);
    auto document = read(view(text), form);
    if (!document) {
      if (document.error().message().empty()) FAIL("an error that says nothing");
      continue;
    }
    ++accepted;
    for (const Resource& resource : document->resources) {
      auto alone = read_json(text.substr(resource.offset, resource.size));
      if (!alone) FAIL(alone.error().message() << " in " << text);
      if (alone->bundle_type.empty() && alone->resources[0].size != resource.size) FAIL("other bytes in " << text);
    }
  }
  return accepted;
}

}  // namespace

TEST_CASE("Changed documents are refused, or are documents") {
  const std::string one = "{\"resource\":" + kFullObservation + "}";
  CHECK(survivors(kFullObservation, Form::kJson, 20'000, 1) > 100);
  CHECK(survivors(bundle(one + "," + one), Form::kJson, 10'000, 2) > 100);
  CHECK(survivors(observation() + "\n" + resource("Patient", R"("id":"1")") + "\n", Form::kNdjson, 10'000, 3) > 50);
}

TEST_CASE("Changed public documents are refused, or are documents") {
  for (const File& file : public_documents("observation")) {
    CAPTURE(file.name);
    survivors(file.content, file.form, 100, 4);
  }
}

TEST_CASE("Changed readings of wearables are refused, or are readings") {
  const std::string original =
      R"({"device":"d","time":"2026-11-22T08:00:00Z","kind":"ecg","unit":"mV","samples":[0.1,[2],3e5],"period_ms":4})";
  test::Rng rng(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = original;
    mutate(text, rng);
    auto reading = read_wearable(view(text));
    if (reading && (reading->device.empty() || (reading->samples > 0) != (reading->axes > 0))) FAIL(text);
  }
}
