// A transaction or a submission as JSON from a stranger, and a transaction as bytes, written as JSON. What is read is
// written as a text that gives the same bytes; every transaction that has bytes has such a text. Nothing throws.
#include <nlohmann/json.hpp>

#include "ledger_json.h"
#include "pieces.h"
#include "transaction_json.h"

using namespace medchain;
using namespace medchain::http;

namespace {

void examine(const SignedTransaction& transaction) {
  const Bytes bytes = bcs::encode(transaction);
  auto decoded = bcs::decode<SignedTransaction>(bytes);
  MEDCHAIN_ASSERT(decoded.ok(), "a transaction read whose bytes are none");
  auto again = read_signed_transaction(Json::parse(json_line(json_of(transaction))));
  MEDCHAIN_ASSERT(again.ok() && bcs::encode(*again) == bytes, "a transaction that its text does not give back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  if (auto json = parse_json(text(input), {.bytes = 1 << 20, .values = 10'000})) {
    auto again = parse_json(json->dump(), {.bytes = 8 << 20});
    MEDCHAIN_ASSERT(again.ok() && *again == *json, "a JSON text that is read as another");
  }
  if (auto transaction = read_signed_transaction_text(text(input))) examine(*transaction);
  if (auto transaction = read_transaction_text(text(input))) examine({*transaction, {}, {}});
  if (auto submission = read_submission_text(text(input))) {
    MEDCHAIN_ASSERT(submission->payload.parts.size() <= limits::kMaxPayloadParts, "more parts than are allowed");
  }
  if (auto transaction = fuzz::canonical<SignedTransaction>(input)) examine(*transaction);
  return 0;
}
