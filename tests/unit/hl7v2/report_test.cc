#include "messages.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::hl7v2;
using namespace medchain::hl7v2::testing;

namespace {

RecordKind kind(const std::string& identifier) {
  auto message = read_text(with_observations({"OBX|1|NM|" + identifier + "||1"}));
  REQUIRE(message);
  return message->kind;
}

std::string replaced(std::string text, char from, const std::string& to) {
  std::string out;
  for (char c : text) out += c == from ? to : std::string(1, c);
  return out;
}

}  // namespace

TEST_CASE("An ORU^R01 is read") {
  auto message = read_text(kHeartRate);
  REQUIRE(message);
  CHECK(message->control_id == "msg-1");
  CHECK(message->trigger == "R01");
  CHECK(message->version == "2.5.1");
  CHECK(message->kind == RecordKind::kVitals);
  CHECK(message->time_ms == 1'795'334'400'000);
}

TEST_CASE("Segments end with CR, LF or both, and a byte order mark may stand in front") {
  for (const std::string& text :
       {replaced(kHeartRate, '\r', "\n"), replaced(kHeartRate, '\r', "\r\n"), "\xef\xbb\xbf" + kHeartRate,
        kHeartRate + "\r\n\n", kHeartRate.substr(0, kHeartRate.size() - 1), replaced(kHeartRate, '\r', "\r\r")}) {
    CHECK(read_text(text));
  }
}

TEST_CASE("Delimiters are those of MSH") {
  std::string other = replaced(replaced(kHeartRate, '|', "!"), '^', "*");
  auto message = read_text(other);
  REQUIRE(message);
  CHECK(message->kind == RecordKind::kVitals);
  CHECK(read_text(with_header(2, "^~\\&#")));
  for (const char* wrong : {"^~\\", "", "^~\\&#*", "^^\\&", "a~\\&", "^~\\ "}) {
    refuses(with_header(2, wrong), "MSH-2: expected four distinct delimiters, as ^~\\&");
  }
  refuses("MSHx^~\\&", "MSH-1: expected a separator, as |");
  refuses("MSH", "MSH-1: expected a separator, as |");
  refuses("", "MSH: the message does not begin with it");
  refuses("BHS|^~\\&|\r" + kHeartRate, "MSH: the message does not begin with it");
}

TEST_CASE("Only ORU^R01 is taken") {
  CHECK(read_text(with_header(9, "ORU^R01")));
  for (const char* other : {"ADT^A01", "ORU^R30^ORU_R30", "ACK", "ORU", "ORU^R01^ADT_A01", "oru^R01"}) {
    auto result = read_text(with_header(9, other));
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == ErrorCode::kInvalidArgument);
  }
  refuses(with_header(9, "ADT^A01"), "MSH-9: \"ADT^A01\" is not ORU^R01", ErrorCode::kInvalidArgument);
  refuses(with_header(9, "Doe^John"), "MSH-9: this is not ORU^R01", ErrorCode::kInvalidArgument);
  refuses(with_header(9, ""), "MSH-9: missing");
}

TEST_CASE("The header has version, processing id and control id") {
  for (const char* good : {"2.1", "2.3.1", "2.8.2", "2.5.1^DEU"}) CHECK(read_text(with_header(12, good)));
  for (const char* bad : {"3.0", "2", "2.", "2.x", "2.5.1.1.1"}) {
    CHECK(read_text(with_header(12, bad)).error().code() == ErrorCode::kUnsupportedVersion);
  }
  refuses(with_header(12, "3.0"), "MSH-12: this is not a version 2.x", ErrorCode::kUnsupportedVersion);
  refuses(with_header(12, ""), "MSH-12: missing");
  CHECK(read_text(with_header(11, "T^A")));
  refuses(with_header(11, "X"), "MSH-11: \"X\" is not P, T or D", ErrorCode::kInvalidArgument);
  refuses(with_header(11, ""), "MSH-11: missing");
  CHECK(read_text(with_header(10, std::string(199, 'x'))));
  refuses(with_header(10, std::string(200, 'x')), "MSH-10: longer than 199 bytes");
  refuses(with_header(10, ""), "MSH-10: missing");
}

TEST_CASE("The body has an OBR, one header, and segments with names") {
  refuses("MSH|^~\\&|||||||ORU^R01|1|P|2.3\rPID|1\r", "OBR: missing");
  refuses(kHeartRate + "MSH|^~\\&|\r", "MSH: twice in one message");
  refuses(kHeartRate + "obx|1\r", "segment 5: does not begin with a segment's name");
  refuses(kHeartRate + "OB|1\r", "segment 5: does not begin with a segment's name");
  refuses(kHeartRate + "OBX1|1\r", "segment 5: does not begin with a segment's name");
  refuses(kHeartRate + std::string("NTE|\0", 5), "segment 5: a control character");
  refuses(with_header(3, "a\x1b"), "MSH: a control character");
  CHECK(read_text(kHeartRate + "ZXY\rNTE|1||a\tb\r"));
}

TEST_CASE("What an OBX has is well-formed, and much may be missing") {
  CHECK(
      read_text(with_observations({"OBX", "OBX|1", "OBX||||", "OBX|1||8867-4^x^LN||free text", "OBX|1|TX|||||||||F"})));
  CHECK(read_text(with_observations(
      {"OBX|1|NM|x||-1.5~+2~.5~\"\"~ 7 |||||P", "OBX|1|TS|x||20261122", "OBX|2|\"\"|x||y|||||\"\""})));
  auto third = [](const std::string& segment) { return with_observations({"OBX|1", "OBX|2", segment}); };
  refuses(third("OBX|one"), "OBX[3]-1: expected a number");
  refuses(third("OBX|3|number"), "OBX[3]-2: expected a type of two or three letters, as NM");
  refuses(third("OBX|3|NM|x||seventy"), "OBX[3]-5: expected a number, as OBX-2 says");
  refuses(third("OBX|3|NM|x||1~1.2.3"), "OBX[3]-5: expected a number, as OBX-2 says");
  refuses(third("OBX|3|NM|x||-"), "OBX[3]-5: expected a number, as OBX-2 says");
  refuses(third("OBX|3|DT|x||22.11.2026"), "OBX[3]-5: expected a date or time, as OBX-2 says");
  refuses(third("OBX|3|NM|x||1||||||Z"), "OBX[3]-11: expected a result status of table 0085, as F");
  refuses(third("OBX|3|NM|x||1||||||F|||today"), "OBX[3]-14: expected a time, as 20261122080000+0000");
}

TEST_CASE("Vital signs are told by LOINC and MDC") {
  CHECK(kind("8867-4^Heart rate^LN") == RecordKind::kVitals);
  CHECK(kind("x^y^L^59408-5^SpO2^LN") == RecordKind::kVitals);
  CHECK(kind("150456^MDC_PULS_OXIM_SAT_O2^MDC") == RecordKind::kVitals);
  CHECK(kind("MDC_TEMP^Temperature^MDC") == RecordKind::kVitals);
  CHECK(kind("718-7^Hemoglobin^LN") == RecordKind::kLaboratory);
  CHECK(kind("8867-4^Heart rate^L") == RecordKind::kLaboratory);
  CHECK(kind("1^MDC_CONC_GLU^MDC") == RecordKind::kLaboratory);
  CHECK(kind("") == RecordKind::kLaboratory);
}

TEST_CASE("The time is OBR-7, else OBX-14, else MSH-7") {
  auto time = [](const std::string& msh, const std::string& obr, const std::string& obx) {
    return read_text("MSH|^~\\&|||||" + msh + "||ORU^R01|1|P|2.3\rOBR|1||||||" + obr + "\rOBX|1||||||||||F|||" + obx +
                     "\r")
        ->time_ms;
  };
  CHECK(time("2024", "2026", "2025") == 1'767'225'600'000);
  CHECK(time("2024", "", "20260101") == 1'767'225'600'000);
  CHECK(time("202601010100+0100", "1969", "") == 1'767'225'600'000);
  CHECK(time("20260101^S", "?", "") == 1'767'225'600'000);
  CHECK_FALSE(time("", "", ""));
}

TEST_CASE("Messages are bounded in bytes and segments") {
  CHECK(read(view(kHeartRate), kHeartRate.size()));
  CHECK(read(view(kHeartRate), kHeartRate.size() - 1).error().code() == ErrorCode::kTooLarge);
  std::string long_one = kHeartRate;
  for (std::size_t i = 4; i < kMaxSegments; ++i) long_one += "NTE\r";
  CHECK(read_text(long_one));
  CHECK(read_text(long_one + "NTE\r").error().code() == ErrorCode::kTooLarge);
}

TEST_CASE("No prefix of a message is accepted before its OBR, and none of the rest crashes") {
  const std::size_t request = kHeartRate.find("OBR");
  for (std::size_t size = 0; size < kHeartRate.size(); ++size) {
    const bool accepted = read_text(kHeartRate.substr(0, size)).ok();
    if (accepted && size < request + 3) FAIL("accepted with " << size << " bytes");
  }
}

TEST_CASE("Changed messages are refused, or are messages") {
  test::Rng rng(1);
  std::size_t accepted = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::string text = kHeartRate;
    for (std::size_t i = 1 + rng.below(3); i > 0; --i) {
      const std::size_t at = rng.below(text.size());
      if (rng.chance(50)) {
        text[at] = "|^~\\&\r\nM0\x0b\xff"[rng.below(11)];
      } else {
        text.erase(at, rng.below(10));
      }
      if (text.empty()) text = " ";
    }
    auto message = read_text(text);
    const Bytes answer = message ? accept(view(text), "2026") : refuse(view(text), message.error(), "2026");
    if (medchain::text(answer).find("MSA") == std::string_view::npos) FAIL("no answer to " << text);
    if (!message) continue;
    ++accepted;
    if (message->control_id.empty() || message->trigger != "R01") FAIL(text);
  }
  CHECK(accepted > 1'000);
}
