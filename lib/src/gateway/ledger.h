// What the gateway asks of a node: a seam, so that tests can lie and fail. Nothing that comes through it is believed
// unless it verifies from the genesis (chain.h, readers.h), except that a transaction is not known there.
#pragma once

#include <functional>
#include <memory>

#include "medchain/rpc/client.h"

namespace medchain::gateway {

class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual Result<std::vector<Result<TxId>>> submit(std::vector<Submission> submissions) = 0;
  virtual Result<rpc::TransactionInfo> transaction(const TxId& id) = 0;
  virtual Result<rpc::BlockSummary> block(Height height) = 0;
  virtual Result<rpc::BlockSummary> latest_block() = 0;
  virtual Result<Committee> committee() = 0;
  virtual Result<ReceiptProof> receipt_proof(const TxId& id) = 0;
  virtual Result<StateProof> state_proof(const StateKey& key) = 0;
};

// A participant as whom a node is asked.
struct Identity {
  const KeyPair* keys = nullptr;
  Address address;
};

// Connects to node `index` of the configuration.
using Connect = std::function<Result<std::unique_ptr<Ledger>>(std::size_t index, const Identity& as)>;

struct NodeAddresses {
  std::vector<std::string> nodes;  // HOST:PORT
  std::string ca;                  // PEM
  ChainId chain;
  std::stop_token stop;  // ends what is being asked
};
Connect connect_by_rpc(NodeAddresses where);

}  // namespace medchain::gateway
