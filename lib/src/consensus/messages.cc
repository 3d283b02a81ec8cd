#include "medchain/consensus.h"

namespace medchain::consensus {

Hash digest_of(const std::optional<Certificate>& prepared) {
  return hash_with_domain("medchain/prepared/v1", {bcs::encode(prepared)});
}

void Proposal::bcs_encode(bcs::Encoder& encoder) const {
  MEDCHAIN_ASSERT(block != nullptr, "a proposal has a block");
  bcs::write(encoder, member);
  bcs::write(encoder, ballot);
  bcs::write(encoder, justification);
  bcs::write(encoder, *block);
  bcs::write(encoder, signature);
}

// Nothing read of a failed decoder leaves bcs::decode, so the block may be missing here.
Proposal Proposal::bcs_decode(bcs::Decoder& decoder) {
  Proposal proposal;
  proposal.member = bcs::read<std::uint16_t>(decoder);
  proposal.ballot = bcs::read<Ballot>(decoder);
  std::uint32_t changes = decoder.length();
  if (changes > limits::kMaxCommittee) {
    decoder.fail(ErrorCode::kTooLarge, "a new view with more view changes than a committee has members");
  }
  for (; changes > 0 && decoder.ok(); --changes) proposal.justification.push_back(bcs::read<ViewChange>(decoder));
  if (!decoder.ok()) return proposal;
  proposal.block = std::make_shared<const Block>(bcs::read<Block>(decoder));
  proposal.signature = bcs::read<Signature>(decoder);
  return proposal;
}

const Ballot& ballot_of(const Message& message) {
  return std::visit([](const auto& m) -> const Ballot& { return m.ballot; }, message);
}

void sign(Message& message, const ChainId& chain, const Signer& signer) {
  std::visit([&](auto& m) { m.signature = sign_ballot(m.ballot, chain, signer); }, message);
}

}  // namespace medchain::consensus
