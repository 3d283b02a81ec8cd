// A network of engines in this process, and the requests that its tests make.
#pragma once

#include "medchain/in_process.h"
#include "support/catch.h"
#include "support/genesis.h"

namespace medchain::test {

struct Network {
  TestGenesis made;
  std::vector<std::unique_ptr<KeySigner>> signers;   // consensus keys
  std::vector<std::unique_ptr<KeySigner>> accounts;  // the nodes' own: they report offenders
  InProcessNetwork net;
  std::uint64_t salt = 0;

  explicit Network(TestGenesis genesis, std::uint32_t state_flush_heights = 8)
      : made(std::move(genesis)), net(made.genesis, made.genesis.time_ms) {
    for (auto& validator : made.validators) {
      signers.push_back(std::make_unique<KeySigner>(validator.consensus.clone()));
      accounts.push_back(std::make_unique<KeySigner>(validator.node.signing.clone()));
      auto added = net.add({.self = validator.node.address(),
                            .consensus_key = signers.back().get(),
                            .account_key = accounts.back().get(),
                            .state_flush_heights = state_flush_heights});
      REQUIRE(added);
    }
  }

  // The last two of four are cut off, after the first blocks.
  void lose_quorum() {
    net.advance(200);
    net.disconnect(2);
    net.disconnect(3);
    net.advance(100);
  }
  ChainId chain() const { return made.genesis.chain_id(); }
  Address node(std::size_t i) const { return made.validators[i].node.address(); }
  const KeyPair& institution(std::size_t i) const { return made.validators[i].institution; }

  SignedTransaction transaction(const KeyPair& sender, Body body, std::uint64_t valid_for = 500) {
    std::uint64_t height = 0;
    for (std::size_t i = 0; i < made.validators.size(); ++i) height = std::max(height, net.engine(i).height().value);
    return sign_transaction({chain(), sender.address(), Height{height + valid_for}, ++salt, std::move(body)},
                            sender.signing);
  }
  SignedTransaction transfer(const KeyPair& from, const Address& to, std::uint64_t amount) {
    return transaction(from, TokensBody{Transfer{to, Tokens{amount}}});
  }
  Receipt finish(std::size_t at, const SignedTransaction& transaction, Payload payload = {}) {
    auto id = net.submit(at, transaction, std::move(payload));
    INFO((id ? std::string("accepted") : id.error().message()));
    REQUIRE(id);
    auto receipt = net.run_until_final(*id);
    INFO((receipt ? std::string("final") : receipt.error().message()));
    REQUIRE(receipt);
    return *receipt;
  }
  // All connected nodes reach one height and agree on everything there.
  void check_agreement(std::initializer_list<std::size_t> nodes) {
    Height highest{0};
    for (std::size_t i : nodes) highest = std::max(highest, net.engine(i).height());
    REQUIRE(net.run_until_height(highest));
    for (Height height{1}; height <= highest; height = height.next()) {
      std::optional<Hash> agreed;
      for (std::size_t i : nodes) {
        auto block = net.engine(i).store().block(height);
        REQUIRE((block && *block));
        Hash hash = (*block)->certified.block.hash();
        if (!agreed) agreed = hash;
        CHECK(hash == *agreed);
      }
    }
  }
};

struct SealedPut {
  Put put;
  Payload payload;
  RecordId id;
};
inline SealedPut sealed_put(const ChainId& chain, const KeyPair& author, const KeyPair& subject,
                            const std::vector<PublicKeys>& readers, ByteView document) {
  SealedPut made;
  made.put.subject = subject.address();
  made.put.kind = RecordKind::kVitals;
  made.put.time_ms = 1'700'000'000'000;
  random_bytes(made.put.nonce);
  made.id = record_id(chain, author.address(), made.put);
  auto parts = seal_record(document, readers, {chain, made.id}, author.signing);
  REQUIRE(parts);
  made.payload.parts.push_back(parts->body);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    made.put.readers.push_back(readers[i].address());
    made.payload.parts.push_back(bcs::encode(parts->wraps[i]));
  }
  made.put.payload_root = made.payload.root();
  made.put.payload_bytes = made.payload.bytes();
  made.put.content_commitment = parts->content_commitment;
  return made;
}

}  // namespace medchain::test
