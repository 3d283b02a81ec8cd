#include "messages.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::hl7v2;

namespace {

Result<std::vector<Bytes>> feed(MllpDecoder& decoder, std::string_view bytes) { return decoder.feed(view(bytes)); }

void breaks(std::string_view bytes, std::string_view message, ErrorCode code = ErrorCode::kMalformed) {
  MllpDecoder decoder(4);
  auto result = feed(decoder, bytes);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == message);
  CHECK(result.error().code() == code);
  auto again = feed(decoder, "\x0bok\x1c\r");
  REQUIRE_FALSE(again);
  CHECK(again.error().message() == message);
}

}  // namespace

TEST_CASE("MLLP gives messages as they complete, however the bytes come") {
  test::Rng rng(1);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Bytes> sent(1 + rng.below(5));
    Bytes stream;
    for (Bytes& message : sent) {
      message.resize(rng.below(20));
      for (auto& byte : message) byte = static_cast<std::uint8_t>(0x20 + rng.below(0xe0));
      append(stream, mllp_frame(message));
    }
    MllpDecoder decoder;
    std::vector<Bytes> got;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min(1 + rng.below(12), stream.size() - at);
      auto messages = decoder.feed(ByteView(stream).subspan(at, size));
      REQUIRE(messages);
      got.insert(got.end(), messages->begin(), messages->end());
      at += size;
    }
    if (got != sent || decoder.inside()) FAIL("round " << round);
  }
}

TEST_CASE("MLLP knows whether a message has begun") {
  MllpDecoder decoder;
  CHECK_FALSE(decoder.inside());
  CHECK(feed(decoder,
             "\x0b"
             "ab")
            ->empty());
  CHECK(decoder.inside());
  CHECK(feed(decoder, "\x1c")->empty());
  CHECK(decoder.inside());
  CHECK(feed(decoder, "\r")->size() == 1);
  CHECK_FALSE(decoder.inside());
}

TEST_CASE("MLLP refuses what is not framed, and what is too long") {
  breaks("MSH|", "MLLP: 0x4d between messages, expected 0x0b");
  breaks(
      "\x0b"
      "ab\x1c\r\n",
      "MLLP: 0x0a between messages, expected 0x0b");
  breaks(
      "\x0b"
      "ab\x1c\x1c",
      "MLLP: 0x1c after 0x1c, expected 0x0d");
  breaks(
      "\x0b"
      "a\x0b",
      "MLLP: 0x0b within a message");
  breaks(
      "\x0b"
      "abcde",
      "MLLP: a message of more than 4 bytes", ErrorCode::kTooLarge);
  MllpDecoder decoder(4);
  CHECK(feed(decoder,
             "\x0b"
             "abcd\x1c\r")
            ->size() == 1);
  CHECK(feed(decoder,
             "\x0b"
             "ab")
            ->empty());
  CHECK(feed(decoder, "cde").error().code() == ErrorCode::kTooLarge);
}
