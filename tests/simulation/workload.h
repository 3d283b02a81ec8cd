// Honest clients, and the operators of honest nodes: what they ask for, and how they insist until it is final.
#pragma once

#include <map>

#include "checkers.h"
#include "plan.h"

namespace medchain::simulation {

class Workload {
 public:
  Workload(const Plan& plan, const Cast& cast, Events& events, Checkers& checkers, std::vector<Host*> hosts,
           std::uint64_t seed);

  void act();                                    // one request
  void insist();                                 // on those that wait too long
  void replace_consensus_key(std::size_t node);  // as its operator does; at once when its vote log is lost
  // From now on nothing is asked that is not certain to succeed: a transfer at each honest host.
  void begin_probes();
  // Empty when all probes are final and succeeded, within `kProbeRounds` rounds; else which is not.
  std::string probes_missing() const;
  std::string probe_too_late() const;
  static constexpr std::uint64_t kProbeRounds = 4;

  std::size_t asked_again() const { return asked_again_; }
  std::size_t keys_rotated() const { return keys_rotated_; }

 private:
  struct Request {
    Submission submission;
    Height valid_until;
    std::uint64_t again_ms = 0;
    bool probe = false;
    std::size_t host = 0;
    Height asked_at;
  };
  TxId ask(const Actor& sender, Body body, Payload payload = {}, bool probe = false, std::size_t host = 0);
  void submit(const Submission& submission, std::size_t host);
  std::optional<std::size_t> honest_host();
  Height height() const;

  void transfer();
  void put();
  void grant_or_revoke();
  void stake_or_vote();
  void stand_or_resign();
  void rotate_consensus_key();
  Stand stand_body(std::size_t node) const;
  void suspend_or_reinstate();
  void enrol();
  void ask_badly();
  void ask_once_more();

  const Plan& plan_;
  const Cast& cast_;
  Events& events_;
  Checkers& checkers_;
  std::vector<Host*> hosts_;
  test::Rng rng_;
  std::map<TxId, Request> waiting_;
  std::multimap<Height, Submission> ended_;  // by valid_until
  std::vector<std::pair<TxId, Request>> probes_;
  std::vector<std::pair<RecordId, const Actor*>> records_;  // with the patient
  struct Resigned {
    std::size_t node = 0;
    TxId last;  // the Resign, then each Stand
    bool stands = false;
  };
  std::optional<Resigned> resigned_;
  std::vector<std::size_t> generations_;  // of each node's consensus key
  std::uint64_t next_ticket_ = 1;
  std::size_t asked_again_ = 0, keys_rotated_ = 0;
};

}  // namespace medchain::simulation
