#include "documents.h"

using namespace medchain;
using namespace medchain::fhir;

namespace {

std::string reading(const std::string& rest) {
  return R"({"device":"watch-7","time":"2026-11-22T08:00:00.000Z",)" + rest + "}";
}
Result<WearableReading> read_text(const std::string& text) { return read_wearable(view(text)); }

void refuses(const std::string& text, const std::string& message) {
  INFO(text);
  auto result = read_text(text);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == message);
  CHECK(result.error().code() == ErrorCode::kMalformed);
}

}  // namespace

TEST_CASE("A wearable's reading says what it holds") {
  auto rate = read_text(reading(R"("kind":"heart-rate","unit":"/min","samples":[72,73.5,-1e2],"period_ms":1000)"));
  REQUIRE(rate);
  CHECK(rate->device == "watch-7");
  CHECK(rate->kind == "heart-rate");
  CHECK(rate->unit == "/min");
  CHECK(rate->samples == 3);
  CHECK(rate->axes == 1);
  CHECK(rate->record_kind == RecordKind::kVitals);
  CHECK(rate->time_ms == 1'795'334'400'000);
  auto moved = read_text(R"({"samples":[[0,0,1],[0.1,0,1]],"period_ms":2.5,)"
                         R"("unit":"g","kind":"acceleration","time":1795334400000,"device":"d"})");
  REQUIRE(moved);
  CHECK(moved->axes == 3);
  CHECK(moved->time_ms == 1'795'334'400'000);
  CHECK(read_text(reading(R"("kind":"battery","unit":"%","samples":[87])")));
  auto fall = read_text(reading(R"("kind":"fall")"));
  REQUIRE(fall);
  CHECK(fall->record_kind == RecordKind::kAlarm);
  CHECK(fall->samples == 0);
  CHECK(read_text(reading(R"("kind":"fall","unit":"g","samples":[[1,2,3],[4,5,6]],"period_ms":5)"))->record_kind ==
        RecordKind::kAlarm);
}

TEST_CASE("A wearable's reading has each field, and no other") {
  refuses("[]", "a reading is a JSON object");
  refuses("{}", "device: missing");
  refuses(R"({"device":"","time":1})", "device: expected a string of 1 to 128 bytes without control characters");
  refuses(R"({"device":"d","time":1})", "kind: missing");
  refuses(R"({"device":"d","kind":"steps"})", "time: missing");
  const std::string time = "time: expected an instant since 1970, as \"2026-11-22T08:00:00.000Z\", or Unix ms";
  for (const char* wrong : {"\"2026-11-22\"", "\"2026-11-22T08:00:00\"", "-1", "1.5", "1e12", "9007199254740992",
                            "null", "\"1969-12-31T23:59:59Z\""}) {
    refuses(R"({"device":"d","kind":"steps","time":)" + std::string(wrong) + "}", time);
  }
  refuses(reading(R"("kind":"mood")"),
          "kind: \"mood\" is not one of heart-rate, steps, spo2, temperature, ecg, ppg, acceleration, gyroscope, fall, "
          "battery");
  refuses(reading(R"("kind":"steps","unit":"1")"), "samples: missing");
  refuses(reading(R"("kind":"steps","samples":[1])"), "unit: missing");
  refuses(reading(R"("kind":"fall","samples":[1])"), "unit: missing");
  refuses(reading(R"("kind":"steps","unit":"a b","samples":[1])"), "unit: expected a UCUM unit, as \"/min\"");
  refuses(reading(R"("kind":"fall","patient":"x")"), "patient: unknown field");
  refuses(reading(R"("kind":"fall","kind":"fall")"),
          "not JSON at line 1, column 83: the object that ends here has \"kind\" twice");
}

TEST_CASE("Samples are finite numbers of one shape") {
  auto samples = [](const std::string& list) {
    return reading(R"("kind":"ecg","unit":"mV","period_ms":2.7,"samples":)" + list);
  };
  CHECK(read_text(samples("[0.5,1,2]")));
  const std::string number = "expected a number, or an array of 1 to 16 numbers";
  refuses(samples("7"), "samples: expected an array");
  refuses(samples("[]"), "samples: an empty array");
  refuses(samples("[1,\"2\"]"), "samples[1]: " + number);
  refuses(samples("[null]"), "samples[0]: " + number);
  refuses(samples("[[]]"), "samples[0]: " + number);
  refuses(samples("[1e999]"), "samples[0]: " + number);
  refuses(samples("[[[1]]]"), "samples[0]: " + number);
  refuses(samples("[[1,2],[1]]"), "samples[1]: is not of the shape of samples[0]");
  refuses(samples("[1,[1]]"), "samples[1]: is not of the shape of samples[0]");
  refuses(samples("[[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]"), "samples[0]: " + number);
  std::string many = "[1";
  for (std::size_t i = 1; i < kMaxSamples; ++i) many += ",1";
  CHECK(read_text(samples(many + "]"))->samples == kMaxSamples);
  auto more = read_text(samples(many + ",1]"));
  REQUIRE_FALSE(more);
  CHECK(more.error().message() == "samples: 100001, at most 100000 are allowed");
}

TEST_CASE("More than one sample has a period") {
  refuses(reading(R"("kind":"ppg","unit":"1","samples":[1,2])"), "period_ms: missing, with more than one sample");
  for (const char* wrong : {"0", "-1", "\"10\"", "86400001", "null"}) {
    refuses(reading(R"("kind":"ppg","unit":"1","samples":[1,2],"period_ms":)" + std::string(wrong)),
            "period_ms: expected a number of ms above 0 and up to a day");
  }
}

TEST_CASE("A wearable's reading is bounded, and whole") {
  const std::string fall = reading(R"("kind":"fall")");
  CHECK(read_wearable(view(fall), fall.size()));
  CHECK(read_wearable(view(fall), fall.size() - 1).error().code() == ErrorCode::kTooLarge);
  for (std::size_t size = 0; size < fall.size(); ++size) CHECK_FALSE(read_text(fall.substr(0, size)));
}
