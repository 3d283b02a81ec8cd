// The client of a node: blocking calls, each with an asynchronous twin that gives a std::future.
//
//   auto client = rpc::Client::connect({.node = "127.0.0.1:7101", .ca = ca_pem, .identity = &alice});
//   auto accepted = client->submit({{transaction_bytes, payload}});
//   auto receipt = client->wait_receipt(*accepted->front(), 10'000);
//
// The connection is TLS under the consortium's authority; then both sides prove their keys in the channel, so that the
// node knows which participant asks and the client which node answers. Errors of connect(): kUnavailable (nobody
// listens, the name does not resolve), kAuthentication (another authority's node, or one that is not whom its
// certificate names), kConflict (another chain), kPermissionDenied (a key that is not registered, or suspended),
// kTimeout.
//
// A call fails with kUnavailable when the node is gone, kTimeout after `timeout_ms`, or with the error that the node
// gave. A client does not reconnect. It may be used from any thread and runs one of its own; destroying it ends the
// calls under way with kUnavailable. Nothing of Cap'n Proto shows here.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "medchain/engine.h"
#include "medchain/rpc/events.h"

namespace medchain::rpc {

struct ClientConfig {
  std::string node;                   // HOST:PORT of its client port
  std::string ca;                     // PEM of the consortium's authority
  const KeyPair* identity = nullptr;  // borrowed for connect(); nothing: a guest: status, committee, blocks
  std::optional<Address> address;     // of `identity`, when its keys were rotated; otherwise follows from the key
  std::optional<ChainId> chain;       // refuse a node of another chain (kConflict)
  std::uint64_t timeout_ms = 30'000;  // of each call, and of connecting
  std::stop_token stop{};             // once requested, connecting and all calls end at once: kUnavailable
};

struct NodeStatus {
  std::string version;  // of the program
  std::string network;  // the genesis' name
  ChainId chain;
  Address node;
  Height height;
  Hash block;
  Hash state_root;
  std::uint64_t time_ms = 0;  // of that block
  Round round;
  View view;
  bool producer = false;
  std::uint32_t peers = 0;  // connected
  std::uint32_t mempool = 0;
  std::uint64_t transactions_final = 0;           // since start
  std::uint64_t signatures_checked = 0;           // of transactions, since start
  std::uint64_t signatures_checked_unseated = 0;  // of those; see Engine::Counters
  std::uint32_t replay_window = 0;
  std::vector<std::uint64_t> cpu_us;  // of each Stage (stages.h), since start
  MEDCHAIN_FIELDS(version, network, chain, node, height, block, state_root, time_ms, round, view, producer, peers,
                  mempool, transactions_final, signatures_checked, signatures_checked_unseated, replay_window, cpu_us)
};

struct TransactionInfo {
  Bytes transaction;  // BCS of the SignedTransaction
  Height height;
  std::uint32_t index = 0;
  Receipt receipt;
  MEDCHAIN_FIELDS(transaction, height, index, receipt)
};

struct AccountInfo {
  Account account;  // only for the address itself, institutions, validators and auditors: else empty
  std::optional<Participant> participant;
  std::optional<Candidate> candidate;
  std::optional<Height> barred;  // of a validator: since then, for breaking the protocol
  Height height;                 // of the state that it was read from
  MEDCHAIN_FIELDS(account, participant, candidate, barred, height)
};

struct RecordInfo {
  Record record;
  std::optional<Access> access;  // the caller's own
  Height height;
  MEDCHAIN_FIELDS(record, access, height)
};

struct ReleasedRecord {
  Record record;
  Bytes body;  // sealed; with `wrap`, what open_record() takes
  Wrap wrap;
  MEDCHAIN_FIELDS(record, body, wrap)
};

// What becomes final, one event after another. It reads a batch ahead and no further, however slow its reader is. It
// may outlive its Client; one thread at a time.
class Subscription {
 public:
  // kTimeout: nothing came within `within_ms`; call again. After any other error subscribe anew, from position(), at
  // this node or another.
  Result<Event> next(std::uint64_t within_ms);
  EventPosition position() const { return events_.empty() ? next_ : events_.front().at; }  // of what next() gives next

 private:
  friend class Client;
  using Ask = std::function<std::future<Result<EventBatch>>(const EventPosition& next)>;
  Subscription(Ask ask, EventBatch first);
  void take(EventBatch batch);

  Ask ask_;
  std::deque<Event> events_;
  EventPosition next_;  // behind events_
  std::future<Result<EventBatch>> coming_;
};

class Client {
 public:
  static Result<Client> connect(ClientConfig config);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  const Address& node() const;  // proved in the channel
  const ChainId& chain() const;

  // One result for each submission, in order: its id when accepted into the mempool (not yet final).
  Result<std::vector<Result<TxId>>> submit(std::vector<Submission> submissions);
  // Waits until the transaction is final on that node; kTimeout when it is not within `within_ms`.
  Result<Receipt> wait_receipt(const TxId& id, std::uint64_t within_ms);

  Result<NodeStatus> status();
  Result<Committee> committee();  // of the next height
  Result<BlockSummary> block(Height height);
  Result<BlockSummary> latest_block();
  Result<TransactionInfo> transaction(const TxId& id);  // kPermissionDenied: not the caller's to see
  Result<ReceiptProof> receipt_proof(const TxId& id);
  Result<AccountInfo> account(const Address& address);
  Result<RecordInfo> record(const RecordId& id);
  Result<ReleasedRecord> fetch(const RecordId& id);  // kPermissionDenied: not a current reader
  Result<StateProof> state_proof(const StateKey& key);

  // From `from` on; nothing: what becomes final from now on. kPermissionDenied: as a guest, with `transactions`.
  Result<Subscription> subscribe(const EventFilter& filter = {}, std::optional<EventPosition> from = {});

  std::future<Result<std::vector<Result<TxId>>>> submit_async(std::vector<Submission> submissions);
  std::future<Result<Receipt>> wait_receipt_async(const TxId& id, std::uint64_t within_ms);
  std::future<Result<NodeStatus>> status_async();
  std::future<Result<BlockSummary>> block_async(Height height);
  std::future<Result<AccountInfo>> account_async(const Address& address);
  std::future<Result<ReleasedRecord>> fetch_async(const RecordId& id);

 private:
  struct Impl;
  explicit Client(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace medchain::rpc
