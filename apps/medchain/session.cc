#include "session.h"

#include <fmt/format.h>

#include "common/files.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

constexpr std::size_t kMaxPemBytes = 1024 * 1024;

Error not_given(const char* what, const char* option, const char* variable) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("no {}: give {}, or set {}, or use --config client.toml", what, option, variable)};
}

}  // namespace

Result<Session> connect(const GlobalOptions& options, Identity wanted) {
  auto settings = resolve(options);
  if (!settings) return settings.error();
  if (settings->node.empty()) return not_given("node", "--node HOST:PORT", "MEDCHAIN_NODE");
  if (!settings->ca) return not_given("authority", "--ca FILE", "MEDCHAIN_CA");
  auto ca = programs::read_text(*settings->ca, kMaxPemBytes);
  if (!ca) return ca.error();
  std::optional<medchain::Genesis> genesis;
  if (settings->genesis) {
    auto read = read_genesis(*settings->genesis);
    if (!read) return read.error();
    genesis = std::move(*read);
  }
  std::unique_ptr<medchain::KeyPair> identity;
  if (settings->key || wanted == Identity::kRequired) {
    auto keys = read_identity(*settings);
    if (!keys) return keys.error();
    identity = std::make_unique<medchain::KeyPair>(std::move(*keys));
  }
  medchain::rpc::ClientConfig config;
  config.node = settings->node;
  config.ca = *ca;
  config.identity = identity.get();
  config.address = settings->address;
  if (genesis) config.chain = genesis->chain_id();
  config.timeout_ms = settings->timeout_ms;
  auto client = medchain::rpc::Client::connect(std::move(config));
  if (!client) return client.error();
  return Session{std::move(identity), settings->address, std::move(genesis), std::move(*client), settings->timeout_ms};
}

Result<medchain::VerifiedReceipt> prove_transaction(Session& session, const medchain::TxId& id) {
  auto proof = session.client.receipt_proof(id);
  if (!proof) return proof.error();
  if (session.genesis) {
    auto verified = medchain::verify_receipt(*proof, medchain::genesis_anchor(*session.genesis));
    if (verified && verified->transaction->id != id) {
      return Error(ErrorCode::kAuthentication, "the node proved another transaction than the one asked for");
    }
    return verified;
  }
  auto transaction = medchain::parse_transaction(proof->transaction);
  if (!transaction) return transaction.error().in("the node's answer");
  bool right = (*transaction)->id == id && proof->receipt.id == id &&
               (*transaction)->transaction().chain == session.chain() &&
               medchain::verify_transaction(**transaction, medchain::real_signatures());
  if (!right) return Error(ErrorCode::kAuthentication, "the node's answer is not the signed transaction asked for");
  return medchain::VerifiedReceipt{*transaction, proof->receipt, proof->header, proof->header.hash()};
}

}  // namespace program
