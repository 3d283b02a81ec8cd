// Brings what is queued onto the ledger: proves readers, makes records, submits, follows the certified blocks. One
// thread; devices proceed side by side, each in the order of its readings.
//
//   Sender sender(config, queue, metrics, log);
//   std::thread thread([&] { sender.run(); });
//
// A transaction is durable before it is first submitted, and the very same one is submitted until a certified block
// holds it, or until its validity has passed and the node does not know it. Then the record is made again under its own
// id, so that of both at most one can succeed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <set>
#include <unordered_map>

#include "links.h"
#include "log.h"
#include "metrics.h"
#include "sealer.h"

namespace medchain::gateway {

struct SenderConfig {
  const Genesis* genesis = nullptr;  // borrowed for the constructor
  Identity gateway;
  std::vector<Identity> authors;  // the devices that have keys of their own
  Connect connect;
  std::size_t nodes = 1;
  std::uint64_t proof_max_age_ms = 60'000;
  std::uint64_t remember_ms = 0;
  std::function<std::uint64_t()> now_ms;  // Unix time
  const SignatureVerifier* verifier = &real_signatures();
};

class Sender {
 public:
  Sender(SenderConfig config, Queue& queue, Metrics& metrics, const Log& log);  // borrows

  // Until stop(), or until the storage fails: then the reason.
  Result<void> run();
  void stop();
  void wake();  // something was queued

  // One round of all that can be done now. An error: the node was of no use, and the next one is asked from now on.
  Result<void> cycle();
  // A node gave a certified block a short while ago.
  bool ledger_reachable() const;

 private:
  struct Flight {
    EntryId entry;
    std::uint64_t submitted_ms = 0;
    std::string device;
  };
  struct Parcel {
    EntryId id;
    TxId transaction;
    std::string device;
    Submission submission;
  };

  Result<void> ask_node();
  Result<void> follow(Ledger& node);
  Result<void> follow_blocks(Ledger& node, const rpc::BlockSummary& latest);
  Result<void> settle(const rpc::BlockSummary& block);
  Result<void> take_outcome(const EntryId& id, const Receipt& receipt, Height height);
  Result<void> probe(Ledger& node);
  Result<void> resolve();
  Result<void> resolve_one(const OpenEntry& open, std::vector<Parcel>& parcels);
  Result<void> make_again(const EntryId& id, std::string_view why);
  bool signed_now(const Submission& submission, const Address& author_address) const;
  Result<std::optional<Receipt>> look_up(const Entry& entry, Height& height);
  Result<void> make(Ledger& node);
  std::vector<OpenEntry> choose(std::set<std::string>& held);
  Result<std::optional<Made>> make_one(Ledger& node, const OpenEntry& open);
  Result<void> submit(Ledger& node, std::vector<Parcel> parcels);
  const Identity* author(const Address& address) const;
  bool waits(const EntryId& id) const;
  void tell_once(const std::string& about, const std::string& line);
  template <class T>
  Result<T> stored(Result<T> result);
  void pause(std::uint64_t ms, bool until_woken);
  bool stopping();

  SenderConfig config_;
  Queue& queue_;
  Metrics& metrics_;
  const Log log_;
  Links links_;
  Chain chain_;
  Readers readers_;

  std::unordered_map<TxId, Flight> flights_;  // submitted in this generation, not seen in a block yet
  std::uint64_t generation_ = 0;
  std::optional<Height> followed_;  // every block up to it was looked through for flights_
  Height height_{};                 // of the newest certified block
  std::uint64_t block_ms_ = 0;      // its time
  std::map<EntryId, std::uint64_t> not_before_ms_;
  std::map<std::string, std::uint64_t> told_ms_;
  std::optional<Submission> probe_;
  std::optional<TxId> probe_id_;
  std::uint64_t probing_since_ms_ = 0;
  std::uint64_t settled_ms_ = 0;  // when a flight last ended
  std::optional<Error> fatal_;    // of the storage
  std::uint64_t forgot_ms_ = 0;
  std::atomic<std::uint64_t> certified_ms_{0};  // when the last certified block came

  std::mutex mutex_;  // over what follows
  std::condition_variable wake_;
  bool woken_ = false;
  bool stopping_ = false;
};

}  // namespace medchain::gateway
