// The engine on its event loop: feeds it what happens, and carries out its Outputs in the order that engine.h demands.
#pragma once

#include <kj/async.h>
#include <kj/timer.h>

#include <map>
#include <memory>

#include "indexer.h"
#include "mailbox.h"
#include "medchain/rpc/service.h"
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
  bool index = true;
  Committee first_committee;
  const SignatureVerifier* verifier = nullptr;
  Log log;
};

// Everything but start() and the destructor: on the loop's thread.
class Host final : public NodeView {
 public:
  // Recovers the engine. `storage` and `mailbox` are borrowed.
  static Result<std::unique_ptr<Host>> start(HostConfig config, EngineConfig engine, Storage& storage,
                                             Mailbox& mailbox);
  ~Host() override;

  // Begins to run, in an event loop that lives until leave().
  void enter(kj::Timer& timer, PeerSink& peers);
  // The loop is about to end. Nothing of this is called any more.
  void leave();
  // Resolves, with why, when the node cannot go on. Once, after enter().
  kj::Promise<Error> failed();

  void receive(const Address& peer, ByteView message);
  void peer_connected(const Address& peer);
  void peer_disconnected(const Address& peer);

  const Engine& engine() const override { return *engine_; }
  NodeStatus status() const override;
  const Committee& first_committee() const override { return config_.first_committee; }
  std::size_t pending_bytes() const override { return storage_ ? storage_->pending_bytes() : 0; }
  std::uint64_t certificate_expiry_s() const override { return certificate_expiry_s_; }
  void use_certificate(std::uint64_t expiry_s) { certificate_expiry_s_ = expiry_s; }
  const HostConfig& config() const { return config_; }
  // The last few are kept decoded.
  Result<std::shared_ptr<const StoredBlock>> block(Height height) override;
  Result<Place> find_transaction(const TxId& id) override;
  Result<IndexReader> index() const override;
  using SubmitResults = std::vector<Result<TxId>>;
  kj::Promise<SubmitResults> submit(std::vector<Submission> submissions) override;
  kj::Promise<Result<Receipt>> wait_receipt(const TxId& id) override;
  kj::Promise<void> next_block() override;
  void watch(std::function<void(const StoredBlock&)> watcher) override;

 private:
  Host(HostConfig config, Storage& storage, Mailbox& mailbox);

  template <class Call>
  void run(Call call);  // one call of the engine, and what comes out of it
  void carry_out(Outputs out);
  void send(const std::vector<Outputs::Message>& messages);
  void schedule(std::uint64_t at_ms);
  void fail(Error error);
  void committed(std::shared_ptr<const StoredBlock> block);
  std::vector<std::uint64_t> cpu_us() const;  // by Stage, until now
  void log_block(const StoredBlock& block) const;
  void log_views();
  void log_offences(const Outputs& out);
  void tell_catching_up(Height before, bool told);
  void remember(std::shared_ptr<const StoredBlock> block);

  struct Loop;  // what lives no longer than the event loop
  HostConfig config_;
  const Log log_;
  CpuTimes cpu_;
  std::unique_ptr<StorageThread> storage_;
  std::optional<Engine> engine_;
  std::unique_ptr<Loop> loop_;
  PeerSink* peers_ = nullptr;
  std::optional<Error> failure_;
  std::uint64_t certificate_expiry_s_ = 0;
  std::uint64_t next_ticket_ = 1;
  std::uint64_t view_changes_seen_ = 0;
  std::deque<std::shared_ptr<const StoredBlock>> recent_;  // as last used or committed
  std::unique_ptr<Pool> pool_;
};

Now now();

}  // namespace medchain::rpc
