#include "medchain/in_process.h"

#include <algorithm>
#include <deque>

namespace medchain {
namespace {

constexpr std::uint64_t kStepMs = 5;

}  // namespace

struct InProcessNetwork::Impl {
  struct Node {
    EngineConfig config;
    std::unique_ptr<MemoryStorage> storage;
    std::optional<Engine> engine;
    std::optional<std::uint64_t> tick_at_ms;
    bool connected = true;
    std::map<std::uint64_t, std::vector<Result<TxId>>> answers;
  };
  struct Message {
    std::size_t from;
    std::size_t to;
    std::shared_ptr<const Bytes> bytes;
    bool posted = false;  // by the caller: needs no link
  };

  Genesis genesis;
  Now now;
  std::vector<std::unique_ptr<Node>> nodes;
  std::deque<Message> messages;
  std::uint64_t next_ticket = 1;
  std::optional<Error> halted;
  std::function<void(std::size_t from, std::size_t to, ByteView message)> watcher;

  std::optional<std::size_t> find(const Address& address) const {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i]->config.self == address) return i;
    }
    return std::nullopt;
  }

  bool linked(std::size_t a, std::size_t b) const {
    return a != b && nodes[a]->connected && nodes[b]->connected && nodes[a]->engine && nodes[b]->engine;
  }

  // Carries out what the engine asks, and what follows from that, until it asks for nothing more.
  void carry_out(std::size_t index, Outputs outputs) {
    Node& node = *nodes[index];
    std::deque<Outputs> pending;
    pending.push_back(std::move(outputs));
    while (!pending.empty()) {
      Outputs out = std::move(pending.front());
      pending.pop_front();
      if (out.halted && !halted) halted = out.halted;
      node.tick_at_ms = out.tick_at_ms;
      for (Outputs::Write& write : out.writes) {
        if (auto written = node.storage->write(write.batch, write.sync); !written) {
          halted = written.error();
          return;
        }
        if (write.sync && write.token != 0) pending.push_back(node.engine->durable(write.token, now));
      }
      for (Outputs::Message& message : out.messages) post(index, message);
      for (Outputs::Verification& verification : out.verifications) {
        std::vector<Result<void>> results;
        for (const Outputs::Job& job : verification.jobs) results.push_back(check(job, *node.config.verifier));
        pending.push_back(node.engine->verified(verification.token, std::move(results), now));
      }
      for (Outputs::SubmitResult& answer : out.submit_results) node.answers[answer.ticket] = std::move(answer.results);
    }
  }

  void post(std::size_t from, const Outputs::Message& message) {
    for (std::size_t to = 0; to < nodes.size(); ++to) {
      bool meant = !message.to || nodes[to]->config.self == *message.to;
      if (meant && linked(from, to)) messages.push_back({from, to, message.bytes, false});
    }
  }

  void deliver_all() {
    while (!messages.empty()) {
      Message message = std::move(messages.front());
      messages.pop_front();
      bool heard = message.posted ? nodes[message.to]->engine.has_value() : linked(message.from, message.to);
      if (!heard) continue;
      if (watcher && !message.posted) watcher(message.from, message.to, *message.bytes);
      Address from = nodes[message.from]->config.self;
      carry_out(message.to, nodes[message.to]->engine->receive(from, *message.bytes, now));
    }
  }

  Result<void> start(Node& node) {
    auto engine = Engine::start(node.config, *node.storage, now);
    if (!engine) return engine.error();
    node.engine.emplace(std::move(*engine));
    node.config.begin_vote_log = false;  // from now on only what is stored tells what the key has signed
    return {};
  }

  Result<void> restart(std::size_t index) {
    MEDCHAIN_TRY(start(*nodes[index]));
    carry_out(index, nodes[index]->engine->begin(now));
    for (std::size_t other = 0; other < nodes.size(); ++other) link(index, other);
    return {};
  }

  void link(std::size_t a, std::size_t b) {
    if (!linked(a, b)) return;
    carry_out(a, nodes[a]->engine->peer_connected(nodes[b]->config.self, now));
    carry_out(b, nodes[b]->engine->peer_connected(nodes[a]->config.self, now));
  }

  void unlink_all(std::size_t index) {
    for (std::size_t other = 0; other < nodes.size(); ++other) {
      if (!linked(index, other)) continue;
      carry_out(other, nodes[other]->engine->peer_disconnected(nodes[index]->config.self, now));
      carry_out(index, nodes[index]->engine->peer_disconnected(nodes[other]->config.self, now));
    }
  }

  void step() {
    now.monotonic_ms += kStepMs;
    now.unix_ms += kStepMs;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      Node& node = *nodes[i];
      if (!node.engine || !node.tick_at_ms || *node.tick_at_ms > now.monotonic_ms) continue;
      carry_out(i, node.engine->tick(now));
    }
    deliver_all();
  }
};

InProcessNetwork::InProcessNetwork(Genesis genesis, std::uint64_t unix_ms) : impl_(std::make_unique<Impl>()) {
  impl_->now = {0, std::max(unix_ms, genesis.time_ms)};
  impl_->genesis = std::move(genesis);
}

InProcessNetwork::~InProcessNetwork() = default;

Result<std::size_t> InProcessNetwork::add(EngineConfig config) {
  auto node = std::make_unique<Impl::Node>();
  config.genesis = impl_->genesis;
  config.begin_vote_log = true;
  node->config = std::move(config);
  node->storage = std::make_unique<MemoryStorage>();
  MEDCHAIN_TRY(impl_->start(*node));
  impl_->nodes.push_back(std::move(node));
  std::size_t index = impl_->nodes.size() - 1;
  impl_->carry_out(index, impl_->nodes[index]->engine->begin(impl_->now));
  for (std::size_t other = 0; other < index; ++other) impl_->link(index, other);
  return index;
}

void InProcessNetwork::disconnect(std::size_t node) {
  impl_->unlink_all(node);
  impl_->nodes.at(node)->connected = false;
}

void InProcessNetwork::connect(std::size_t node) {
  impl_->nodes.at(node)->connected = true;
  for (std::size_t other = 0; other < impl_->nodes.size(); ++other) impl_->link(node, other);
  impl_->deliver_all();
}

Result<void> InProcessNetwork::crash_and_restart(std::size_t node) {
  Impl::Node& crashed = *impl_->nodes.at(node);
  impl_->unlink_all(node);
  crashed.engine.reset();
  crashed.storage->crash();
  return impl_->restart(node);
}

Result<void> InProcessNetwork::lose_disk_and_restart(std::size_t node) {
  Impl::Node& crashed = *impl_->nodes.at(node);
  impl_->unlink_all(node);
  crashed.engine.reset();
  crashed.storage = std::make_unique<MemoryStorage>();
  return impl_->restart(node);
}

EngineConfig& InProcessNetwork::config(std::size_t node) { return impl_->nodes.at(node)->config; }

Engine& InProcessNetwork::engine(std::size_t node) { return *impl_->nodes.at(node)->engine; }
MemoryStorage& InProcessNetwork::storage(std::size_t node) { return *impl_->nodes.at(node)->storage; }

Result<TxId> InProcessNetwork::submit(std::size_t node, const SignedTransaction& transaction, Payload payload) {
  std::uint64_t ticket = impl_->next_ticket++;
  Impl::Node& to = *impl_->nodes.at(node);
  impl_->carry_out(node, to.engine->submit(ticket, {{bcs::encode(transaction), std::move(payload)}}, impl_->now));
  auto answer = to.answers.extract(ticket);
  MEDCHAIN_ASSERT(!answer.empty(), "an engine that did not answer a submission");
  impl_->deliver_all();
  return answer.mapped().front();
}

void InProcessNetwork::advance(std::uint64_t milliseconds) {
  for (std::uint64_t passed = 0; passed < milliseconds && !impl_->halted; passed += kStepMs) impl_->step();
}

Result<Receipt> InProcessNetwork::run_until_final(const TxId& id, std::uint64_t limit_ms) {
  for (std::uint64_t passed = 0; passed <= limit_ms; passed += kStepMs) {
    for (const auto& node : impl_->nodes) {
      if (!node->connected || !node->engine) continue;
      if (auto proof = node->engine->receipt_proof(id)) return proof->receipt;
    }
    if (impl_->halted) return *impl_->halted;
    impl_->step();
  }
  return Error(ErrorCode::kTimeout, "the transaction is not final after " + std::to_string(limit_ms) + " ms");
}

Result<void> InProcessNetwork::run_until_height(Height height, std::uint64_t limit_ms) {
  for (std::uint64_t passed = 0; passed <= limit_ms; passed += kStepMs) {
    bool all = true;
    for (const auto& node : impl_->nodes) {
      all = all && (!node->connected || (node->engine && node->engine->height() >= height));
    }
    if (all) return {};
    if (impl_->halted) return *impl_->halted;
    impl_->step();
  }
  return Error(ErrorCode::kTimeout, "height " + std::to_string(height.value) + " is not final everywhere after " +
                                        std::to_string(limit_ms) + " ms");
}

void InProcessNetwork::watch(std::function<void(std::size_t from, std::size_t to, ByteView message)> watcher) {
  impl_->watcher = std::move(watcher);
}

void InProcessNetwork::post(std::size_t from, std::size_t to, const PeerMessage& message) {
  MEDCHAIN_ASSERT(from < impl_->nodes.size() && to < impl_->nodes.size(), "a message between nodes that do not exist");
  impl_->messages.push_front({from, to, std::make_shared<const Bytes>(bcs::encode(message)), true});
}

}  // namespace medchain
