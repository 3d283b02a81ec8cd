#include "medchain/block.h"

namespace medchain {
namespace {

Error refused(const std::string& why) { return {ErrorCode::kAuthentication, why}; }

Result<void> check_ours(const BlockHeader& header, const ChainId& chain) {
  if (header.protocol_version != kProtocolVersion) {
    return Error(ErrorCode::kUnsupportedVersion, "it follows protocol version " +
                                                     std::to_string(header.protocol_version) + ", expected " +
                                                     std::to_string(kProtocolVersion));
  }
  if (header.chain != chain) {
    return Error(ErrorCode::kConflict, "it belongs to chain " + header.chain.hex() + ", expected " + chain.hex());
  }
  return {};
}

Result<void> check_ballot(const BlockHeader& header, const Ballot& ballot) {
  if (ballot.type != VoteType::kCommit) return refused("its certificate is not of commits");
  if (ballot.height != header.height) {
    return refused("its certificate is for height " + std::to_string(ballot.height.value));
  }
  if (ballot.round != header.round) {
    return refused("its certificate is of round " + std::to_string(ballot.round.value) + ", the block of round " +
                   std::to_string(header.round.value));
  }
  if (ballot.digest != header.hash()) return refused("its certificate is for another block");
  return {};
}

}  // namespace

Result<void> check_certified(const BlockHeader& header, const Certificate& certificate,
                             const std::vector<Member>& sorted_members, const ChainId& chain,
                             const SignatureVerifier& verifier) {
  auto check = [&]() -> Result<void> {
    MEDCHAIN_TRY(check_ours(header, chain));
    MEDCHAIN_TRY(check_ballot(header, certificate.ballot));
    if (header.committee_set != committee_set_hash(sorted_members)) {
      return refused("its committee is not the one expected there");
    }
    return certificate.check(sorted_members, chain, verifier);
  };
  auto result = check();
  if (!result) return result.error().in("block " + std::to_string(header.height.value));
  return {};
}

}  // namespace medchain
