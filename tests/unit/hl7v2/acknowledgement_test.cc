#include "messages.h"

using namespace medchain;
using namespace medchain::hl7v2;
using namespace medchain::hl7v2::testing;

namespace {

constexpr std::string_view kNow = "20261122080600+0000";

std::string refused(const std::string& message) {
  auto result = read_text(message);
  REQUIRE_FALSE(result);
  return std::string(text(refuse(view(message), result.error(), kNow)));
}

}  // namespace

TEST_CASE("What is taken is answered with AA, sender and receiver in each other's place") {
  CHECK(text(accept(view(kHeartRate), kNow)) ==
        "MSH|^~\\&|GATE|HOSP|MON|WARD7|20261122080600+0000||ACK^R01^ACK|msg-1|P|2.5.1\rMSA|AA|msg-1\r");
}

TEST_CASE("What is wrong is answered with AE, and the segment and field") {
  CHECK(refused(kHeartRate + "OBX|2|NM|x||a\r") ==
        "MSH|^~\\&|GATE|HOSP|MON|WARD7|20261122080600+0000||ACK^R01^ACK|msg-1|P|2.5.1\rMSA|AE|msg-1\r"
        "ERR||OBX^2^5|102^Data type error^HL70357|E||||OBX[2]-5: expected a number, as OBX-2 says\r");
  CHECK(refused("MSH|^~\\&|||||||ORU^R01|1|P|2.5\r")
            .ends_with("MSA|AE|1\rERR||OBR^1|100^Segment sequence error^HL70357|E||||OBR: missing\r"));
  CHECK(refused(with_header(10, ""))
            .ends_with("|1|P|2.5.1\rMSA|AE|\rERR||MSH^1^10|101^Required field missing^HL70357|E||||MSH-10: missing\r"));
}

TEST_CASE("What this receiver does not take is answered with AR") {
  CHECK(refused(with_header(9, "ADT^A01")) ==
        "MSH|^~\\&|GATE|HOSP|MON|WARD7|20261122080600+0000||ACK^A01^ACK|msg-1|P|2.5.1\rMSA|AR|msg-1\r"
        "ERR||MSH^1^9|200^Unsupported message type^HL70357|E||||MSH-9: \"ADT\\S\\A01\" is not ORU\\S\\R01\r");
  CHECK(refused(with_header(11, "X")).find("MSA|AR|msg-1\rERR||MSH^1^11|202^") != std::string::npos);
  CHECK(refused(with_header(12, "3.0")).find("|3.0\rMSA|AR|msg-1\rERR||MSH^1^12|203^") != std::string::npos);
  const Error busy(ErrorCode::kUnavailable, "the ledger cannot be reached");
  CHECK(
      text(refuse(view(kHeartRate), busy, kNow))
          .ends_with("MSA|AR|msg-1\rERR|||207^Application internal error^HL70357|E||||the ledger cannot be reached\r"));
}

TEST_CASE("Before v2.5 the place is in ERR-1 and the text in MSA-3") {
  CHECK(refused(with_observations({"OBX|x"})) ==
        "MSH|^~\\&|||||20261122080600+0000||ACK^R01^ACK|1|P|2.3\rMSA|AE|1|OBX[1]-1: expected a number\r"
        "ERR|OBX^1^1^102&Data type error&HL70357\r");
  const Error busy(ErrorCode::kUnavailable, "busy");
  CHECK(text(refuse(view(with_header(12, "2.4")), busy, kNow))
            .ends_with("MSA|AR|msg-1|busy\rERR|^^^207&Application internal error&HL70357\r"));
  CHECK(refused("MSH|^~\\&|||||||ORU^R01|1|P|2.3\r").ends_with("ERR|OBR^1^^100&Segment sequence error&HL70357\r"));
}

TEST_CASE("A tab is text, and is repeated: the sender knows its message by the control id") {
  CHECK(text(accept(view(with_header(10, "msg\t1")), kNow)) ==
        "MSH|^~\\&|GATE|HOSP|MON|WARD7|20261122080600+0000||ACK^R01^ACK|msg\t1|P|2.5.1\rMSA|AA|msg\t1\r");
}

TEST_CASE("An answer speaks with the delimiters of the message") {
  std::string other = kHeartRate;
  for (char& c : other) c = c == '|' ? '!' : c == '^' ? '*' : c;
  CHECK(text(accept(view(other), kNow)) ==
        "MSH!*~\\&!GATE!HOSP!MON!WARD7!20261122080600+0000!!ACK*R01*ACK!msg-1!P!2.5.1\rMSA!AA!msg-1\r");
}

TEST_CASE("Even what cannot be read is answered, and nothing long or broken is repeated") {
  CHECK(refused("hello") ==
        "MSH|^~\\&|||||20261122080600+0000||ACK|1|P|2.5.1\rMSA|AE|\r"
        "ERR||MSH^1|100^Segment sequence error^HL70357|E||||MSH: the message does not begin with it\r");
  const std::string huge = std::string(text(accept(view(with_header(3, std::string(1000, 'x'))), "now|\r2026")));
  CHECK(huge == "MSH|^~\\&|GATE|HOSP||WARD7|2026||ACK^R01^ACK|msg-1|P|2.5.1\rMSA|AA|msg-1\r");
  CHECK(text(accept(view(with_header(4, "a\x1b")), kNow)).find('\x1b') == std::string_view::npos);
}
