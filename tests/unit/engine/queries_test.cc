// What a node answers when a part of the answer is not there: fetched later, or lost with a damaged disk.
#include "network.h"

using namespace medchain;
using namespace medchain::test;

namespace {

// With everything on the disk, and nothing in memory.
void restart_from_disk(Network& n, std::size_t node) {
  n.net.disconnect(node);
  REQUIRE(n.net.storage(node).write({}, true));
  REQUIRE(n.net.crash_and_restart(node));
}

void lose_block(MemoryStorage& storage, Height height) {
  Bytes key;  // big-endian
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<std::uint8_t>(height.value >> shift));
  Batch batch;
  batch.erase(Table::kBlocks, key);
  REQUIRE(storage.write(batch, true));
  REQUIRE_FALSE(ChainStore(storage).block(height).value());
}

void check_corrupt(const Result<ReceiptProof>& proof, const char* what) {
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().code() == ErrorCode::kCorrupt);
  CHECK(proof.error().message().find(what) != std::string::npos);
}

// Blocks without their payloads, as from a peer that has nothing else.
void pass_blocks(Network& n, std::size_t from, std::size_t to) {
  const Height last = n.net.engine(from).height();
  peer::Blocks blocks;
  for (Height h = n.net.engine(to).height().next(); h <= last; h = h.next()) {
    blocks.blocks.push_back((*n.net.engine(from).store().block(h))->certified);
  }
  n.net.post(from, to, PeerMessage{peer::Status{last, {}}});
  n.net.advance(5);
  n.net.post(from, to, PeerMessage{std::move(blocks)});
  n.net.advance(5);
  REQUIRE(n.net.engine(to).height() == last);
}

}  // namespace

TEST_CASE("A receipt whose block is lost is an error that names the damage, not an answer") {
  Network n(make_test_genesis(4));
  const Receipt receipt = n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  n.net.advance(500);
  auto proof = n.net.engine(1).receipt_proof(receipt.id);
  REQUIRE(proof);
  restart_from_disk(n, 1);
  CHECK(bcs::encode(n.net.engine(1).receipt_proof(receipt.id).value()) == bcs::encode(*proof));
  lose_block(n.net.storage(1), proof->header.height);
  check_corrupt(n.net.engine(1).receipt_proof(receipt.id), "a block that is not stored");
}

TEST_CASE("A receipt whose handover is lost is an error that names its height") {
  Network n(make_test_genesis(5));
  const KeyPair& voter = n.institution(0);
  n.finish(0, n.transaction(voter, StakeBody{Stake{Tokens{900'000}}}));
  n.finish(0, n.transaction(voter, StakeBody{Vote{{n.node(4)}}}));
  n.net.advance(2'000);
  const Receipt receipt = n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  n.net.advance(500);
  auto proof = n.net.engine(2).receipt_proof(receipt.id);
  REQUIRE(proof);
  REQUIRE(proof->handovers.size() == 1);
  const Height height = proof->handovers[0].header.height;
  restart_from_disk(n, 2);
  REQUIRE(n.net.engine(2).receipt_proof(receipt.id));
  lose_block(n.net.storage(2), height);
  check_corrupt(n.net.engine(2).receipt_proof(receipt.id),
                ("handover at height " + std::to_string(height.value)).c_str());
}

TEST_CASE("A record whose sealed parts are still on their way is unavailable, not refused") {
  TestGenesis made = make_test_genesis(5, 4);
  KeyPair patient = test_keys("patient");
  KeyPair gateway = test_keys("gateway");
  KeyPair stranger = test_keys("stranger");
  add_participant(made, patient, Role::kPatient, 0);
  add_participant(made, gateway, Role::kGateway, 0, "ward 3");
  add_participant(made, stranger, Role::kClinician, 1);
  Network n(std::move(made));
  n.net.disconnect(4);
  auto sealed = sealed_put(n.chain(), gateway, patient, {patient.public_keys()}, view("heart rate 44/min"));
  REQUIRE(n.finish(0, n.transaction(gateway, RecordsBody{sealed.put}), sealed.payload).status == TxStatus::kSuccess);
  pass_blocks(n, 0, 4);
  Engine& follower = n.net.engine(4);
  CHECK(follower.release(sealed.id, patient.address()).error().code() == ErrorCode::kUnavailable);
  CHECK(follower.release(sealed.id, stranger.address()).error().code() == ErrorCode::kPermissionDenied);

  SECTION("also after a restart, which forgets no debt") {
    restart_from_disk(n, 4);
    CHECK(n.net.engine(4).release(sealed.id, patient.address()).error().code() == ErrorCode::kUnavailable);
  }
  n.net.connect(4);
  n.net.advance(2'000);
  CHECK(n.net.engine(4).release(sealed.id, patient.address()).ok());

  SECTION("and a wrap that the disk has garbled is an error that names it") {
    Batch garble;
    REQUIRE(n.net.storage(4).scan(Table::kPayloads, {}, [&](ByteView key, ByteView) {
      garble.put(Table::kPayloads, to_bytes(key), Bytes{0xff});
      return true;
    }));
    REQUIRE(n.net.storage(4).write(garble, true));
    auto release = n.net.engine(4).release(sealed.id, patient.address());
    REQUIRE_FALSE(release.ok());
    CHECK(release.error().message().find("the record's wrap") != std::string::npos);
  }
}
