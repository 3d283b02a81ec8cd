// A whole network in this process, asked through the gateway's own seam, so that tests can lie and fail.
#pragma once

#include "ledger.h"
#include "links.h"
#include "unit/engine/network.h"

namespace medchain::gateway::test {

using medchain::test::Network;
using medchain::test::test_keys;

// What a node does other than answer; each may change an answer, or refuse it.
struct Lies {
  bool dead = false;    // answers nothing
  bool deaf = false;    // takes no transaction
  bool losing = false;  // says that it took them
  std::function<void(StateProof&)> proof = [](StateProof&) {};
  std::function<void(rpc::BlockSummary&)> block = [](rpc::BlockSummary&) {};
  std::function<void(Committee&)> committee = [](Committee&) {};
  std::optional<rpc::TransactionInfo> transaction;  // the answer for every transaction
  std::size_t submitted = 0;
  std::vector<TxId> seen;  // submitted, in their order
};

inline medchain::test::TestGenesis gateway_genesis(std::size_t nodes = 4,
                                                   Parameters parameters = medchain::test::fast_parameters()) {
  auto made = medchain::test::make_test_genesis(nodes, nodes, parameters);
  medchain::test::add_participant(made, test_keys("gateway"), Role::kGateway, 0, "edge");
  medchain::test::add_participant(made, test_keys("device"), Role::kDevice, 0, "monitor");
  medchain::test::add_participant(made, test_keys("patient"), Role::kPatient, 0);
  medchain::test::add_participant(made, test_keys("other patient"), Role::kPatient, 0);
  medchain::test::add_participant(made, test_keys("doctor"), Role::kClinician, 0);
  medchain::test::add_participant(made, test_keys("nurse"), Role::kClinician, 0);
  return made;
}

class FakeLedger final : public Ledger {
 public:
  FakeLedger(Network& network, std::size_t node, Lies& lies) : network_(network), node_(node), lies_(lies) {}

  Result<std::vector<Result<TxId>>> submit(std::vector<Submission> submissions) override {
    MEDCHAIN_TRY(alive());
    std::vector<Result<TxId>> results;
    for (Submission& one : submissions) {
      auto transaction = bcs::decode<SignedTransaction>(one.transaction);
      REQUIRE(transaction);
      const TxId id = transaction->transaction.id();
      ++lies_.submitted;
      lies_.seen.push_back(id);
      if (lies_.deaf) {
        results.emplace_back(Error(ErrorCode::kUnavailable, "busy"));
      } else if (lies_.losing) {
        results.emplace_back(id);
      } else {
        results.push_back(network_.net.submit(node_, *transaction, std::move(one.payload)));
      }
    }
    return results;
  }
  Result<rpc::TransactionInfo> transaction(const TxId& id) override {
    MEDCHAIN_TRY(alive());
    if (lies_.transaction) return *lies_.transaction;
    auto place = engine().find_transaction(id);
    REQUIRE(place);
    if (!*place) return Error(ErrorCode::kNotFound, "not final here");
    auto stored = engine().store().block((*place)->height);
    REQUIRE(stored);
    return rpc::TransactionInfo{(*stored)->certified.block.transactions[(*place)->index]->bytes, (*place)->height,
                                (*place)->index, (*stored)->receipts[(*place)->index]};
  }
  Result<rpc::BlockSummary> block(Height height) override {
    MEDCHAIN_TRY(alive());
    auto stored = engine().store().block(height);
    REQUIRE(stored);
    if (!*stored) return Error(ErrorCode::kNotFound, "no such block");
    rpc::BlockSummary summary{(*stored)->certified.block.header, (*stored)->certified.block.hash(),
                              (*stored)->certified.certificate, (*stored)->receipts};
    lies_.block(summary);
    return summary;
  }
  Result<rpc::BlockSummary> latest_block() override { return block(engine().height()); }
  Result<Committee> committee() override {
    MEDCHAIN_TRY(alive());
    Committee committee = engine().committee();
    lies_.committee(committee);
    return committee;
  }
  Result<ReceiptProof> receipt_proof(const TxId& id) override {
    MEDCHAIN_TRY(alive());
    return engine().receipt_proof(id);
  }
  Result<StateProof> state_proof(const StateKey& key) override {
    MEDCHAIN_TRY(alive());
    StateProof proof = engine().state().prove(key);
    lies_.proof(proof);
    return proof;
  }

 private:
  Engine& engine() { return network_.net.engine(node_); }
  Result<void> alive() const {
    if (lies_.dead) return Error(ErrorCode::kUnavailable, "the node is gone");
    return {};
  }
  Network& network_;
  std::size_t node_;
  Lies& lies_;
};

// The network, its nodes' lies, and the gateway's clock, which is the chain's.
struct World {
  Network network;
  std::vector<Lies> lies;
  std::uint64_t ahead_ms = 0;  // of the gateway's clock
  KeyPair gateway = test_keys("gateway");
  KeyPair device = test_keys("device");
  KeyPair patient = test_keys("patient");
  KeyPair doctor = test_keys("doctor");
  KeyPair nurse = test_keys("nurse");

  explicit World(medchain::test::TestGenesis genesis = gateway_genesis()) : network(std::move(genesis)) {
    lies.resize(network.made.validators.size());
    network.net.advance(300);
  }
  const Genesis& genesis() const { return network.made.genesis; }
  std::uint64_t now_ms() { return network.net.engine(0).last_header().time_ms + ahead_ms; }
  FakeLedger node(std::size_t k = 0) { return {network, k, lies[k]}; }
  Connect connect() {
    return [this](std::size_t k, const Identity&) -> Result<std::unique_ptr<Ledger>> {
      if (lies[k].dead) return Error(ErrorCode::kUnavailable, "connection refused");
      return std::unique_ptr<Ledger>(std::make_unique<FakeLedger>(network, k, lies[k]));
    };
  }
  void set_readers(std::vector<Address> readers) {
    auto transaction = network.transaction(patient, ConsentBody{SetReaders{std::move(readers)}});
    REQUIRE(network.finish(0, transaction).status == TxStatus::kSuccess);
  }
};

inline std::vector<Address> addresses(const auto& readers) {
  std::vector<Address> list;
  for (const auto& reader : readers) list.push_back(reader.address);
  return list;
}

}  // namespace medchain::gateway::test
