// A command's connection to its node, as the participant whose key it was given.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "config.h"
#include "medchain/engine.h"
#include "medchain/rpc/client.h"

namespace program {

struct Session {
  std::unique_ptr<medchain::KeyPair> identity;  // nothing: anonymous
  std::optional<medchain::Address> address;     // of the identity, once its keys were rotated
  std::optional<medchain::Genesis> genesis;     // what is trusted to check a node's answers; nothing when not given
  medchain::rpc::Client client;
  std::uint64_t timeout_ms = 30'000;

  medchain::Address self() const { return address.value_or(identity->address()); }
  medchain::ChainId chain() const { return client.chain(); }
};

enum class Identity { kRequired, kOptional };
medchain::Result<Session> connect(const GlobalOptions& options, Identity identity);

// Proves that a transaction is final, and what it did, from the genesis when the session has one (then nothing that the
// node says is taken on trust); without, the node's word is taken for its finality. The signature is checked either
// way.
medchain::Result<medchain::VerifiedReceipt> prove_transaction(Session& session, const medchain::TxId& id);

}  // namespace program
