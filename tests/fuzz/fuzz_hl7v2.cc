// The input as a message, as a stream of MLLP, and as a message in MLLP. However a stream is cut, it gives the same
// messages; every message has an answer that is framed and names the message; what is accepted has a control id.
#include "medchain/hl7v2.h"
#include "pieces.h"

using namespace medchain;

namespace {

// All messages that came before the first error, and whether there was one.
struct Stream {
  std::vector<Bytes> messages;
  bool broken = false;
  bool operator==(const Stream&) const = default;
};

Stream decode(ByteView input, std::size_t step) {
  hl7v2::MllpDecoder decoder;
  Stream stream;
  while (!input.empty() && !stream.broken) {
    const std::size_t size = std::min(step, input.size());
    auto messages = decoder.feed(input.first(size));
    stream.broken = !messages;
    if (messages) stream.messages.insert(stream.messages.end(), messages->begin(), messages->end());
    input = input.subspan(size);
  }
  return stream;
}

void check_answer(ByteView message, const Bytes& answer) {
  const std::string_view shown = text(answer);
  MEDCHAIN_ASSERT(shown.starts_with("MSH") && shown.find("\rMSA") != std::string_view::npos && shown.ends_with("\r"),
                  "an answer that is none");
  MEDCHAIN_ASSERT(answer.size() < 4096, "a long answer");
  const Stream stream = decode(hl7v2::mllp_frame(answer), 7);
  MEDCHAIN_ASSERT(!stream.broken && stream.messages.size() == 1 && stream.messages[0] == answer,
                  "an answer that MLLP breaks");
  // An answer is a message, but no report.
  auto read = hl7v2::read(answer);
  MEDCHAIN_ASSERT(!read && read.error().message().starts_with("MSH-9: "), "an answer that cannot be read");
  static_cast<void>(message);
}

void check_message(ByteView message) {
  auto read = hl7v2::read(message);
  if (!read) {
    MEDCHAIN_ASSERT(!read.error().message().empty(), "an error that says nothing");
    check_answer(message, hl7v2::refuse(message, read.error(), "20261122"));
    return;
  }
  MEDCHAIN_ASSERT(!read->control_id.empty() && read->trigger == "R01", "half a message");
  const Bytes answer = hl7v2::accept(message, "20261122");
  check_answer(message, answer);
  MEDCHAIN_ASSERT(text(answer).find(read->control_id) != std::string_view::npos, "an answer to another message");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  check_message(input);
  const Stream whole = decode(input, input.size());
  const Stream bytewise = decode(input, 1);
  MEDCHAIN_ASSERT(whole.broken == bytewise.broken, "a stream that breaks by how it is cut");
  MEDCHAIN_ASSERT(whole.broken || whole == bytewise, "other messages by how the stream is cut");
  for (const Bytes& message : bytewise.messages) check_message(message);
  return 0;
}
