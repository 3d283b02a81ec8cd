// A small consortium whose blocks a test makes one by one. Transactions are not signed: the state does not look at
// that.
#pragma once

#include <random>

#include "medchain/state.h"
#include "support/genesis.h"

namespace medchain::test {

inline Parameters small_parameters() {
  Parameters parameters = fast_parameters();
  parameters.epoch_heights = 10;
  parameters.unbonding_epochs = 2;
  parameters.replay_window = 20;
  return parameters;
}

// Nodes 0 to 3 stand for election, node 4 does not; each belongs to the institution of its number. The others belong to
// institution 0.
struct People {
  TestGenesis made;
  KeyPair patient = test_keys("patient");
  KeyPair other_patient = test_keys("other patient");
  KeyPair doctor = test_keys("doctor");
  KeyPair nurse = test_keys("nurse");
  KeyPair device = test_keys("device");
  KeyPair gateway = test_keys("gateway");
  KeyPair family = test_keys("family");
  KeyPair guardian = test_keys("guardian");
  KeyPair auditor = test_keys("auditor");
  KeyPair stranger = test_keys("stranger");  // not registered

  explicit People(Parameters parameters = small_parameters()) : made(make_test_genesis(5, 4, parameters)) {
    add_participant(made, patient, Role::kPatient, 0);
    add_participant(made, other_patient, Role::kPatient, 0);
    add_participant(made, doctor, Role::kClinician, 0);
    add_participant(made, nurse, Role::kClinician, 0);
    add_participant(made, device, Role::kDevice, 0, "bed 3");
    add_participant(made, gateway, Role::kGateway, 0, "ward 1");
    add_participant(made, family, Role::kFamily, 0);
    add_participant(made, guardian, Role::kGuardian, 0);
    add_participant(made, auditor, Role::kAuditor, 0);
  }
  const KeyPair& institution(std::size_t i) const { return made.validators[i].institution; }
  const KeyPair& node(std::size_t i) const { return made.validators[i].node; }
};

inline State genesis_state(const Genesis& genesis) {
  auto state = State::from_genesis(genesis);
  if (!state) FAIL(state.error().message());
  return std::move(*state);
}

struct World : People {
  State state;
  std::uint64_t salt = 0;

  explicit World(Parameters parameters = small_parameters()) : People(parameters), state(genesis_state(made.genesis)) {}

  TxPtr make(const Address& sender, const SigningPublicKey& key, Body body, Height valid_until) {
    SignedTransaction content;
    content.transaction = {made.genesis.chain_id(), sender, valid_until, ++salt, std::move(body)};
    content.key = key;
    return make_transaction(std::move(content));
  }
  TxPtr make(const KeyPair& sender, Body body) {
    return make(sender.address(), sender.signing.public_key(), std::move(body), Height{state.height().value + 5});
  }

  BlockContext next() const {
    BlockContext context;
    context.height = state.height().next();
    return context;
  }
  Execution execute(const std::vector<TxPtr>& transactions) const { return execute(next(), transactions); }
  Execution execute(const BlockContext& context, const std::vector<TxPtr>& transactions) const {
    auto execution = state.execute(context, transactions);
    if (!execution) FAIL(execution.error().message());
    return std::move(*execution);
  }
  // Executes and applies a block; what became of its transactions.
  std::vector<TxStatus> block(const BlockContext& context, const std::vector<TxPtr>& transactions) {
    Execution execution = execute(context, transactions);
    std::vector<TxStatus> statuses;
    for (const Receipt& receipt : execution.receipts) statuses.push_back(receipt.status);
    state.apply(std::move(execution));
    return statuses;
  }
  std::vector<TxStatus> block(const std::vector<TxPtr>& transactions = {}) { return block(next(), transactions); }
  void blocks_until(Height height) {
    while (state.height() < height) block();
  }
  // A block with this one transaction.
  TxStatus run(const KeyPair& sender, Body body) { return block({make(sender, std::move(body))}).at(0); }

  Account account(const KeyPair& keys) const { return state.account(keys.address()).value(); }
};

inline Body stand_body(const ChainId& chain, const KeyPair& validator, const SigningKey& consensus_key) {
  return StakeBody{make_stand(chain, validator.address(), KeySigner(consensus_key.clone()))};
}

// The key's votes for two blocks in one view.
inline ReportDoubleVote double_vote(const ChainId& chain, const SigningKey& key, std::uint64_t height = 3) {
  const KeySigner signer(key.clone());
  auto vote = [&](std::string_view block) {
    const Ballot ballot{Round{0}, Height{height}, View{1}, VoteType::kPrepare, sha256(view(block))};
    return SignedBallot{ballot, sign_ballot(ballot, chain, signer)};
  };
  return {key.public_key(), vote("one block"), vote("another")};
}

// A header of the height that its own parent has, signed by the key.
inline ReportInvalidProposal invalid_proposal(const ChainId& chain, const SigningKey& key) {
  BlockHeader parent;
  parent.chain = chain;
  parent.height = Height{6};
  BlockHeader header = parent;
  header.parent = parent.hash();
  const Ballot ballot{header.round, header.height, View{0}, VoteType::kProposal, header.hash()};
  return {key.public_key(),
          {ballot, sign_ballot(ballot, chain, KeySigner(key.clone()))},
          bcs::encode(header),
          bcs::encode(parent)};
}

inline Hash hash_of(std::string_view name) { return sha256(view(name)); }

}  // namespace medchain::test

namespace medchain {
inline std::ostream& operator<<(std::ostream& out, TxStatus status) { return out << to_string(status); }
}  // namespace medchain
