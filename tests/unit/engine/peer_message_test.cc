#include "medchain/peer_message.h"

#include "network.h"

using namespace medchain;

TEST_CASE("Peer messages have the bytes that FORMAT.md gives") {
  peer::Status status{Height{5}, {}};
  status.block.bytes.fill(0xaa);
  Bytes bytes = bcs::encode(PeerMessage{status});
  CHECK(to_hex(bytes) ==
        "0102"
        "0500000000000000" +
            std::string(64, 'a'));
  PeerMessage request{peer::BlocksRequest{Height{7}, 64}};
  CHECK(to_hex(bcs::encode(request)) ==
        "0103"
        "0700000000000000"
        "40000000");
  peer::PayloadKey key{{}, 0x0102};
  CHECK(to_hex(bcs::encode(PeerMessage{peer::PayloadsRequest{{key}}})) == "010501" + std::string(64, '0') + "0201");
  Submission submission{{0xab}, {{{1, 2}, {}}}};
  CHECK(to_hex(bcs::encode(PeerMessage{peer::Transactions{{submission}}})) ==
        "010101"
        "01ab"
        "02"
        "020102"
        "00");
}

TEST_CASE("A message of more submissions, payloads or parts than the limits allow is refused") {
  auto refused = [](PeerBody body) {
    auto decoded = bcs::decode<PeerMessage>(bcs::encode(PeerMessage{std::move(body)}));
    if (!decoded) CHECK(decoded.error().code() == ErrorCode::kTooLarge);
    return !decoded.ok();
  };
  CHECK_FALSE(refused(peer::Transactions{std::vector<Submission>(limits::kMaxListed)}));
  CHECK(refused(peer::Transactions{std::vector<Submission>(limits::kMaxListed + 1)}));
  CHECK_FALSE(refused(peer::Payloads{std::vector<Payload>(limits::kMaxListed)}));
  CHECK(refused(peer::Payloads{std::vector<Payload>(limits::kMaxListed + 1)}));
  CHECK_FALSE(refused(peer::Payloads{{{std::vector<Bytes>(limits::kMaxPayloadParts)}}}));
  CHECK(refused(peer::Payloads{{{std::vector<Bytes>(limits::kMaxPayloadParts + 1)}}}));
  consensus::Proposal proposal;
  proposal.block = std::make_shared<const Block>();
  CHECK_FALSE(refused(peer::CompactProposal{proposal, std::vector<TxId>(limits::kMaxBlockTransactions)}));
  CHECK(refused(peer::CompactProposal{proposal, std::vector<TxId>(limits::kMaxBlockTransactions + 1)}));
}

TEST_CASE("A peer message cut off anywhere, or with a byte more, is refused") {
  test::TestGenesis made = test::make_test_genesis(4);
  test::Network n(std::move(made));
  n.finish(0, n.transfer(n.institution(0), n.node(1), 1));
  auto stored = n.net.engine(0).store().block(n.net.engine(0).height());
  REQUIRE((stored && *stored));
  Bytes bytes = bcs::encode(PeerMessage{peer::Blocks{{(*stored)->certified}}});
  CHECK(bcs::decode<PeerMessage>(bytes).ok());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    CHECK_FALSE(bcs::decode<PeerMessage>(ByteView(bytes).first(cut)).ok());
  }
  bytes.push_back(0);
  CHECK_FALSE(bcs::decode<PeerMessage>(bytes).ok());
}
