// The replicated state and its transition: blocks in, receipts and a new root out. Deterministic: no clock, no I/O.
//
//   auto state = State::from_genesis(genesis);
//   auto execution = state->execute(context, transactions);   // on an overlay: nothing has changed yet
//   if (!execution) ...                                       // a transaction was inadmissible: the block is invalid
//   use(execution->receipts, execution->state_root);
//   state->apply(std::move(*execution));
//
// Every contract owns one sparse Merkle tree; the state root covers them all. StateProof shows one key's value, or that
// it is absent, to somebody who holds only a block header.
#pragma once

#include <array>
#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "medchain/block.h"
#include "medchain/genesis.h"

namespace medchain {

namespace state {
class Overlay;
}

// --- what the state holds; values as BCS under keys given in lib/src/state/FORMAT.md

// Every participant has one, from its registration on.
struct Account {
  Tokens balance;
  Tokens stake;
  std::vector<Address> votes;  // ascending; one who resigned stays, and counts when it stands again
  struct Unbonding {
    Epoch release;  // its first block returns the amount to the balance
    Tokens amount;
    MEDCHAIN_FIELDS(release, amount)
  };
  std::vector<Unbonding> unbonding;  // by release, strictly ascending: one entry for each epoch
  MEDCHAIN_VERSIONED(1, balance, stake, votes, unbonding)
};

struct Participant {
  Role role = Role::kPatient;
  bool suspended = false;
  Address institution;
  PublicKeys keys;  // current ones
  std::string label;
  Height registered;
  MEDCHAIN_VERSIONED(1, role, suspended, institution, keys, label, registered)
};

// A validator that stands for election now: resigning, or being suspended, removes it.
//
// A turn that it missed makes pass_over_rounds twice what it was and 4 more, at most 32; this counts once in a block.
// The last block of a round takes 1 away, just before the election reads it, so a single miss costs three rounds. Stand
// ends it at once.
struct Candidate {
  SigningPublicKey consensus_key;
  Address institution;
  Tokens votes;                        // sum of the stakes that name it
  std::uint32_t pass_over_rounds = 0;  // rounds left in which it is passed over, see election.h
  MEDCHAIN_VERSIONED(1, consensus_key, institution, votes, pass_over_rounds)
};

struct Record {
  Address author;
  Address subject;
  RecordKind kind = RecordKind::kOther;
  std::uint64_t time_ms = 0;
  Hash payload_root;
  std::uint64_t payload_bytes = 0;
  std::uint16_t payload_parts = 0;  // body and wraps
  Hash content_commitment;
  TxId transaction;
  Height height;
  MEDCHAIN_VERSIONED(1, author, subject, kind, time_ms, payload_root, payload_bytes, payload_parts, content_commitment,
                     transaction, height)
};

// Who may read a record, and where the wrap is: part `part` of the payload with this root.
struct Access {
  bool allowed = true;  // false: revoked; kept, so that the revocation can be proved
  Address granted_by;   // the author who sealed it to the reader, or the subject
  Hash payload_root;
  std::uint16_t part = 0;
  Height since;  // of the last change
  MEDCHAIN_VERSIONED(1, allowed, granted_by, payload_root, part, since)
};

// To whom a patient wants sealed what is written about her, besides herself. Whoever was suspended since stays listed,
// and is to be left out.
struct StandingReaders {
  std::vector<Address> readers;
  Height since;  // of the last change
  MEDCHAIN_VERSIONED(1, readers, since)
};

// --- keys: a contract, and bytes that begin with the number of one of its tables

// Its bytes are held in place: a transfer makes, hashes and compares a dozen of them.
class KeyBytes {
 public:
  static constexpr std::size_t kMax = 70;  // no table's key has more

  KeyBytes() = default;
  explicit KeyBytes(ByteView bytes);                        // at most kMax of them (asserted)
  static std::optional<KeyBytes> from(ByteView untrusted);  // nothing: there are more

  const std::uint8_t* data() const { return bytes_.data(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const std::uint8_t* begin() const { return data(); }
  const std::uint8_t* end() const { return data() + size_; }
  std::uint8_t operator[](std::size_t i) const { return bytes_[i]; }
  void append(ByteView bytes);  // asserted, too

  friend bool operator==(const KeyBytes& a, const KeyBytes& b) { return text(a) == text(b); }
  friend std::strong_ordering operator<=>(const KeyBytes& a, const KeyBytes& b) { return text(a) <=> text(b); }

 private:
  std::uint8_t size_ = 0;
  std::array<std::uint8_t, kMax> bytes_;  // those beyond size_ mean nothing
};
struct StateKey {
  Contract contract = Contract::kTokens;
  KeyBytes bytes;
  friend auto operator<=>(const StateKey&, const StateKey&) = default;
};
namespace state_key {
StateKey account(const Address& address);
StateKey participant(const Address& address);
StateKey candidate(const Address& address);
StateKey barred(const Address& address);  // the height at which it was, as BCS; absent: not barred
StateKey record(const RecordId& id);
StateKey access(const RecordId& id, const Address& reader);
StateKey standing_readers(const Address& patient);  // absent: she set none
}  // namespace state_key

// Each key once, in the order in which they were first written; nothing: removed.
using StateChanges = std::vector<std::pair<StateKey, std::optional<Bytes>>>;

struct StateProof {
  StateKey key;
  std::optional<Bytes> value;                       // nothing: proved absent
  std::vector<Hash> contract_roots;                 // of all contracts, in order; their RFC 6962 root is the state root
  std::vector<Hash> siblings;                       // from the root down
  std::optional<std::pair<Hash, Hash>> other_leaf;  // absence: the leaf (key hash, value hash) found in its place

  Bytes encode() const;  // BCS, FORMAT.md
  static Result<StateProof> decode(ByteView bytes);
};
// kAuthentication when the proof does not show key -> value under `state_root`. Every field may come from a stranger.
Result<void> verify_state_proof(const StateProof& proof, const Hash& state_root);

// --- the transition

struct BlockContext {
  Height height;
  Round round;
  std::uint64_t time_ms = 0;
  std::vector<Address> missed_turns;  // producers whose turn passed before the parent was decided: from its certificate
  bool ends_round = false;
  // The keys that it registers are taken to be good (PublicKeys::check) without a look, each of which costs a
  // signature: for a block that others certified. Where they are not, the receipts come out otherwise than the header
  // says.
  bool keys_believed = false;
};

struct Execution {
  Height height;
  std::vector<Receipt> receipts;
  Hash receipts_root;
  Hash state_root;
  StateChanges changes;
  std::map<Address, Candidate> candidates;  // all standing after this block; filled when the block ends its round

  struct Overlay;  // what apply() moves into the state, together with `changes`
  std::shared_ptr<Overlay> overlay;
};

class State {
 public:
  static Result<State> from_genesis(const Genesis& genesis);  // height 0; the error is Genesis::check()'s
  State(State&&) noexcept;
  State& operator=(State&&) noexcept;
  ~State();

  Height height() const;
  Hash root() const;
  const Parameters& parameters() const;
  ChainId chain() const;

  // With what signatures inside transactions are verified: evidence, and possession of a consensus key. Borrowed;
  // real_signatures() unless said otherwise. All nodes of a chain use equal ones.
  void verify_with(const SignatureVerifier& verifier);

  // Whether the block at height() + 1 could contain it: of this chain, sender registered and not suspended, key
  // current, height() + 1 <= valid_until <= height() + 1 + replay_window, not in a block already. kInadmissible, naming
  // the rule. Does not check the signature (verify_transaction).
  Result<void> admissible(const ParsedTransaction& transaction) const;

  // The part of admissible() that a block may have changed for a transaction whose sender was found good: expiry and
  // repetition.
  Result<void> still_new(const ParsedTransaction& transaction) const;

  // The processor is told what admissible() or still_new() of these will read: it waits for the memory of many at once.
  void fetch_admissible(std::span<const ParsedTransaction* const> transactions) const;
  void fetch_still_new(std::span<const ParsedTransaction* const> transactions) const;

  // context.height is height() + 1 (asserted). Every transaction must be admissible(), and none come twice: nothing
  // else makes execution fail. A sender whom an earlier transaction of the block suspended (kParticipantSuspended), or
  // whose key it replaced (kNotAllowed), fails with a receipt and without effect, as every other refusal does. Several
  // executions on one state may exist at once. The error names the first inadmissible transaction by index and id.
  Result<Execution> execute(const BlockContext& context, std::span<const TxPtr> transactions) const;
  // For a producer: the inadmissible ones leave `candidates`, which are distinct, and their ids are added to
  // `rejected`.
  Execution execute_admissible(const BlockContext& context, std::vector<TxPtr>& candidates,
                               std::vector<TxId>& rejected) const;
  // `execution` was made by one of them on this very state, which has not changed since, and its `changes` are as they
  // came; asserts so. Costs no hashing.
  void apply(Execution execution);
  // What differs from the state when this was last called, or from an empty one: what a disk is to be given. Nothing
  // after Loader::finish().
  StateChanges take_changes();
  std::size_t changes() const;  // how many those are

  std::optional<Account> account(const Address& address) const;
  std::optional<Participant> participant(const Address& address) const;
  std::optional<Candidate> candidate(const Address& address) const;
  std::map<Address, Candidate> candidates() const;  // all standing
  // With which it last stood, whether it stands still or not. It can stand again with this one or with a key that
  // nobody stood with, and with no other.
  std::optional<SigningPublicKey> consensus_key(const Address& validator) const;
  std::optional<Height> barred(const Address& validator) const;  // since the block that proved it an offender
  Tokens slashed() const;                                        // taken from offenders, and nobody's
  std::optional<Record> record(const RecordId& id) const;
  std::optional<Access> access(const RecordId& id, const Address& reader) const;
  std::optional<StandingReaders> standing_readers(const Address& patient) const;
  Tokens total_tokens() const;  // all balances, stakes, unbondings and the slashed: constant. Reads every account
  std::optional<Bytes> get(const StateKey& key) const;
  StateProof prove(const StateKey& key) const;  // of what is there, or that nothing is; key.contract exists (asserted)

  // Recovery. Rebuilds a state from its stored keys, in any order, and the ids of the blocks within the replay window:
  // those of heights above `height` - replay_window, in ascending heights; ids of older ones are ignored.
  class Loader {
   public:
    Loader(const Genesis& genesis, Height height);
    void add(const StateKey& key, ByteView value);
    void remember(Height height, const TxId& id);
    // kCorrupt when the root differs, or a key or an id came twice, or does not belong into a state of this height.
    Result<State> finish(const Hash& expected_root);
    Loader(Loader&&) noexcept;
    ~Loader();

   private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
  };
  void for_each(const std::function<void(const StateKey&, const Bytes&)>& visit) const;  // ascending; for snapshots

 private:
  struct Impl;
  explicit State(std::unique_ptr<Impl> impl);
  Execution run(state::Overlay& overlay, const BlockContext& context, std::span<const TxPtr> admissible) const;
  std::unique_ptr<Impl> impl_;
};

// Who may do what (role x action): the one table behind execution, documents and tests.
bool may_register(Role registrar, Role registered);
bool may_author_records(Role role);

}  // namespace medchain

template <>
struct std::hash<medchain::StateKey> {
  std::size_t operator()(const medchain::StateKey& key) const noexcept {
    return std::hash<std::string_view>{}(medchain::text(key.bytes)) + static_cast<std::size_t>(key.contract);
  }
};
