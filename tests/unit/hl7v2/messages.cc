#include "messages.h"

namespace medchain::hl7v2::testing {

const std::string kHeartRate =
    "MSH|^~\\&|MON|WARD7|GATE|HOSP|20261122080500+0000||ORU^R01^ORU_R01|msg-1|P|2.5.1\r"
    "PID|1||4711^^^H||Doe^J\\T\\D\r"
    "OBR|1|||vs^Vital signs^L|||20261122080000+0000\r"
    "OBX|1|NM|8867-4^Heart rate^LN||72|/min|||||F|||20261122080001\r";

std::string with_header(std::size_t field, std::string_view value) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < field; ++i) at = kHeartRate.find('|', at) + 1;
  const std::size_t end = kHeartRate.find_first_of("|\r", at);
  return kHeartRate.substr(0, at) + std::string(value) + kHeartRate.substr(end);
}

std::string with_observations(const std::vector<std::string>& observations) {
  std::string message = "MSH|^~\\&|||||||ORU^R01|1|P|2.3\rOBR|1\r";
  for (const std::string& observation : observations) message += observation + "\r";
  return message;
}

Result<Message> read_text(std::string_view message) { return read(view(message)); }

void refuses(std::string_view message, std::string_view expected, ErrorCode code) {
  INFO(message);
  auto result = read_text(message);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == expected);
  CHECK(result.error().code() == code);
}

}  // namespace medchain::hl7v2::testing
