#include "medchain/committee.h"

namespace medchain {
namespace {

constexpr std::string_view kDomain = "medchain/vote/v1";

Error refused(const Certificate& certificate, const std::string& why) {
  return {ErrorCode::kAuthentication,
          "the certificate for height " + std::to_string(certificate.ballot.height.value) + " " + why};
}

// Everything that can be said before the first signature is verified.
Result<void> check_signers(const Certificate& certificate, std::size_t members) {
  const VoteType type = certificate.ballot.type;
  if (type != VoteType::kPrepare && type != VoteType::kCommit) {
    return refused(certificate, "is of votes that are neither prepares nor commits");
  }
  const auto& signatures = certificate.signatures;
  if (members == 0 || members > limits::kMaxCommittee) {
    return refused(certificate, "is checked against " + std::to_string(members) + " members, expected 1 to " +
                                    std::to_string(limits::kMaxCommittee));
  }
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    if (signatures[i].member >= members) {
      return refused(certificate, "names signer " + std::to_string(signatures[i].member) + " of a committee of " +
                                      std::to_string(members));
    }
    if (i > 0 && signatures[i].member <= signatures[i - 1].member) {
      return refused(certificate,
                     "names signer " + std::to_string(signatures[i].member) + " twice, or after a higher one");
    }
  }
  if (signatures.size() < quorum_of(members)) {
    return refused(certificate, "has " + std::to_string(signatures.size()) + " signers, expected at least " +
                                    std::to_string(quorum_of(members)) + " of " + std::to_string(members));
  }
  return {};
}

}  // namespace

Signature sign_ballot(const Ballot& ballot, const ChainId& chain, const Signer& signer) {
  return signer.sign(kDomain, chain, bcs::encode(ballot));
}

bool verify_ballot(const Ballot& ballot, const ChainId& chain, const SigningPublicKey& key, const Signature& signature,
                   const SignatureVerifier& verifier) {
  return verifier.verify(key, kDomain, chain, bcs::encode(ballot), signature);
}

Result<void> Certificate::check(const std::vector<Member>& sorted_members, const ChainId& chain,
                                const SignatureVerifier& verifier) const {
  MEDCHAIN_TRY(check_signers(*this, sorted_members.size()));
  const Bytes message = bcs::encode(ballot);
  for (const CertificateSignature& entry : signatures) {
    const Member& member = sorted_members[entry.member];
    if (!verifier.verify(member.consensus_key, kDomain, chain, message, entry.signature)) {
      return refused(*this, "holds a signature by " + member.validator.text() + " that does not verify");
    }
  }
  return {};
}

}  // namespace medchain
