// A host: the production engine, and around it what medchaind is around it (a disk thread, a pool that checks
// signatures, a clock, connections), all of it simulated and able to fail between any two effects.
#pragma once

#include <optional>
#include <string>

#include "cast.h"
#include "clock.h"
#include "disk.h"
#include "events.h"
#include "support/rng.h"

namespace medchain::simulation {

class Host;

// Whom a host reports to.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual void says(const Host& host, const Outputs& outputs) = 0;  // if it does not crash first
  virtual void send(std::size_t host, const Outputs::Message& message) = 0;
  virtual void committed(Host& host, const std::vector<std::shared_ptr<const StoredBlock>>& blocks) = 0;
  virtual void recovered(Host& host) = 0;  // from its disk; it has not said anything yet
  virtual void came_up(std::size_t host) = 0;
  virtual void went_down(std::size_t host) = 0;
  virtual void failed(std::size_t host, const std::string& what) = 0;  // what must never happen to an honest one
};

class Host {
 public:
  struct Identity {
    std::size_t number = 0;
    Address self;
    const Signer* consensus_key = nullptr;
    const Signer* account_key = nullptr;  // nothing: it reports no offenders
    const Signer* retiring_key = nullptr;
  };

  Host(Events& events, Surroundings& surroundings, const Cast& cast, Identity identity, std::uint64_t seed);

  // --- faults
  void start();
  void crash();                           // at once
  void restart();                         // orderly: the disk finishes first
  void crash_after(std::size_t effects);  // further ones
  void stop(bool stopped);                // frozen; goes on where it was
  void set_slow(std::uint64_t ms) { slow_ms_ = ms; }
  void set_disk_latency(std::uint64_t ms) { disk_latency_ms_ = ms; }
  // From the next start on, beside the one before. The host asserts that this key has never signed.
  void renew_consensus_key(const Signer* key);

  // --- what happens
  void receive(const Address& from, std::shared_ptr<const Bytes> message);
  void peer_connected(const Address& peer);
  void peer_disconnected(const Address& peer);
  void submit(std::uint64_t ticket, std::vector<Submission> submissions);

  bool up() const { return engine_.has_value(); }
  std::uint64_t incarnation() const { return incarnation_; }
  const Identity& identity() const { return identity_; }
  std::size_t number() const { return identity_.number; }
  const Engine& engine() const { return *engine_; }
  Disk& disk() { return disk_; }
  const Disk& disk() const { return disk_; }
  Clock& clock() { return clock_; }
  std::size_t errors() const { return errors_; }  // of the disk, so far

 private:
  template <class Call>
  void later(std::uint64_t delay_ms, Call call);  // unless the host has crashed by then
  template <class Call>
  void run(Call call);
  void carry_out(Outputs outputs);
  bool write(Outputs::Write write);
  void verify(Outputs::Verification verification);
  void plan_tick(std::optional<std::uint64_t> at_ms);
  bool crash_is_due();

  Events& events_;
  Surroundings& surroundings_;
  const Cast& cast_;
  Identity identity_;
  test::Rng rng_;
  Disk disk_;
  Clock clock_;
  std::optional<Engine> engine_;
  std::uint64_t incarnation_ = 0;
  std::uint64_t tick_ = 0;  // the newest planned one
  std::uint64_t busy_until_ms_ = 0, disk_busy_until_ms_ = 0;
  std::vector<std::function<void()>> waiting_;  // while stopped
  bool stopped_ = false, new_key_;
  std::uint64_t slow_ms_ = 0, disk_latency_ms_ = 2;
  std::optional<std::size_t> crash_after_;
  std::size_t errors_ = 0;
};

}  // namespace medchain::simulation
