#include <algorithm>

#include "medchain/hl7v2.h"

namespace medchain::hl7v2 {
namespace {

constexpr std::uint8_t kStart = 0x0b;
constexpr std::uint8_t kEnd = 0x1c;
constexpr std::uint8_t kCarriageReturn = 0x0d;

Error broken(std::string why) { return {ErrorCode::kMalformed, "MLLP: " + std::move(why)}; }

std::string hex_byte(std::uint8_t byte) { return to_hex(ByteView(&byte, 1)); }

}  // namespace

MllpDecoder::MllpDecoder(std::size_t max_bytes) : max_bytes_(std::min(max_bytes, kMaxMessageBytes)) {}

Result<std::vector<Bytes>> MllpDecoder::feed(ByteView received) {
  std::vector<Bytes> messages;
  while (!received.empty() && !error_) {
    auto taken = take(received, messages);
    if (!taken) error_ = taken.error();
  }
  if (error_) return *error_;
  return messages;
}

Result<void> MllpDecoder::take(ByteView& received, std::vector<Bytes>& messages) {
  if (state_ == State::kMessage) return take_content(received);
  const std::uint8_t byte = received.front();
  received = received.subspan(1);
  if (state_ == State::kBetween) {
    if (byte != kStart) return broken("0x" + hex_byte(byte) + " between messages, expected 0x0b");
    state_ = State::kMessage;
    return {};
  }
  if (byte != kCarriageReturn) return broken("0x" + hex_byte(byte) + " after 0x1c, expected 0x0d");
  messages.push_back(std::exchange(message_, {}));
  state_ = State::kBetween;
  return {};
}

// Up to the 1C, as much as has come.
Result<void> MllpDecoder::take_content(ByteView& received) {
  const auto stop = std::find_if(received.begin(), received.end(), [](auto b) { return b == kEnd || b == kStart; });
  const auto size = static_cast<std::size_t>(stop - received.begin());
  if (size > max_bytes_ - message_.size()) {
    return Error(ErrorCode::kTooLarge, "MLLP: a message of more than " + std::to_string(max_bytes_) + " bytes");
  }
  append(message_, received.first(size));
  received = received.subspan(size);
  if (received.empty()) return {};
  if (received.front() == kStart) return broken("0x0b within a message");
  received = received.subspan(1);
  state_ = State::kEnding;
  return {};
}

Bytes mllp_frame(ByteView message) {
  Bytes frame{kStart};
  append(frame, message);
  frame.push_back(kEnd);
  frame.push_back(kCarriageReturn);
  return frame;
}

}  // namespace medchain::hl7v2
