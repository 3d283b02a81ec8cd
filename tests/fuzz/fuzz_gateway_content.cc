// What a device sends to the gateway: the first byte says in which form, the second how much is taken. The readings
// that come of it are pieces of the very bytes, in their order, and each is the same reading by itself. An error says
// something.
#include <algorithm>

#include "content.h"
#include "devices.h"
#include "moment.h"
#include "pieces.h"

using namespace medchain;

namespace {

constexpr std::uint64_t kNow = 1'795'421'730'250;
constexpr std::size_t kAll = 16 * 1024 * 1024;

void check_alone(const gateway::Reading& reading) {
  auto alone = gateway::read_observations(reading.content, gateway::ContentForm::kJson, reading.subject, kNow, kAll);
  // A Bundle within a Bundle, or in a line, is one reading; by itself it is its entries, if it has any.
  if (!alone || alone->size() != 1 || alone->front().content != reading.content) {
    MEDCHAIN_ASSERT(text(reading.content).find("Bundle") != std::string_view::npos, "another reading by itself");
    return;
  }
  MEDCHAIN_ASSERT(alone->front().kind == reading.kind && alone->front().time_ms == reading.time_ms,
                  "another kind or time by itself");
}

void check(ByteView body, const Result<std::vector<gateway::Reading>>& readings, std::size_t most, bool whole) {
  if (!readings) {
    MEDCHAIN_ASSERT(!readings.error().message().empty(), "an error that says nothing");
    return;
  }
  MEDCHAIN_ASSERT(body.size() <= most && !readings->empty(), "more than is taken, or nothing");
  ByteView rest = body;
  for (const gateway::Reading& reading : *readings) {
    MEDCHAIN_ASSERT(!reading.content.empty(), "a reading of nothing");
    auto found = std::search(rest.begin(), rest.end(), reading.content.begin(), reading.content.end());
    MEDCHAIN_ASSERT(found != rest.end(), "a reading that was not sent");
    rest = rest.subspan(static_cast<std::size_t>(found - rest.begin()) + reading.content.size());
    if (!whole) check_alone(reading);
  }
  MEDCHAIN_ASSERT(!whole || equal(readings->front().content, body), "a message that is not all of what was sent");
}

void check_text(ByteView body) {
  const gateway::MllpSender sender = gateway::mllp_sender(body);
  for (const std::string& field : {sender.application, sender.facility}) {
    MEDCHAIN_ASSERT(text(body).find(field) != std::string_view::npos, "a sender that nobody named");
  }
  if (auto moment = gateway::parse_rfc3339(text(body))) {
    MEDCHAIN_ASSERT(gateway::hl7_time(*moment).size() == 19, "a time of another century");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces pieces({data, size});
  const std::size_t how = pieces.byte() % 4;
  const std::size_t limit = pieces.byte();
  const std::size_t most = limit == 0 ? kAll : limit * 16;
  const ByteView body = pieces.rest();
  const Address subject{};
  check_text(body);
  if (how == 3) {
    check(body, gateway::read_message(body, subject, kNow, most), most, true);
  } else {
    const auto form = static_cast<gateway::ContentForm>(how);
    check(body, gateway::read_observations(body, form, subject, kNow, most), most, false);
  }
  return 0;
}
