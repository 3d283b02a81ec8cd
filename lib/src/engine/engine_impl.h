// The engine's parts and what connects them. Each concern has a file of its own:
//
//   engine.cc            the public calls, outputs, time
//   voting.cc            the replica's effects: persist, send, propose, validate
//   compact_proposal.cc  proposals that name their transactions
//   finality.cc          a decided or synced block: commit, store, clean up, on to the next height
//   accountability.cc    members that contradict themselves: noticed, and reported
//   sync.cc              peers: who has which height; blocks served, payloads fetched and served
//   catch_up.cc          blocks fetched
//   submissions.cc       transactions: parsed, checked, queued, relayed
//   queries.cc           receipt proofs, releases
//   recovery.cc          from the storage to a running engine
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "accountability.h"
#include "chain.h"
#include "fetcher.h"
#include "given_payloads.h"
#include "medchain/stages.h"
#include "mempool.h"

namespace medchain {

inline constexpr std::uint32_t kBlocksPerRequest = 64;
inline constexpr std::size_t kBlocksBytes = 2 * 1024 * 1024;  // of one answer; who has fewer to execute asks for more

// What a restarted producer remembers of the height that it was deciding.
struct ResumedVotes {
  consensus::DurableVotes votes;
  BlockPtr prepared;
  BlockPtr proposed;
};

struct Engine::Impl {
  Impl(EngineConfig configuration, Storage& disk, Chain recovered, Now at);

  // --- engine.cc
  Outputs take_outputs();
  std::optional<std::uint64_t> next_tick() const;
  void send(std::optional<Address> to, PeerBody body);
  void send_to_committee(PeerBody body);
  static std::shared_ptr<const Bytes> encoded(PeerBody body);
  std::uint64_t write(Batch batch, bool sync);  // gives the write's token
  void halt(Error error);
  void handle(const Address& peer, PeerBody body);
  void refuse(const Address& peer, const Error& why);  // counts it, and tells
  void housekeeping();

  // --- voting.cc
  std::vector<consensus::Effect> step(consensus::Input input);
  void pump();  // feeds `inputs` to the replica until none is left
  void carry_out(consensus::Persist persist);
  void carry_out(consensus::Send send);
  void carry_out(consensus::MakeProposal make);
  void carry_out(consensus::Validate validate);
  void carry_out(consensus::FetchBlock fetch);
  void carry_out(consensus::Decide decide);
  void carry_out(consensus::ViewEntered entered);
  void release_messages();  // those whose writes are durable
  void deliver(consensus::Message message);
  void on_consensus(const Address& peer, consensus::Message message, std::vector<TxId> named = {});
  void continue_validation();  // when nothing is missing any more, execute and answer
  void check_block_signatures();
  void after_check();  // of some of the block under validation: the rest follows, or it continues
  std::vector<Outputs::Job> unchecked_transactions();  // of the block; and notes which are awaited
  void require_payloads();
  void update_work();
  const Signer* own_key() const;                 // that the committee lists, when this node can vote
  std::optional<std::size_t> own_index() const;  // in the committee, in that case
  bool can_vote_with(const Signer* key) const;   // in some committee

  // --- compact_proposal.cc
  void send_proposal(const consensus::Proposal& proposal);
  Result<void> check_transactions(const Address& peer, const consensus::Proposal& proposal,
                                  const std::vector<TxId>& named) const;  // carried, or named
  void assemble(const Address& peer, consensus::Proposal proposal, std::vector<TxId> named);
  void fill_assembly(const std::vector<Outputs::Job>& jobs);  // with what just came
  void continue_assembly();                                   // when nothing seems to be missing any more
  void end_assembly(Block block);
  void ask_for_block();
  TxPtr transaction_at_hand(const TxId& id) const;
  bool under_check(const ParsedTransaction& transaction) const;

  // --- finality.cc
  void finalize(BlockPtr block, Certificate certificate, const Address& source);
  void forget(const Block& block, bool sat);  // its transactions wait no longer
  bool sat_at(Height height) const;           // of a final block: whether this node was in its committee
  void remember(std::shared_ptr<const StoredBlock> stored);
  Batch final_batch(const StoredBlock& stored, const Address& source);
  void settle_payloads(Batch& batch, const Block& block, const Address& source);
  void flush_state(Batch& batch, const Block& tip);  // when it is time
  void enter_height(std::optional<ResumedVotes> resumed);
  void replay_early();

  // --- accountability.cc; only with an account key
  void watch(const consensus::Message& message);  // of the height being decided, verified
  void watch(const Certificate& certificate);     // the same
  void watch(const Member& member, const SignedBallot& ballot);
  void show_proposal(const consensus::VoteMessage& vote);  // to who prepared another
  void judge_proposal(const consensus::Proposal& proposal);
  void accuse(const Address& offender, StakeBody report);
  void submit_reports();
  void submit_report(Accountability::Report& report);

  // --- sync.cc
  void on_status(const Address& peer, const peer::Status& status);
  void on_blocks_request(const Address& peer, const peer::BlocksRequest& request);
  void on_payloads_request(const Address& peer, const peer::PayloadsRequest& request);
  void on_payloads(peer::Payloads payloads);
  void on_proposal_request(const Address& peer, const peer::ProposalRequest& request);
  void on_proposal_block(const Address& peer, peer::ProposalBlock block);
  void announce();    // a new height: at once to who follows where this node led it; later to whoever seems to lack it
  void give_block();  // the new one with its payloads, or its height, to who follows
  std::vector<std::shared_ptr<const Bytes>> given_with(const Block& block) const;  // messages that hold them
  void announce_to_those_behind();
  void seek_payloads();
  peer::Status status() const;
  Height peers_height() const;
  std::shared_ptr<const StoredBlock> find_block(Height height) const;
  std::optional<Payload> find_payload(const peer::PayloadKey& key) const;
  const Payload* payload_in_memory(const PayloadCommitment& payload) const;
  bool has_payload(const PayloadCommitment& payload) const;

  // --- catch_up.cc
  void seek_blocks();  // asks for the next ones when a peer has them
  void forget_the_silent();
  bool answer_expected() const;  // soon
  std::optional<Address> next_source() const;
  Height height_arrived() const;  // the last that is final here, or waits to become it
  void on_blocks(const Address& peer, peer::Blocks blocks);
  struct Arrived;
  void keep_arrived(const Address& peer, CertifiedBlock certified);
  Result<void> judge_arrived(const CertifiedBlock& certified) const;
  void check_arrived(Arrived& block);
  void check_keys(Arrived& block);  // that it registers
  void request_check(Arrived& block, std::vector<Outputs::Job> jobs);
  bool execute_arrived(const BlockPtr& block, bool keys_checked);  // false: its keys must be checked before
  void end_arrived_check(std::uint64_t token, const std::vector<Result<void>>& results);
  bool can_take_arrived() const;
  void take_arrived();  // makes them final, some at a time, and asks for more
  void give_up_on(const Address& peer);
  void forget_height_of(const Address& peer);

  // --- submissions.cc
  void on_submit(std::uint64_t ticket, std::vector<Submission> submissions);
  void on_relayed(const Address& peer, peer::Transactions transactions);
  void on_verified(std::uint64_t token, const std::vector<Result<void>>& results);
  void take_checked(const Outputs::Job& job);  // relayed, with its payload; the signature was checked with a block
  struct BlockCheck;
  void end_block_check(const BlockCheck& check, const std::vector<Result<void>>& results);
  void begin_checks(const std::vector<Outputs::Job>& jobs, const Address& of);        // of a batch
  void end_checks(const std::vector<Outputs::Job>& jobs);                             // its results are known, and used
  std::vector<Result<TxPtr>> inspect(std::span<const Submission> submissions) const;  // each, in their order
  Result<TxId> enqueue(const Outputs::Job& job, bool local);
  void relay(const std::vector<std::shared_ptr<const Submission>>& submissions);
  void relay_again();

  // --- queries.cc
  Result<std::optional<TransactionPlace>> find_transaction(const TxId& id) const;
  Result<ReceiptProof> receipt_proof(const TxId& id) const;
  Result<Release> release(const RecordId& record, const Address& reader) const;

  EngineConfig config;
  Storage* storage;
  ChainStore store;
  Chain chain;
  consensus::Replica replica;
  Mempool mempool;
  PayloadFetcher fetcher;
  Now now;
  Outputs out;
  Counters counters;
  std::optional<Error> halted;
  std::uint64_t next_token = 1;

  // Consensus at the height being decided.
  struct Validation {
    BlockPtr block;
    Hash hash;
    bool fresh = false;
    bool signatures_checked = false;
    std::set<Hash> awaited;  // leaves of transactions whose check, begun when they came by themselves, is under way
    bool waited = false;     // for those, once
    bool check_under_way = false;  // of the others
    std::set<peer::PayloadKey> missing;
  };
  // A proposal that named its transactions, until all are at hand.
  struct Assembly {
    Address from;
    consensus::Proposal proposal;
    std::vector<TxId> named;
    std::set<TxId> missing;
    std::optional<std::uint64_t> ask_at_ms;  // for the whole block; nothing: it is asked for
  };
  // For the next height, unverified.
  struct EarlyMessage {
    consensus::Message message;
    std::vector<TxId> named;  // of a proposal that does not carry them
  };
  static void keep_early(std::vector<EarlyMessage>& waiting, EarlyMessage early);
  struct HeldMessage {
    std::uint64_t token = 0;  // the write that it waits for
    consensus::Message message;
  };
  std::deque<consensus::Input> inputs;
  std::optional<Validation> validation;
  std::optional<Assembly> assembly;
  std::optional<Height> proposed_compact;  // the last height at which this node named what it proposed
  std::map<Hash, Transition> executed;
  std::unordered_map<Hash, Payload> fetched;  // for the block under validation
  GivenPayloads given;
  std::set<Hash> stored_proposals;
  std::unordered_set<Hash> stored_payloads;  // by root: written with a vote at this height
  std::deque<HeldMessage> held;
  std::uint64_t last_synced_write = 0;  // newest token of a write that messages wait for
  std::uint64_t durable_token = 0;
  std::map<Address, std::vector<EarlyMessage>> early;
  bool work_waiting = false;
  std::vector<const Signer*> voting_keys;  // of the configuration: those whose vote log is here
  Accountability accountability;

  // What is not yet in the stored state.
  store::Places unflushed;
  Height seat_changed;  // after this one, the node took or lost its seat
  Height flushed;
  bool flushed_here = false;  // by this engine, since it started

  // Peers.
  std::set<Address> peers;
  std::map<Address, Height> peer_heights;
  struct BlocksAsked {
    Height from;
    std::uint64_t at_ms = 0;
    bool awaited = true;  // false: nobody waits for it any more, but it may come
  };
  std::map<Address, BlocksAsked> blocks_asked;  // of whom, and not answered yet
  struct Arrived {
    Address peer;
    CertifiedBlock certified;
    bool judged = false;  // and found good
    std::size_t bytes = 0;
    std::uint64_t check = 0;    // under way, with this token; 0: none
    bool keys_checked = false;  // or under way
    Result<void> checked;       // of its signatures, where they are
  };
  // Consecutive; those that votes have decided meanwhile are dropped when their turn comes.
  std::deque<Arrived> arrived;
  std::size_t arrived_bytes = 0;
  Address last_source;
  std::optional<std::uint64_t> behind_since_ms;
  std::map<Address, std::uint64_t> status_sent_ms;
  std::optional<std::uint64_t> announce_at_ms;
  struct Refused {
    std::uint64_t times = 0;
    std::uint64_t next_ms = 0;  // when it may be told
  };
  std::map<Address, Refused> refused;
  std::deque<std::shared_ptr<const StoredBlock>> recent;  // the last few, for peers that are a little behind
  std::size_t recent_transactions = 0;                    // in them

  // Checks under way on the host's pool.
  struct ClientBatch {
    std::uint64_t ticket = 0;
    std::vector<std::optional<Result<TxId>>> results;
    std::vector<std::size_t> places;  // of each job in `results`
    std::vector<Outputs::Job> jobs;
  };
  struct PeerBatch {
    Address peer;
    std::vector<Outputs::Job> jobs;
  };
  struct BlockCheck {
    Hash block;
    std::vector<Hash> leaves;
  };
  struct ArrivedCheck {};
  std::map<std::uint64_t, std::variant<ClientBatch, PeerBatch, BlockCheck, ArrivedCheck>> checks;
  // By leaf: transactions of this height's proposals whose signatures are checked with the block, or were. What is
  // relayed of them meanwhile is not checked again; it waits for that check, one of each.
  struct CheckedInBlock {
    bool good = false;
    std::optional<Outputs::Job> relayed{};
  };
  std::unordered_map<Hash, CheckedInBlock> checked_in_blocks;
  struct BeingChecked {
    TxPtr transaction;
    std::size_t batches = 0;
    Address last;  // whose was the last of them
  };
  // Of the jobs in batches under way. Of one that was signed twice, only the first that came is among them.
  std::unordered_map<TxId, BeingChecked> being_checked;
  std::map<Address, std::size_t> peer_checks;  // jobs under way for each peer
  std::uint64_t next_relay_ms = 0;
};

// Kept in Table::kMeta while a payload of a final block is missing here: "debt/" root parts(u16 big-endian).
Bytes debt_key(const peer::PayloadKey& key);
Result<std::vector<peer::PayloadKey>> load_debts(const Storage& storage);

}  // namespace medchain
