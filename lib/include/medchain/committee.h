// Committees, the votes of their members, and certificates: a quorum of votes on one block.
#pragma once

#include <optional>
#include <vector>

#include "medchain/bcs.h"
#include "medchain/keys.h"
#include "medchain/limits.h"
#include "medchain/signatures.h"

namespace medchain {

struct Member {
  Address validator;
  SigningPublicKey consensus_key;
  MEDCHAIN_FIELDS(validator, consensus_key)
  friend auto operator<=>(const Member&, const Member&) = default;
};

// Of n members at most f may be faulty; a quorum is ceil((n+f+1)/2): any two share an honest member (3 of 4).
constexpr std::size_t faults_of(std::size_t n) { return n == 0 ? 0 : (n - 1) / 3; }
constexpr std::size_t quorum_of(std::size_t n) { return (n + faults_of(n)) / 2 + 1; }

// Committee::set_hash() of members that are sorted by address already.
Hash committee_set_hash(const std::vector<Member>& sorted_members);
// kMalformed unless there are 1 to limits::kMaxCommittee, ascending strictly by address, no consensus key twice.
Result<void> check_members(const std::vector<Member>& sorted_members);

// The producers of one round: size() heights from first_height on, one turn each. Built by elect(); never empty then.
struct Committee {
  Round round;
  Height first_height;
  std::vector<Member> order;  // by votes, most first: the order in which they lead
  MEDCHAIN_FIELDS(round, first_height, order)

  std::size_t size() const { return order.size(); }
  std::size_t faults() const { return faults_of(size()); }  // f
  std::size_t quorum() const { return quorum_of(size()); }
  Height last_height() const { return {first_height.value + size() - 1}; }
  bool covers(Height height) const { return height >= first_height && height <= last_height(); }
  std::size_t leader(Height height, View view) const {  // index into order
    return static_cast<std::size_t>((height.value - first_height.value + view.value % size()) % size());
  }
  std::optional<std::size_t> index_of(const Address& validator) const;  // index into order

  // The same members sorted by address: certificates name signers by their place in this, so that a verifier needs only
  // the set. Both hashes stand in block headers.
  std::vector<Member> sorted() const;
  Hash set_hash() const;    // hash_with_domain("medchain/committee-set/v1", BCS of sorted())
  Hash order_hash() const;  // hash_with_domain("medchain/committee-order/v1", BCS of order)

  // kMalformed unless there are 1 to limits::kMaxCommittee members, no address or consensus key twice, and heights that
  // fit 64 bits. leader() and last_height() need a committee that passed.
  Result<void> check() const;
};

// What a member signs, all of it (domain "medchain/vote/v1", with the chain). Persisted: append only.
enum class VoteType : std::uint8_t { kProposal = 0, kPrepare = 1, kCommit = 2, kViewChange = 3 };
MEDCHAIN_ENUM_RANGE(VoteType, kProposal, kViewChange)

struct Ballot {
  Round round;
  Height height;
  View view;
  VoteType type = VoteType::kPrepare;
  Hash digest;  // the block's hash; of a view change: see consensus.h
  MEDCHAIN_FIELDS(round, height, view, type, digest)
  friend auto operator<=>(const Ballot&, const Ballot&) = default;
};
Signature sign_ballot(const Ballot& ballot, const ChainId& chain, const Signer& signer);
bool verify_ballot(const Ballot& ballot, const ChainId& chain, const SigningPublicKey& key, const Signature& signature,
                   const SignatureVerifier& verifier);

// A ballot and its member's signature, as evidence carries them (evidence.h).
struct SignedBallot {
  Ballot ballot;
  Signature signature;
  MEDCHAIN_FIELDS(ballot, signature)
  friend auto operator<=>(const SignedBallot&, const SignedBallot&) = default;
};

struct CertificateSignature {
  std::uint16_t member = 0;  // index into Committee::sorted()
  Signature signature;
  MEDCHAIN_FIELDS(member, signature)
  friend auto operator<=>(const CertificateSignature&, const CertificateSignature&) = default;
};

// A quorum's signatures on one Ballot: of type kCommit it makes the block final, of kPrepare it is carried by view
// changes. Signers ascend strictly, so that none counts twice.
struct Certificate {
  Ballot ballot;
  std::vector<CertificateSignature> signatures;
  MEDCHAIN_FIELDS(ballot, signatures)
  friend auto operator<=>(const Certificate&, const Certificate&) = default;

  // That a quorum of these members signed `ballot`. kAuthentication, naming what is wrong: a type other than kPrepare
  // and kCommit, too few signers, one twice or out of range, a signature that does not verify. Whether the ballot is
  // the one wanted (type, round, height, digest) the caller compares; check_certified() in block.h does so for a block.
  Result<void> check(const std::vector<Member>& sorted_members, const ChainId& chain,
                     const SignatureVerifier& verifier) const;
};

}  // namespace medchain
