// The bytes that FORMAT.md promises, held by golden files: a change here breaks every chain and archive that exists.
#include "fixture.h"
#include "medchain/merkle.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

// The worked example of FORMAT.md.
SignedTransaction example() {
  Transaction transaction = transfer(7);
  transaction.sender = key_pair(1).address();
  return sign_transaction(transaction, key_pair(1).signing);
}

std::vector<Member> real_members() {
  std::vector<Member> set;
  for (std::uint8_t i = 60; i < 64; ++i) set.push_back({key_pair(i).address(), key_pair(i).signing.public_key()});
  Committee committee{Round{0}, Height{1}, set};
  return committee.sorted();
}

Certificate sign_by_all(const Ballot& ballot, const std::vector<Member>& set) {
  Certificate certificate{ballot, {}};
  for (std::uint16_t place = 0; place < set.size(); ++place) {
    for (std::uint8_t i = 60; i < 64; ++i) {
      if (key_pair(i).signing.public_key() != set[place].consensus_key) continue;
      certificate.signatures.push_back({place, sign_ballot(ballot, kChain, KeySigner(key_pair(i).signing.clone()))});
    }
  }
  return certificate;
}

// Signed by the key that stands in `body_stand`.
SignedBallot example_vote(VoteType type, const Hash& digest) {
  const Ballot ballot{Round{1}, Height{7}, View{2}, type, digest};
  return {ballot, sign_ballot(ballot, kChain, KeySigner(key_pair(3).signing.clone()))};
}

ReportDoubleVote example_double_vote() {
  return {key_pair(3).signing.public_key(), example_vote(VoteType::kCommit, sha256(view("a"))),
          example_vote(VoteType::kCommit, sha256(view("b")))};
}

ReportInvalidProposal example_invalid_proposal() {
  BlockHeader parent = make_block(Height{6}, Round{1}, members({1, 2, 3, 4}), 1).block.header;
  BlockHeader header = make_block(Height{7}, Round{1}, members({1, 2, 3, 4}), 1).block.header;
  header.parent = parent.hash();
  return {key_pair(3).signing.public_key(), example_vote(VoteType::kProposal, header.hash()), bcs::encode(header),
          bcs::encode(parent)};
}

struct Example {
  CertifiedBlock certified;
  ReceiptProof proof;
};

Example example_block() {
  const auto set = real_members();
  TxPtr transaction = make_transaction(example());
  Receipt receipt{transaction->id, TxStatus::kSuccess};
  Block block = make_block(Height{1}, Round{0}, set, 1).block;
  block.transactions = {transaction};
  block.header.transactions_root = transactions_root(block.transactions);
  block.header.receipts_root = receipts_root({receipt});
  Ballot ballot{Round{0}, Height{1}, View{0}, VoteType::kCommit, block.hash()};
  Certificate certificate = sign_by_all(ballot, set);
  ReceiptProof proof{{}, block.header, certificate, transaction->bytes, receipt, 0, 1, {}, {}};
  return {{block, certificate}, proof};
}

}  // namespace

TEST_CASE("Transactions keep their bytes") {
  check_golden("signed_transfer", make_transaction(example())->bytes);
  check_golden("transfer_id", to_bytes(example().transaction.id().view()));
  const Put put{address(4), RecordKind::kAlarm,       1'700'000'000'000,
                {1, 2, 3},  {address(5), address(6)}, sha256(view("p")),
                9,          sha256(view("c"))};
  const std::vector<std::pair<std::string, Body>> bodies = {
      {"body_transfer", TokensBody{Transfer{address(2), Tokens{5}}}},
      {"body_stake", StakeBody{Stake{Tokens{5}}}},
      {"body_unstake", StakeBody{Unstake{Tokens{5}}}},
      {"body_vote", StakeBody{Vote{{address(2), address(3)}}}},
      {"body_stand", StakeBody{make_stand(kChain, address(2), KeySigner(key_pair(3).signing.clone()))}},
      {"body_resign", StakeBody{Resign{}}},
      {"body_report_double_vote", StakeBody{example_double_vote()}},
      {"body_report_invalid_proposal", StakeBody{example_invalid_proposal()}},
      {"body_register", RegistryBody{Register{key_pair(7).public_keys(), Role::kDevice, "bed 7"}}},
      {"body_update", RegistryBody{Update{address(2), "bed 8"}}},
      {"body_rotate_keys", RegistryBody{RotateKeys{key_pair(8).public_keys()}}},
      {"body_suspend", RegistryBody{Suspend{address(2)}}},
      {"body_reinstate", RegistryBody{Reinstate{address(2)}}},
      {"body_put", RecordsBody{put}},
      {"body_set_readers", ConsentBody{SetReaders{{address(5), address(6)}}}},
      {"body_grant", ConsentBody{Grant{{{1}}, address(5), sha256(view("g")), 9}}},
      {"body_revoke", ConsentBody{Revoke{{{1}}, address(5)}}}};
  for (const auto& [name, body] : bodies) check_golden(name, bcs::encode(body));
  check_golden("record_id", to_bytes(record_id(kChain, address(1), put).view()));
}

TEST_CASE("Blocks, votes and committees keep their bytes") {
  Example made = example_block();
  REQUIRE(made.certified.block.check_form(kChain));
  check_golden("certified_block", bcs::encode(made.certified));
  check_golden("block_hash", to_bytes(made.certified.block.hash().view()));
  check_golden("header_with_parent",
               bcs::encode(make_block(Height{7}, Round{1}, members({1, 2, 3, 4}), 3).block.header));
  check_golden("ballot", bcs::encode(made.certified.certificate.ballot));
  Committee committee{Round{0}, Height{1}, real_members()};
  std::swap(committee.order[0], committee.order[2]);
  check_golden("committee_set", to_bytes(committee.set_hash().view()));
  check_golden("committee_order", to_bytes(committee.order_hash().view()));
}

TEST_CASE("Receipts and their proofs keep their bytes, and verify with real signatures") {
  Example made = example_block();
  check_golden("receipt", bcs::encode(made.proof.receipt));
  check_golden("receipt_failed", bcs::encode(Receipt{made.proof.receipt.id, TxStatus::kOverflow}));
  check_golden("receipt_proof", encode_receipt_proof(made.proof));
  CHECK(verify_receipt(made.proof, {kChain, Height{1}, real_members()}));
  made.proof.certificate.signatures[1].signature.bytes[3] ^= 1;
  CHECK_FALSE(verify_receipt(made.proof, {kChain, Height{1}, real_members()}));
}

TEST_CASE("A genesis keeps its bytes, its text and so the chain its id") {
  Genesis genesis = sample_genesis();
  check_golden("genesis", bcs::encode(genesis));
  check_golden("genesis_chain_id", to_bytes(genesis.chain_id().view()));
  check_golden("genesis_json", to_bytes(view(to_json(genesis))));
}
