// Transactions: what participants ask of the ledger. lib/src/ledger/FORMAT.md gives the bytes.
//
//   Transaction t{chain, alice.address(), Height{1200}, random_salt(), TokensBody{Transfer{bob, Tokens{5}}}};
//   SignedTransaction s = sign_transaction(t, alice.signing);
//   TxId id = t.id();                                    // known before it is submitted
//
// Replay protection is a window, not a nonce: a transaction is admissible only up to height `valid_until`, which may be
// at most Parameters::replay_window above the current height, and only once. A device keeps no state for it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "medchain/bcs.h"
#include "medchain/committee.h"
#include "medchain/keys.h"
#include "medchain/limits.h"
#include "medchain/sealing.h"

namespace medchain {

using TxId = FixedBytes<32, struct TxIdTag>;

// What a participant is. Persisted: values never change meaning; append only.
enum class Role : std::uint8_t {
  kDevice = 0,
  kGateway = 1,
  kPatient = 2,
  kFamily = 3,
  kGuardian = 4,
  kClinician = 5,
  kInstitution = 6,
  kValidator = 7,
  kAuditor = 8,
};
MEDCHAIN_ENUM_RANGE(Role, kDevice, kAuditor)
std::string_view to_string(Role role);  // "device", "gateway", "patient", "family", ...
Result<Role> parse_role(std::string_view name);

// Coarse on purpose: everyone in the consortium can see it.
enum class RecordKind : std::uint8_t {
  kVitals = 0,
  kAlarm = 1,
  kDiagnosis = 2,
  kPrescription = 3,
  kLaboratory = 4,
  kImaging = 5,
  kDocument = 6,
  kOther = 7,
};
MEDCHAIN_ENUM_RANGE(RecordKind, kVitals, kOther)
std::string_view to_string(RecordKind kind);
Result<RecordKind> parse_record_kind(std::string_view name);

// --- contract tokens (0)
struct Transfer {
  Address to;
  Tokens amount;
  MEDCHAIN_FIELDS(to, amount)
};
using TokensBody = std::variant<Transfer>;

// --- contract stake (1)
struct Stake {  // moves tokens from the balance to the stake
  Tokens amount;
  MEDCHAIN_FIELDS(amount)
};
struct Unstake {  // from the stake to the balance, after Parameters::unbonding_epochs
  Tokens amount;
  MEDCHAIN_FIELDS(amount)
};
struct Vote {  // the whole stake counts for each candidate named; replaces the previous vote; empty: none
  std::vector<Address> candidates;
  MEDCHAIN_FIELDS(candidates)
};
// A validator stands for election; again, while standing: replaces its consensus key, effective with the next
// committee, and ends being passed over. A key that was replaced is retired: nobody stands with it again. Made by
// make_stand().
struct Stand {
  SigningPublicKey consensus_key;  // Ed25519
  Signature possession;            // by it: domain "medchain/consensus-key/v1", the chain, the sender's address
  MEDCHAIN_FIELDS(consensus_key, possession)
};
struct Resign {  // stops standing, effective with the next committee
  MEDCHAIN_FIELDS()
};
// Evidence against whoever stood with `consensus_key`, now or at any time before. Anyone may report; evidence.h judges.
// The offender loses its stake, what is unbonding of it too, and never stands again.
struct ReportDoubleVote {  // two votes of which an honest member casts one
  SigningPublicKey consensus_key;
  SignedBallot first;
  SignedBallot second;
  MEDCHAIN_FIELDS(consensus_key, first, second)
};
struct ReportInvalidProposal {  // a proposed block whose header cannot follow its parent's
  SigningPublicKey consensus_key;
  SignedBallot proposal;
  Bytes header;  // BCS of the BlockHeader proposed
  Bytes parent;  // of the one whose hash it names
  MEDCHAIN_FIELDS(consensus_key, proposal, header, parent)
};
using StakeBody = std::variant<Stake, Unstake, Vote, Stand, Resign, ReportDoubleVote, ReportInvalidProposal>;

// --- contract registry (2)
struct Register {  // an institution admits a participant of its own
  PublicKeys keys;
  Role role = Role::kPatient;
  std::string label;  // of devices and gateways; empty for people
  MEDCHAIN_FIELDS(keys, role, label)
};
struct Update {  // the institution changes a label
  Address participant;
  std::string label;
  MEDCHAIN_FIELDS(participant, label)
};
struct RotateKeys {  // the sender's new keys; its address stays
  PublicKeys keys;
  MEDCHAIN_FIELDS(keys)
};
struct Suspend {  // by the institution that registered it
  Address participant;
  MEDCHAIN_FIELDS(participant)
};
struct Reinstate {
  Address participant;
  MEDCHAIN_FIELDS(participant)
};
using RegistryBody = std::variant<Register, Update, RotateKeys, Suspend, Reinstate>;

// --- contract records (3)
struct Put {        // its payload: the sealed body, then one wrap (BCS) for each reader, in their order
  Address subject;  // the patient
  RecordKind kind = RecordKind::kOther;
  std::uint64_t time_ms = 0;             // when it was observed, Unix time; as the author states it
  std::array<std::uint8_t, 16> nonce{};  // random; makes the record id
  std::vector<Address> readers;          // at least one, none twice
  Hash payload_root;                     // RFC 6962 root over the payload's parts
  std::uint64_t payload_bytes = 0;       // sum of the parts' sizes
  Hash content_commitment;               // sealing.h
  MEDCHAIN_FIELDS(subject, kind, time_ms, nonce, readers, payload_root, payload_bytes, content_commitment)
};
using RecordsBody = std::variant<Put>;
// Independent of the content, so that the content can be bound to it:
// hash_with_domain("medchain/record/v1", BCS{chain, author, subject, kind, time_ms, nonce}).
RecordId record_id(const ChainId& chain, const Address& author, const Put& put);

// --- contract consent (4)
struct Grant {  // its payload: one part, the wrap (BCS) for the reader
  RecordId record;
  Address reader;
  Hash payload_root;
  std::uint64_t payload_bytes = 0;
  MEDCHAIN_FIELDS(record, reader, payload_root, payload_bytes)
};
struct Revoke {
  RecordId record;
  Address reader;
  MEDCHAIN_FIELDS(record, reader)
};
// The standing list of a patient: to whom gateways and clinicians seal what they write about her from now on, besides
// herself. Replaces the list before; an empty one ends it. It opens nothing that was written before.
struct SetReaders {
  std::vector<Address> readers;  // none twice, not herself
  MEDCHAIN_FIELDS(readers)
};
using ConsentBody = std::variant<Grant, Revoke, SetReaders>;

// The variant index is the contract's number, in transactions and in state keys.
enum class Contract : std::uint8_t { kTokens = 0, kStake = 1, kRegistry = 2, kRecords = 3, kConsent = 4 };
MEDCHAIN_ENUM_RANGE(Contract, kTokens, kConsent)
inline constexpr std::size_t kContracts = 5;
std::string_view to_string(Contract contract);  // "tokens", "stake", "registry", "records", "consent"
Result<Contract> parse_contract(std::string_view name);
using Body = std::variant<TokensBody, StakeBody, RegistryBody, RecordsBody, ConsentBody>;
static_assert(std::variant_size_v<Body> == kContracts);

std::string body_name(const Body& body);  // "transfer", "put", ...

struct Transaction {
  ChainId chain;
  Address sender;
  Height valid_until;
  std::uint64_t salt = 0;  // random: two equal requests are two transactions
  Body body;
  MEDCHAIN_VERSIONED(1, chain, sender, valid_until, salt, body)

  TxId id() const;  // hash_with_domain("medchain/transaction/v1", BCS of this)
};

struct SignedTransaction {
  Transaction transaction;
  SigningPublicKey key;  // the sender's current one
  Signature signature;   // domain "medchain/transaction/v1", the chain, BCS of `transaction`
  MEDCHAIN_FIELDS(transaction, key, signature)
};
SignedTransaction sign_transaction(Transaction transaction, const SigningKey& key);
SignedTransaction sign_transaction(Transaction transaction, const Signer& signer);
// What the signature covers, for signers that know of no domains: "medchain/transaction/v1" 00, the chain, the BCS.
Bytes transaction_message(const Transaction& transaction);

// The body with which `validator`, and no other, stands with this consensus key.
Stand make_stand(const ChainId& chain, const Address& validator, const Signer& consensus_key);
bool verify_possession(const Stand& stand, const ChainId& chain, const Address& validator,
                       const SignatureVerifier& verifier);

// What travels with a transaction outside the block. Empty for most.
struct Payload {
  std::vector<Bytes> parts;
  void bcs_encode(bcs::Encoder& encoder) const { bcs::write(encoder, parts); }
  static Payload bcs_decode(bcs::Decoder& decoder) {
    return {bcs::read_list<Bytes>(decoder, limits::kMaxPayloadParts)};
  }
  Hash root() const;            // RFC 6962 over the parts
  std::uint64_t bytes() const;  // sum of the parts' sizes
};
struct PayloadCommitment {
  Hash root;
  std::uint64_t bytes = 0;
  std::size_t parts = 0;
};
// What `body` says of its payload; nothing when it has none.
std::optional<PayloadCommitment> payload_of(const Body& body);
// kMalformed when `payload` is not what the body commits to, in parts, bytes and root; a body without payload wants an
// empty one. kTooLarge above limits::kMaxPayloadParts or kMaxPayloadBytes. What the parts hold, their readers judge.
Result<void> check_payload(const Body& body, const Payload& payload);

// Whom `transaction` names besides its sender, and which record it is about: who is concerned by it.
struct Mentioned {
  std::vector<Address> addresses;  // in the order of the body; may hold one twice
  std::optional<RecordId> record;
};
Mentioned mentioned_in(const Transaction& transaction);

// A signed transaction decoded once, with what is derived from its bytes. Immutable, shared by mempool, blocks, store.
struct ParsedTransaction {
  Bytes bytes;  // BCS of `content`, as received
  SignedTransaction content;
  TxId id;
  Hash leaf;  // RFC 6962 leaf hash of `bytes`

  const Transaction& transaction() const { return content.transaction; }

  // Whether the keys that it registers or rotates are good (PublicKeys::check); true when it does neither. That costs
  // as much as its signature, and is a function of its bytes: found out once, by whichever thread asks first.
  bool keys_good() const;
  void adopt_verdict(const ParsedTransaction& same) const;  // on the keys; `same`: decoded from the same bytes

 private:
  mutable std::atomic<std::uint8_t> keys_verdict_ = 0;  // 0: not asked yet
};
using TxPtr = std::shared_ptr<const ParsedTransaction>;
// Checks form only: canonical (kMalformed, kUnsupportedVersion), within limits::kMaxTransactionBytes (kTooLarge),
// `key` belonging to some algorithm. Signature: verify_transaction.
Result<TxPtr> parse_transaction(Bytes bytes);
// Of one's own. Others refuse it when its bytes exceed limits::kMaxTransactionBytes.
TxPtr make_transaction(SignedTransaction content);

// That `key` signed it. Whether that key is the sender's current one, the state knows: State::admissible.
bool verify_transaction(const ParsedTransaction& transaction, const SignatureVerifier& verifier);

}  // namespace medchain
