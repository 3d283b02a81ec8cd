// A whole node minus its network, disk thread, clock and threads: what `medchaind` runs, what the simulation runs, and
// what a hospital system may embed.
//
// The engine is one single-threaded state machine. The host calls it with what happened and carries out the Outputs:
//
//   Outputs out = engine.receive(peer, message, now);
//   1. writes, in order, on the storage; a write with a token is answered with engine.durable(token)
//   2. verifications, on any threads, each answered with engine.verified(token, results)
//   3. messages, submit results, and final blocks to whoever waits for them
//
// Everything that must be durable before a message leaves is the engine's concern: it holds such messages back until
// durable() is called. InProcessNetwork (in_process.h) is the smallest complete host.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "medchain/chain_store.h"
#include "medchain/peer_message.h"
#include "medchain/receipt.h"

namespace medchain {

// Both clocks of the host, read once per call. Monotonic time drives timers; Unix time only dates blocks.
struct Now {
  std::uint64_t monotonic_ms = 0;
  std::uint64_t unix_ms = 0;
};

struct EngineConfig {
  Genesis genesis{};
  Address self{};                         // this node's address in the registry
  const Signer* consensus_key = nullptr;  // borrowed; nothing: a follower, which never votes
  // The host vouches that this consensus key has never signed anything on this chain, anywhere: its vote log begins
  // here. Without, the storage must hold that log, or the engine does not vote: see Engine::vote_log_missing().
  bool begin_vote_log = false;
  // Borrowed; the consensus key before, while the committee still counts on it: the engine votes with the one of both
  // that the committee lists. Its vote log must be in the storage.
  const Signer* retiring_key = nullptr;
  const Signer* account_key = nullptr;  // borrowed; the key of `self`, to report offenders; nothing: it reports none
  const SignatureVerifier* verifier = &real_signatures();
  std::size_t mempool_transactions = 50'000;
  std::size_t mempool_bytes = 256 * 1024 * 1024;  // with payloads
  std::size_t mempool_per_sender = 5'000;
  bool check_every_signature = false;      // of transactions in final blocks fetched from peers, too
  std::uint32_t state_flush_heights = 64;  // blocks between two writes of the state; fewer of large ones
  // A proposal of so many transactions or more names them, since the other members hold most of them by then; a smaller
  // one carries them, which nobody may have to wait for.
  std::size_t compact_from = 32;
  // Called now and then while start() works, with what it does and how much of that is done; for a host to show.
  std::function<void(std::string_view stage, std::uint64_t done)> recovering{};
};

struct Outputs {
  struct Message {
    std::optional<Address> to;           // nothing: every connected peer
    std::shared_ptr<const Bytes> bytes;  // BCS of a PeerMessage
  };
  struct Write {
    Batch batch;
    bool sync = false;
    std::uint64_t token = 0;  // 0: no answer wanted
  };
  struct Job {
    TxPtr transaction;
    std::shared_ptr<const Submission> submission;  // nothing: check no payload
    bool signature = true;                         // false: of a certified block, whose signers have checked it
  };
  struct Verification {  // check() of each job, on any threads
    std::uint64_t token = 0;
    std::vector<Job> jobs;
    bool urgent = false;  // a block waits for it: before those that are not
  };
  struct SubmitResult {
    std::uint64_t ticket = 0;           // as given to submit()
    std::vector<Result<TxId>> results;  // in the order submitted; the id means accepted, not final
  };
  struct Refusal {
    static constexpr std::uint64_t kEveryMs = 10'000;  // at most so often for each peer
    Address peer;
    std::string why;          // of the last one
    std::uint64_t times = 0;  // since the one told before
  };
  std::vector<Write> writes;
  std::vector<Verification> verifications;
  std::vector<Message> messages;
  std::vector<SubmitResult> submit_results;
  std::vector<std::shared_ptr<const StoredBlock>> committed;  // newly final here, ascending
  std::vector<Refusal> refusals;  // what peers sent and had no effect, since no honest node sends it
  std::vector<Address> reported;  // validators that this node can prove to have broken the protocol, each once
  std::optional<Error> halted;    // a certified block contradicts this node's own execution: stop it, tell people
  std::optional<std::uint64_t> tick_at_ms;  // when tick() is wanted, on the monotonic clock
};

// The part of admission that costs: signature and, with a submission, payload. Thread-safe; for the host's pool.
Result<void> check(const Outputs::Job& job, const SignatureVerifier& verifier);

// The members of round 0 and the anchor for receipts, computed from the genesis.
Committee genesis_committee(const Genesis& genesis);
Anchor genesis_anchor(const Genesis& genesis);

class Engine {
 public:
  // Recovers from `storage` (borrowed, read by the engine, written only through Outputs::writes), initialising it when
  // it is empty. kConflict: another chain's. kCorrupt: damaged, the message names what. On return the vote log that it
  // was told to begin is durable.
  static Result<Engine> start(EngineConfig config, Storage& storage, Now now);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // --- what happened; `peer` is authenticated by the host
  Outputs begin(Now now);  // once, after start()
  Outputs peer_connected(const Address& peer, Now now);
  Outputs peer_disconnected(const Address& peer, Now now);
  Outputs receive(const Address& peer, ByteView message, Now now);
  Outputs submit(std::uint64_t ticket, std::vector<Submission> submissions, Now now);
  Outputs verified(std::uint64_t token, std::vector<Result<void>> results, Now now);
  Outputs durable(std::uint64_t token, Now now);
  Outputs tick(Now now);

  // --- reading; valid between calls
  const State& state() const;
  ChainStore store() const;
  Height height() const;                   // last final block
  const BlockHeader& last_header() const;  // of that block; at height 0, of genesis
  const Committee& committee() const;      // of height() + 1
  View view() const;                       // of the height being decided
  bool is_producer() const;                // in that committee, with its consensus key and the vote log of it
  // There is a consensus key, and the storage does not hold its vote log: it may have promised what nobody here knows,
  // so it never votes. What helps is a key that never voted, put in its place with a Stand.
  bool vote_log_missing() const;
  // The retiring key can vote here, and the committee lists it or may yet: no Stand with the new key is final here.
  // Once it is not so, it never is again: who replaced a key cannot stand with it again.
  bool retiring_key_needed() const;
  std::size_t mempool_size() const;
  Height peers_height() const;  // that at least half of the peers say they have; 0 while none has said anything
  Result<std::optional<TransactionPlace>> find_transaction(const TxId& id) const;  // nothing: not final here
  Result<ReceiptProof> receipt_proof(const TxId& id) const;                        // kNotFound: not final here
  // The payload with what a node may release to `reader` now: the sealed body and the reader's own wrap.
  struct Release {
    Record record;
    Bytes body;
    Wrap wrap;
  };
  Result<Release> release(const RecordId& record, const Address& reader) const;

  struct Counters {  // since start
    std::uint64_t transactions_final = 0, blocks_final = 0, view_changes = 0, messages_refused = 0,
                  submissions_refused = 0;
    // Of transactions; and of those, how many became final by a committee in which this node did not sit: it checked
    // them for its clients, or before it lost its seat. The difference is what it checked for its votes.
    std::uint64_t signatures_checked = 0, signatures_checked_unseated = 0;
  };
  const Counters& counters() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace medchain
