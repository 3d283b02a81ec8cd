// A network of replicas in one process, with nothing real beneath them: the host's side of consensus.h in its simplest
// form. Who drives it decides on time, on the order and fate of packets, and on crashes: scripts (script.h) or a seed
// (random_test.cc).
//
//   World world({.members = 4});
//   world.transmit = [&](Packet packet) { queue.push_back(packet); };
//   Node node(world, 0);
//   node.start(now);  node.receive(packet, now);  node.tick(now);  node.crash();  node.start(now);
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "checker.h"
#include "medchain/consensus.h"
#include "support/simulated_signatures.h"

namespace medchain::scenarios {

using test::simulated_key;
using test::SimulatedSigner;
using test::SimulatedVerifier;
using CertifiedPtr = std::shared_ptr<const CertifiedBlock>;

struct BlockRequest {
  Hash block;
};
struct BlockReply {
  BlockPtr block;
};

// Between nodes, by their numbers.
struct Packet {
  std::size_t from = 0;
  std::size_t to = 0;
  std::variant<consensus::Message, CertifiedPtr, BlockRequest, BlockReply> body;
};

struct Settings {
  std::size_t members = 4;
  bool rotate = false;  // each round orders the members anew, so that a member's index is not its node's number
  consensus::Config config;
};

// What all nodes share: keys, committees, the blocks that ever were, and the checker.
class World {
 public:
  explicit World(Settings settings);

  const Settings& settings() const { return settings_; }
  std::size_t size() const { return settings_.members; }
  const ChainId& chain() const { return settings_.config.chain; }
  const SignatureVerifier& verifier() const { return verifier_; }
  const Signer& signer(std::size_t node) const { return signers_[node]; }
  Committee committee_at(Height height) const;
  std::size_t node_of(const Committee& committee, std::size_t member) const;
  std::size_t member_of(const Committee& committee, std::size_t node) const;

  // A block that no other equals; a liar's carries a state root that no execution gives.
  BlockPtr make_block(std::size_t producer, Height height, const Hash& parent, bool lie = false);
  bool is_valid(const Block& block, Height height, const Hash& parent) const;
  Hash genesis() const;
  std::string name(const Hash& block) const;     // "1a", "1b", ... of height 1; for transcripts
  BlockPtr find(const std::string& name) const;  // nullptr when there is none of that name

  std::string describe(const consensus::Message& message) const;
  std::string describe(const Packet& packet) const;
  std::string describe(const consensus::DurableVotes& votes) const;
  std::string describe(const Certificate& certificate) const;

  // Set by the driver. A packet from a node to itself is never lost, unless the node crashes first.
  std::function<void(Packet)> transmit;
  std::function<void(const std::string& line)> trace = [](const std::string&) {};
  Checker checker;

 private:
  Settings settings_;
  std::vector<SimulatedSigner> signers_;
  std::vector<Member> members_;
  std::vector<std::size_t> node_by_address_;
  SimulatedVerifier verifier_;
  std::vector<std::pair<BlockPtr, std::string>> blocks_;
  std::map<Hash, std::size_t> block_by_hash_;
  std::map<Height, std::size_t> blocks_at_;
};

// One honest node: its replica, what is durable, and what it forgets in a crash.
class Node {
 public:
  Node(World& world, std::size_t number) : world_(&world), number_(number) {}

  void start(std::uint64_t now_ms);  // also after a crash, from what is durable
  // lose_decision: the last block's certificate was not synced yet; its votes were.
  void crash(bool lose_decision = false);
  void receive(const Packet& packet, std::uint64_t now_ms);
  void tick(std::uint64_t now_ms);
  void set_work(bool waiting, std::uint64_t now_ms);
  void answer_validation(bool valid, std::uint64_t now_ms);  // to the oldest held Validate
  // The node dies after carrying out this many further effects; nothing: not at all.
  void crash_after(std::optional<std::size_t> effects) { effects_left_ = effects; }

  bool up() const { return replica_ != nullptr; }
  std::size_t number() const { return number_; }
  const consensus::Replica& replica() const { return *replica_; }
  std::optional<std::uint64_t> deadline_ms() const { return up() ? replica_->deadline_ms() : std::nullopt; }
  const std::vector<CertifiedPtr>& chain() const { return chain_; }
  Hash tip() const { return chain_.empty() ? world_->genesis() : chain_.back()->block.hash(); }
  std::size_t most_effects() const { return most_effects_; }  // of one step

  bool hold_validation = false;  // Validate waits for answer_validation()
  bool keep_working = false;     // work goes on waiting after a decision

 private:
  void input(consensus::Input input);
  void run();
  void deliver(consensus::Receive input);
  void step(consensus::Input input);
  void carry_out(const consensus::Effect& effect);
  void carry_out(const consensus::Persist& effect);
  void carry_out(const consensus::Send& effect);
  void carry_out(const consensus::MakeProposal& effect);
  void carry_out(const consensus::Validate& effect);
  void carry_out(const consensus::FetchBlock& effect);
  void carry_out(const consensus::Decide& effect);
  void carry_out(const consensus::ViewEntered& effect);
  void take(std::size_t from, const consensus::Message& message);
  void take(std::size_t from, const CertifiedPtr& certified);
  void take(std::size_t from, const BlockRequest& request);
  void take(std::size_t from, const BlockReply& reply);
  void enter_next_height();
  void append(CertifiedPtr certified);
  void say(const std::string& what) const { world_->trace(std::to_string(number_) + ": " + what); }
  Height next_height() const { return Height{chain_.size() + 1}; }
  BlockPtr stored(const std::optional<Hash>& hash) const;

  World* world_;
  std::size_t number_;
  std::uint64_t now_ms_ = 0;
  std::uint64_t entered_ms_ = 0;  // the current height

  // Durable.
  std::optional<consensus::DurableVotes> votes_;
  std::map<Hash, BlockPtr> blocks_;
  std::vector<CertifiedPtr> chain_;

  // Lost in a crash.
  std::unique_ptr<consensus::Replica> replica_;
  Committee committee_;
  std::deque<consensus::Input> inputs_;
  std::deque<consensus::Effect> effects_;
  std::deque<consensus::Validate> held_;
  std::map<std::size_t, std::deque<consensus::Message>> early_;  // for the next height, by sender; bounded
  std::optional<std::size_t> effects_left_;
  std::size_t most_effects_ = 0;
};

}  // namespace medchain::scenarios
