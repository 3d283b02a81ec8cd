// What runs beside a node in its event loop, and what it may ask of the node. The HTTP interface (http.h) is one
// Service; an institution's own interface can be another:
//
//   config.services.push_back(std::make_shared<MyService>());   // NodeConfig
//
// A Service runs on the loop's thread, uses KJ's promises, and must not block. What it shows to people goes through
// Answers, which apply the rules of visibility.h.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "medchain/index.h"
#include "medchain/rpc/client.h"
#include "medchain/rpc/events.h"
#include "medchain/rpc/log.h"
#include "medchain/rpc/visibility.h"

namespace kj {
class ConnectionReceiver;
class Timer;
class TlsContext;
template <typename T>
class Promise;
}  // namespace kj

namespace medchain::rpc {

// Who asks: proved, by a signature in the channel or over the request.
struct Identity {
  Address address;
  SigningPublicKey key;
};

// A running node, as seen from inside. Nothing here asks who wants to know.
class NodeView {
 public:
  virtual ~NodeView() = default;
  virtual const Engine& engine() const = 0;
  virtual NodeStatus status() const = 0;
  virtual const Committee& first_committee() const = 0;    // of round 0
  virtual std::size_t pending_bytes() const = 0;           // handed to the storage, and not written yet
  virtual std::uint64_t certificate_expiry_s() const = 0;  // of the TLS certificate in use, Unix time
  // Final blocks. kNotFound: not final here.
  virtual Result<std::shared_ptr<const StoredBlock>> block(Height height) = 0;
  struct Place {
    std::shared_ptr<const StoredBlock> block;
    std::uint32_t index = 0;
  };
  virtual Result<Place> find_transaction(const TxId& id) = 0;
  // kUnavailable: this node keeps none (NodeConfig::index), or is still building it.
  virtual Result<IndexReader> index() const = 0;
  // As Client::submit(). The promise is answered also when the node stops.
  virtual kj::Promise<std::vector<Result<TxId>>> submit(std::vector<Submission> submissions) = 0;
  // As soon as it is final. Dropping the promise ends the waiting; it must not outlive the node's loop.
  virtual kj::Promise<Result<Receipt>> wait_receipt(const TxId& id) = 0;
  // As soon as another block has become final. Must not outlive the node's loop.
  virtual kj::Promise<void> next_block() = 0;
  // Calls `watcher` with every block that becomes final, in order, until the node leaves its loop.
  virtual void watch(std::function<void(const StoredBlock&)> watcher) = 0;
};

// What one caller may ask of a node, and gets. Checks its standing anew each time, so that suspending somebody takes
// effect at once.
class Answers {
 public:
  // Nothing: a guest, who may ask for status, committee and blocks: these name validators and nobody else.
  Answers(NodeView& node, std::optional<Identity> caller) : node_(&node), caller_(std::move(caller)) {}

  NodeView& node() const { return *node_; }
  const std::optional<Identity>& caller() const { return caller_; }
  // kPermissionDenied for guests, and for those whom the registry no longer vouches for.
  Result<Visibility> visibility() const;

  NodeStatus status() const { return node_->status(); }
  const Committee& committee() const { return node_->engine().committee(); }
  Result<BlockSummary> block(Height height) const;
  Result<TransactionInfo> transaction(const TxId& id) const;
  Result<ReceiptProof> receipt_proof(const TxId& id) const;
  Result<AccountInfo> account(const Address& address) const;
  Result<RecordInfo> record(const RecordId& id) const;
  Result<ReleasedRecord> fetch(const RecordId& id) const;
  Result<StateProof> state_proof(const StateKey& key) const;
  // kInvalidArgument: no contract, or more bytes than any key has.
  Result<StateProof> state_proof(std::size_t contract, ByteView key) const;

  // kPermissionDenied: not a participant in good standing, or a guest that asks for more than blocks.
  Result<void> may_watch(const EventFilter& filter) const;
  // Of one final block, what this caller wants and may have, from `from_place` on. A guest gets blocks.
  struct ChosenEvent {
    std::uint64_t place = 0;
    std::optional<EventRecord> record{};
  };
  Result<std::vector<ChosenEvent>> choose_events(const StoredBlock& block, std::uint64_t from_place,
                                                 const EventFilter& filter) const;
  // From `next` on, over a few blocks: some milliseconds' work, and little more than 512 KiB. None are final yet, or
  // none passed the filter: no events, and `next` says how far it came.
  Result<EventBatch> events(EventPosition next, const EventFilter& filter) const;

 private:
  NodeView* node_;
  std::optional<Identity> caller_;
};

// What a Service gets for the time of one run. All of it is borrowed.
struct ServiceContext {
  NodeView& node;
  kj::Timer& timer;
  kj::ConnectionReceiver& connections;   // of the address that listen() named; TLS has not begun
  std::function<kj::TlsContext&()> tls;  // the node's certificate, as of now
  Log log;                               // under the Service's own name
};

class Service {
 public:
  virtual ~Service() = default;
  virtual std::string name() const = 0;    // one word: the module of its lines in the log
  virtual std::string listen() const = 0;  // HOST:PORT, which the node binds before it starts
  virtual void enter(ServiceContext context) = 0;
  virtual void leave() = 0;  // before what the context named goes
};

}  // namespace medchain::rpc
