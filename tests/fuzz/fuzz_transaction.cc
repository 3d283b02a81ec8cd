// A transaction as it comes from a stranger, alone or with its payload. It has one encoding, keeps its bytes, and its
// name, payload and id can be told whatever it is; only what a known key signed verifies.
#include <algorithm>

#include "pieces.h"
#include "stand_ins.h"
#include "world.h"

using namespace medchain;

namespace {

bool is_of_the_world(const TxId& id) {
  const auto& all = fuzz::world().transactions;
  return std::ranges::any_of(all, [&](const SignedTransaction& one) { return one.transaction.id() == id; });
}

void examine(const TxPtr& transaction, ByteView bytes) {
  MEDCHAIN_ASSERT(equal(transaction->bytes, bytes), "a transaction that does not keep its bytes");
  MEDCHAIN_ASSERT(equal(bcs::encode(transaction->content), bytes), "a transaction with two encodings");
  MEDCHAIN_ASSERT(transaction->id == transaction->transaction().id(), "an id that is not of the content");
  MEDCHAIN_ASSERT(!body_name(transaction->transaction().body).empty(), "a body without a name");
  auto payload = payload_of(transaction->transaction().body);
  if (payload) MEDCHAIN_ASSERT(payload->parts > 0, "a payload without parts");
  auto admissible = fuzz::world().engine().state().admissible(*transaction);
  if (!admissible || !verify_transaction(*transaction, real_signatures())) return;
  MEDCHAIN_ASSERT(is_of_the_world(transaction->id), "a transaction that its sender never signed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  if (auto transaction = parse_transaction(to_bytes(input))) examine(*transaction, input);
  auto submission = fuzz::canonical<Submission>(input);
  if (!submission) return 0;
  auto transaction = parse_transaction(submission->transaction);
  if (!transaction) return 0;
  examine(*transaction, submission->transaction);
  auto shared = std::make_shared<const Submission>(std::move(*submission));
  auto checked = check({*transaction, shared}, fuzz::kCredulous);
  auto commitment = payload_of((*transaction)->transaction().body);
  if (!checked || !commitment) return 0;
  MEDCHAIN_ASSERT(shared->payload.root() == commitment->root && shared->payload.bytes() == commitment->bytes,
                  "a payload taken that the transaction does not commit to");
  return 0;
}
