#include "ledger.h"

namespace medchain::gateway {
namespace {

constexpr std::uint64_t kCallTimeoutMs = 10'000;

class RpcLedger final : public Ledger {
 public:
  explicit RpcLedger(rpc::Client client) : client_(std::move(client)) {}

  Result<std::vector<Result<TxId>>> submit(std::vector<Submission> submissions) override {
    return client_.submit(std::move(submissions));
  }
  Result<rpc::TransactionInfo> transaction(const TxId& id) override { return client_.transaction(id); }
  Result<rpc::BlockSummary> block(Height height) override { return client_.block(height); }
  Result<rpc::BlockSummary> latest_block() override { return client_.latest_block(); }
  Result<Committee> committee() override { return client_.committee(); }
  Result<ReceiptProof> receipt_proof(const TxId& id) override { return client_.receipt_proof(id); }
  Result<StateProof> state_proof(const StateKey& key) override { return client_.state_proof(key); }

 private:
  rpc::Client client_;
};

}  // namespace

Connect connect_by_rpc(NodeAddresses where) {
  return [where = std::move(where)](std::size_t index, const Identity& as) -> Result<std::unique_ptr<Ledger>> {
    rpc::ClientConfig config;
    config.node = where.nodes.at(index);
    config.ca = where.ca;
    config.identity = as.keys;
    config.address = as.address;
    config.chain = where.chain;
    config.timeout_ms = kCallTimeoutMs;
    config.stop = where.stop;
    auto client = rpc::Client::connect(std::move(config));
    if (!client) return client.error();
    return std::unique_ptr<Ledger>(std::make_unique<RpcLedger>(std::move(*client)));
  };
}

}  // namespace medchain::gateway
