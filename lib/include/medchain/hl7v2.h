// HL7 v2 as laboratories and monitors send it: messages framed by MLLP, of which unsolicited observations (ORU^R01) are
// taken, each answered by an acknowledgement.
//
//   hl7v2::MllpDecoder decoder;
//   auto messages = decoder.feed(received);                      // as the bytes come
//   if (!messages) return close();                               // not MLLP: nothing can be answered
//   for (const Bytes& bytes : *messages) {
//     auto message = hl7v2::read(bytes);
//     if (message) seal(bytes, message->kind, message->time_ms.value_or(now_ms));
//     send(hl7v2::mllp_frame(message ? hl7v2::accept(bytes, now_text) : hl7v2::refuse(bytes, message.error(),
//     now_text)));
//   }
//
// What is accepted, and by which sections of the standard: lib/src/hl7v2/FORMAT.md.
//
// Errors are kMalformed, kInvalidArgument for another type of message (MSH-9) or of processing (MSH-11),
// kUnsupportedVersion for one that is not of version 2 (MSH-12), kTooLarge above a limit below; nothing throws. A
// message names segment and field ("OBX[3]-11: missing") and shows of what was sent at most codes: it may be logged and
// answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/bytes.h"
#include "medchain/transaction.h"

namespace medchain::hl7v2 {

inline constexpr std::size_t kMaxMessageBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxSegments = 100'000;

// --- MLLP: 0B, the message, 1C 0D.

// Keeps what is incomplete, which is at most one message.
class MllpDecoder {
 public:
  explicit MllpDecoder(std::size_t max_bytes = kMaxMessageBytes);  // of one message, at most kMaxMessageBytes

  // The messages that `received` completes, without their frame. After an error no beginning of a message can be
  // trusted any more: every later call gives it again. What was complete in the same bytes is not given: it stays
  // without an answer, and its sender repeats it.
  Result<std::vector<Bytes>> feed(ByteView received);
  // A message has begun and not ended.
  bool inside() const { return state_ != State::kBetween; }

 private:
  enum class State { kBetween, kMessage, kEnding };

  Result<void> take(ByteView& received, std::vector<Bytes>& messages);
  Result<void> take_content(ByteView& received);

  std::size_t max_bytes_;
  State state_ = State::kBetween;
  Bytes message_;
  std::optional<Error> error_;
};

// 0B, `message`, 1C 0D.
Bytes mllp_frame(ByteView message);

// --- Messages

struct Message {
  std::string control_id;                     // MSH-10
  std::string trigger;                        // "R01"
  std::string version;                        // "2.5.1"
  RecordKind kind = RecordKind::kLaboratory;  // kVitals when an OBX-3 is a vital sign by LOINC or IEEE 11073 (MDC)
  // Of the first of OBR-7, OBX-14, MSH-7 that is a time; the parts it lacks count as their beginning, UTC without a
  // zone. Nothing when none is, or it is before 1970.
  std::optional<std::uint64_t> time_ms;  // Unix
};

// Reads and validates an ORU^R01 of version 2, with or without an UTF-8 byte order mark.
Result<Message> read(ByteView message, std::size_t max_bytes = kMaxMessageBytes);

// --- Acknowledgements, in original mode: MSH, MSA, and ERR when refused. Sender and receiver change places, the
// control id is echoed, and so are version and processing id, as far as `message` lets them be read; it need not be
// valid. `time` is MSH-7 as text ("20261122080000+0000"), for the library has no clock.

// AA: taken.
Bytes accept(ByteView message, std::string_view time);
// `error` is read()'s, or the caller's own. AE when the message is at fault (kMalformed, kTooLarge); AR when this
// receiver does not take it, or not now, and the same message might be taken elsewhere or later (every other code).
Bytes refuse(ByteView message, const Error& error, std::string_view time);

}  // namespace medchain::hl7v2
