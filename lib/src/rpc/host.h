// The engine on its event loop: feeds it what happens, and carries out its Outputs in the order that engine.h demands.
#pragma once

#include <kj/async.h>
#include <kj/timer.h>

#include <map>
#include <memory>

#include "log.h"
#include "mailbox.h"
#include "pool.h"
#include "storage_thread.h"
#include "waiters.h"

namespace medchain::rpc {

// Where messages to other nodes go, and who wants to know of new blocks.
class PeerSink {
 public:
  virtual ~PeerSink() = default;
  virtual void send(const std::optional<Address>& to, const std::shared_ptr<const Bytes>& message) = 0;
  virtual void state_changed() = 0;  // the registry may have changed
  virtual std::size_t connected() const = 0;
};

struct HostConfig {
  Address self;
  std::string network;
  std::size_t pool_threads = 1;
  const SignatureVerifier* verifier = nullptr;
  Log log;
};

// Everything but start() and the destructor: on the loop's thread.
class Host {
 public:
  // Recovers the engine. `storage` and `mailbox` are borrowed.
  static Result<std::unique_ptr<Host>> start(HostConfig config, EngineConfig engine, Storage& storage,
                                             Mailbox& mailbox);
  ~Host();

  // Begins to run, in an event loop that lives until leave().
  void enter(kj::Timer& timer, PeerSink& peers);
  // The loop is about to end. Nothing of this is called any more.
  void leave();
  // Resolves, with why, when the node cannot go on. Once, after enter().
  kj::Promise<Error> failed();

  const Engine& engine() const { return *engine_; }
  std::vector<std::uint64_t> cpu_us() const;  // by Stage, until now
  const HostConfig& config() const { return config_; }
  std::size_t peers_connected() const { return peers_ == nullptr ? 0 : peers_->connected(); }

  void receive(const Address& peer, ByteView message);
  void peer_connected(const Address& peer);
  void peer_disconnected(const Address& peer);

  using SubmitResults = std::vector<Result<TxId>>;
  kj::Promise<SubmitResults> submit(std::vector<Submission> submissions);
  // At once, when it is final already.
  kj::Promise<Result<Receipt>> wait_receipt(const TxId& id);

  // Final blocks, the last few of which are kept decoded. kNotFound: not final here.
  Result<std::shared_ptr<const StoredBlock>> block(Height height);
  struct Place {
    std::shared_ptr<const StoredBlock> block;
    std::uint32_t index = 0;
  };
  Result<Place> find_transaction(const TxId& id);

 private:
  Host(HostConfig config, Storage& storage, Mailbox& mailbox);

  template <class Call>
  void run(Call call);  // one call of the engine, and what comes out of it
  void carry_out(Outputs out);
  void send(const std::vector<Outputs::Message>& messages);
  void schedule(std::uint64_t at_ms);
  void fail(Error error);
  void log_views();
  void log_offences(const Outputs& out);
  void remember(std::shared_ptr<const StoredBlock> block);

  struct Loop;  // what lives no longer than the event loop
  HostConfig config_;
  CpuTimes cpu_;
  std::unique_ptr<StorageThread> storage_;
  std::optional<Engine> engine_;
  std::unique_ptr<Loop> loop_;
  PeerSink* peers_ = nullptr;
  std::optional<Error> failure_;
  std::uint64_t next_ticket_ = 1;
  std::uint64_t view_changes_seen_ = 0;
  std::deque<std::shared_ptr<const StoredBlock>> recent_;  // as last used or committed
  std::unique_ptr<Pool> pool_;
};

Now now();

}  // namespace medchain::rpc
