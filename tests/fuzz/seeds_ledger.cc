#include "medchain/receipt.h"
#include "seeds.h"

namespace medchain::fuzz {
namespace {

std::string numbered(const std::string& name, std::uint64_t number) { return name + "_" + std::to_string(number); }

void put_transactions(Seeds& seeds, const World& world) {
  for (std::size_t i = 0; i < world.transactions.size(); ++i) {
    const SignedTransaction& transaction = world.transactions[i];
    const std::string name = numbered(body_name(transaction.transaction.body), i);
    seeds.put("transaction", name, bcs::encode(transaction));
    seeds.put("transaction", name + "_submission",
              bcs::encode(Submission{bcs::encode(transaction), world.payloads[i]}));
  }
  const KeyPair p256 = test::test_keys("fuzz bob", KeyAlgorithm::kP256);
  Transaction resign{world.chain, p256.address(), Height{9}, 1, StakeBody{Resign{}}};
  seeds.put("transaction", "p256", bcs::encode(sign_transaction(std::move(resign), p256.signing)));
}

// Both offences that a report may prove, of the first validator.
std::vector<Body> reports(const World& world) {
  const KeySigner offender(world.made.validators[0].consensus.clone());
  auto signed_ballot = [&](const BlockHeader& header, VoteType type) {
    const Ballot ballot{header.round, header.height, View{0}, type, header.hash()};
    return SignedBallot{ballot, sign_ballot(ballot, world.chain, offender)};
  };
  const BlockHeader parent = world.block(Height{1}).certified.block.header;
  const BlockHeader good = world.block(Height{2}).certified.block.header;
  BlockHeader bad = good;
  bad.time_ms = 0;
  return {StakeBody{ReportDoubleVote{offender.public_key(), signed_ballot(good, VoteType::kCommit),
                                     signed_ballot(bad, VoteType::kCommit)}},
          StakeBody{ReportInvalidProposal{offender.public_key(), signed_ballot(bad, VoteType::kProposal),
                                          bcs::encode(bad), bcs::encode(parent)}}};
}

// Every kind of body, and what the world's people asked for, by whoever may.
std::vector<Body> bodies(const World& world) {
  const Address patient = world.patient.address();
  std::vector<Body> all;
  for (const SignedTransaction& transaction : world.transactions) all.push_back(transaction.transaction.body);
  for (Body& report : reports(world)) all.push_back(std::move(report));
  all.push_back(StakeBody{Unstake{Tokens{5}}});
  all.push_back(StakeBody{Resign{}});
  all.push_back(RegistryBody{Update{world.made.validators[0].node.address(), "renamed"}});
  all.push_back(RegistryBody{RotateKeys{test::test_keys("rotated").public_keys()}});
  all.push_back(RegistryBody{Suspend{patient}});
  all.push_back(RegistryBody{Reinstate{patient}});
  return all;
}

void put_execution(Seeds& seeds, const World& world) {
  constexpr std::size_t kClose = 0xe0;
  const std::vector<Body> all = bodies(world);
  const std::size_t participants = world.made.genesis.participants.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    Script script;
    for (std::size_t who = 0; who < participants; ++who) script.byte(who).piece(bcs::encode(all[i]));
    seeds.put("execution", numbered(body_name(all[i]), i), script);
  }
  Script everything;
  for (std::size_t i = 0; i < all.size(); ++i) {
    everything.byte(i % participants).piece(bcs::encode(all[i])).byte(kClose + i % 8);
  }
  seeds.put("execution", "everything", everything);
}

void put_blocks(Seeds& seeds, const World& world) {
  for (Height height{1}; height <= world.engine().height(); height = height.next()) {
    const StoredBlock stored = world.block(height);
    seeds.put("block", numbered("block", height.value), bcs::encode(stored.certified));
    seeds.put("store", numbered("block", height.value), Script().byte(0).raw(bcs::encode(stored)));
    seeds.put("store", numbered("proposal", height.value), Script().byte(3).raw(bcs::encode(stored.certified.block)));
  }
}

void put_proofs(Seeds& seeds, const World& world) {
  for (std::size_t i = 0; i < world.transactions.size(); ++i) {
    auto proof = world.engine().receipt_proof(world.transactions[i].transaction.id());
    if (proof) seeds.put("receipt", numbered("receipt", i), encode_receipt_proof(*proof));
  }
  std::vector<StateKey> keys{state_key::account(world.patient.address()),
                             state_key::account(Address{}),
                             state_key::participant(world.node(0)),
                             state_key::candidate(world.node(4)),
                             state_key::candidate(world.node(0)),
                             state_key::record(world.record),
                             state_key::record(RecordId{}),
                             state_key::access(world.record, world.patient.address())};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    seeds.put("state_proof", numbered("proof", i), world.engine().state().prove(keys[i]).encode());
  }
}

void put_stored(Seeds& seeds, const World& world) {
  const ChainStore store = world.engine().store();
  auto votes = store.votes();
  if (votes && *votes) seeds.put("store", "votes", Script().byte(1).raw(bcs::encode(**votes)));
  auto point = store.state_point();
  if (point && *point) seeds.put("store", "state_point", Script().byte(2).raw(bcs::encode(**point)));
  seeds.put("store", "place", Script().byte(4).raw(bcs::encode(TransactionPlace{Height{3}, 1})));
  seeds.put("store", "last_block", Script().byte(5).raw(bcs::encode(Height{3})));
  if (auto log = store.vote_log()) seeds.put("store", "vote_log", Script().byte(6).raw(bcs::encode(*log)));
  seeds.put("store", "chain", Script().byte(7).raw(world.chain.bytes));
  seeds.put("store", "format", Script().byte(8).raw(bcs::encode(store::kFormatVersion)));
  for (std::size_t how = 0; how < 4; ++how) {
    for (std::size_t entry : {0, 3, 9, 20, 40, 60}) {
      Script script;
      script.byte(how).byte(0).byte(entry).piece(Bytes(40, how == 3 ? 1 : 0));
      seeds.put("recovery", numbered(numbered("damage", how), entry), script);
    }
  }
  seeds.put("recovery", "undamaged", ByteView{});
}

void put_genesis(Seeds& seeds, const World& world) {
  seeds.put("genesis", "text", to_json(world.made.genesis));
  seeds.put("genesis", "content", bcs::encode(world.made.genesis));
  const test::TestGenesis small = test::make_test_genesis(1);
  seeds.put("genesis", "small_text", to_json(small.genesis));
  seeds.put("genesis", "small_content", bcs::encode(small.genesis));
}

}  // namespace

void put_ledger_seeds(Seeds& seeds) {
  put_transactions(seeds, world());
  put_execution(seeds, world());
  put_blocks(seeds, world());
  put_proofs(seeds, world());
  put_stored(seeds, world());
  put_genesis(seeds, world());
}

}  // namespace medchain::fuzz
