// A receipt proof from a stranger. One encoding; what verifies is what the chain holds: block, transaction and outcome.
#include "medchain/receipt.h"
#include "pieces.h"
#include "stand_ins.h"
#include "world.h"

using namespace medchain;

namespace {

void examine(const VerifiedReceipt& verified) {
  const fuzz::World& world = fuzz::world();
  const Height height = verified.header.height;
  MEDCHAIN_ASSERT(height <= world.engine().height(), "a receipt of a block that there is not");
  const StoredBlock stored = world.block(height);
  MEDCHAIN_ASSERT(verified.block == stored.certified.block.hash(), "a receipt of another block");
  const auto& transactions = stored.certified.block.transactions;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    if (transactions[i]->bytes != verified.transaction->bytes) continue;
    return MEDCHAIN_ASSERT(stored.receipts[i] == verified.receipt, "a receipt of another outcome");
  }
  MEDCHAIN_ASSERT(transactions.empty(), "a receipt of a transaction that is not in the block");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Anchor anchor = genesis_anchor(fuzz::world().made.genesis);
  const ByteView input(data, size);
  auto proof = decode_receipt_proof(input);
  if (!proof) return 0;
  MEDCHAIN_ASSERT(equal(encode_receipt_proof(*proof), input), "a receipt proof with two encodings");
  verify_receipt(*proof, anchor, fuzz::kCredulous).ok();
  if (auto verified = verify_receipt(*proof, anchor)) examine(*verified);
  return 0;
}
