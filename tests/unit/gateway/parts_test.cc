// The gateway's small parts: devices, times, contents, problems.
#include "content.h"
#include "devices.h"
#include "moment.h"
#include "problem.h"
#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::gateway {
namespace {

GatewayDevice with_token(const std::string& name, std::string_view token) {
  GatewayDevice device;
  device.name = name;
  device.token_sha256 = sha256(view(token));
  return device;
}

std::string name_of(const GatewayDevice* device) { return device == nullptr ? "nobody" : device->name; }

TEST_CASE("a device shows its token, its certificate, or both, as it was configured") {
  GatewayDevice certified;
  certified.name = "certified";
  certified.certificate_name = "pump-1";
  GatewayDevice both = with_token("both", "two");
  both.certificate_name = "pump-2";
  GatewayDevice mllp;
  mllp.name = "mllp";
  mllp.mllp_address = "127.0.0.1";
  auto devices = Devices::create({with_token("token", "one"), certified, both, mllp}, 10);
  REQUIRE(devices);
  auto found = [&](std::optional<std::string> token, std::optional<std::string> certificate) {
    return name_of(devices->by_request({"127.0.0.1", std::move(certificate), std::move(token)}));
  };
  CHECK(found("one", std::nullopt) == "token");
  CHECK(found("one ", std::nullopt) == "nobody");
  CHECK(found("", std::nullopt) == "nobody");
  CHECK(found(std::nullopt, std::nullopt) == "nobody");
  CHECK(found(std::nullopt, "pump-1") == "certified");
  CHECK(found(std::nullopt, "pump-2") == "nobody");
  CHECK(found("two", std::nullopt) == "nobody");
  CHECK(found("two", "pump-1") == "certified");
  CHECK(found("two", "pump-2") == "both");
}

TEST_CASE("devices that cannot be told apart are refused") {
  CHECK_FALSE(Devices::create({with_token("a", "x"), with_token("a", "y")}, 1));
  CHECK_FALSE(Devices::create({with_token("a", "x"), with_token("b", "x")}, 1));
  GatewayDevice bare;
  bare.name = "bare";
  CHECK_FALSE(Devices::create({bare}, 1));
  CHECK_FALSE(Devices::create({with_token("", "x")}, 1));
}

TEST_CASE("a device that has a key is the author of its records, under the address that outlasts the key") {
  const Address gateway = medchain::test::test_keys("gateway").address();
  const KeyPair keys = medchain::test::test_keys("device");
  GatewayDevice device = with_token("a", "x");
  CHECK(author_of(device, gateway) == gateway);
  device.address = gateway;
  CHECK_FALSE(Devices::create({device}, 1));
  device.address.reset();
  device.key = std::make_shared<const KeyPair>(medchain::test::test_keys("device"));
  CHECK(author_of(device, gateway) == keys.address());
  device.address = medchain::test::test_keys("before").address();
  CHECK(author_of(device, gateway) == *device.address);
  CHECK(Devices::create({device}, 1));
}

TEST_CASE("over MLLP the address, application and facility must be the configured ones") {
  GatewayDevice lab;
  lab.name = "lab";
  lab.mllp_address = "10.0.0.1";
  lab.mllp_application = "LAB";
  GatewayDevice other = lab;
  other.name = "other";
  other.mllp_application.reset();
  other.mllp_facility = "WEST";
  auto devices = Devices::create({lab, other, with_token("token", "x")}, 1);
  REQUIRE(devices);
  auto found = [&](const char* ip, const char* application, const char* facility) {
    return name_of(devices->by_message({ip, std::nullopt, std::nullopt}, {application, facility}));
  };
  CHECK(found("10.0.0.1", "LAB", "EAST") == "lab");
  CHECK(found("10.0.0.1", "X", "WEST") == "other");
  CHECK(found("10.0.0.1", "X", "EAST") == "nobody");
  CHECK(found("10.0.0.2", "LAB", "WEST") == "nobody");
}

TEST_CASE("a message's sender is read out of any bytes") {
  CHECK(mllp_sender(view("MSH|^~\\&|LAB|WEST|x|y\rPID|")).application == "LAB");
  CHECK(mllp_sender(view("MSH|^~\\&|LAB|WEST\r")).facility == "WEST");
  CHECK(mllp_sender(view("MSH#^~\\&#LAB^1#W")).application == "LAB^1");
  CHECK(mllp_sender(view("MSH|")).application.empty());
  CHECK(mllp_sender(view("MSH|^~\\&|A\rB|C")).facility.empty());
  CHECK(mllp_sender({}).application.empty());
  CHECK(mllp_sender(view("\xef\xbb\xbfMSH|^~\\&|LAB|W")).application == "LAB");
}

TEST_CASE("a device may ask twice its rate at once, and its rate lastingly") {
  auto devices = Devices::create({with_token("a", "x"), with_token("b", "y")}, 2);
  REQUIRE(devices);
  const GatewayDevice& a = devices->all()[0];
  for (int i = 0; i < 4; ++i) CHECK(devices->take(a, 1'000));
  CHECK_FALSE(devices->take(a, 1'000));
  CHECK(devices->take(devices->all()[1], 1'000));
  CHECK_FALSE(devices->take(a, 1'499));
  CHECK(devices->take(a, 1'600));
}

TEST_CASE("times of RFC 3339") {
  CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_rfc3339("2026-11-23T08:15:30Z") == 1'795'421'730'000);
  CHECK(parse_rfc3339("2026-11-23T09:15:30.25+01:00") == 1'795'421'730'250);
  CHECK(parse_rfc3339("2026-11-22t22:15:30.123456789-10:00") == 1'795'421'730'123);
  for (const char* wrong :
       {"", "2026-11-23", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T08:15:30",
        "2026-11-23T08:15:30.Z", "2026-11-23T08:15:30+1:00", "2026-11-23T08:15:30ZZ", "1969-12-31T23:59:59Z",
        "-026-11-23T08:15:30Z", "2026-11-23T08:15:30+24:00"}) {
    INFO(wrong);
    CHECK_FALSE(parse_rfc3339(wrong));
  }
  CHECK(hl7_time(1'795'421'730'250) == "20261123081530+0000");
}

TEST_CASE("contents become readings of exactly their bytes") {
  const Address patient = medchain::test::test_keys("patient").address();
  const std::string one = R"({"resourceType":"Patient","id":"a"})";
  auto taken = [&](const std::string& body, ContentForm form) {
    return read_observations(view(body), form, patient, 77, 1024 * 1024);
  };
  auto lines = taken(one + "\n\n" + one + "\n", ContentForm::kFhirNdjson);
  INFO((lines ? std::string("good") : lines.error().message()));
  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  CHECK(text((*lines)[1].content) == one);
  CHECK((*lines)[0].subject == patient);
  CHECK((*lines)[0].time_ms == 77);
  CHECK(taken(one, ContentForm::kJson));
  CHECK_FALSE(taken("{}", ContentForm::kJson));
  CHECK_FALSE(taken("", ContentForm::kFhirJson));
  CHECK_FALSE(taken(R"({"resourceType":"Bundle","type":"collection"})", ContentForm::kFhirJson));
  auto wrong = taken(R"({"resourceType":"Observation","status":"nonsense"})", ContentForm::kFhirJson);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message().find("Observation.") != std::string::npos);
  CHECK_FALSE(content_form("text/plain"));
}

TEST_CASE("problems keep their codes, and say nothing of faults inside") {
  const Problem content = problem_of({ErrorCode::kMalformed, "Observation.status: missing"});
  CHECK(content.status == 422);
  CHECK(problem_json(content).find("Observation.status") != std::string::npos);
  const Problem fault = problem_of({ErrorCode::kCorrupt, "secret path"});
  CHECK(fault.status == 500);
  CHECK(problem_json(fault).find("secret") == std::string::npos);
  CHECK(problem_of({ErrorCode::kUnavailable, "full"}).status == 503);
  CHECK(problem("no such code", "x").status == 500);
}

TEST_CASE("a token is found by its hash alone, and no two are equal") {
  const GatewayToken one = make_gateway_token(), two = make_gateway_token();
  CHECK(one.token != two.token);
  CHECK(one.token.size() == 43);
  CHECK(sha256(view(one.token)) == one.sha256);
}

TEST_CASE("no token is taken for an option by a command line that it is given to") {
  for (int i = 0; i < 2000; ++i) REQUIRE_FALSE(make_gateway_token().token.starts_with('-'));
}

}  // namespace
}  // namespace medchain::gateway
