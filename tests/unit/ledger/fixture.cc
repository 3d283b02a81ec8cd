#include "fixture.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/catch.h"

namespace medchain::testing {

Signature stand_in_signature(const SigningPublicKey& key, std::string_view domain, const ChainId& chain,
                             ByteView message) {
  Hash half = hash_with_domain(domain, {bcs::encode(key), chain.bytes, message});
  Signature signature;
  std::copy(half.bytes.begin(), half.bytes.end(), signature.bytes.begin());
  std::copy(half.bytes.rbegin(), half.bytes.rend(), signature.bytes.begin() + 32);
  return signature;
}

Address address(std::uint8_t seed) { return {{sha256(Bytes{seed}).bytes}}; }

SigningPublicKey stand_in_key(std::uint8_t seed) {
  SigningPublicKey key;
  std::fill_n(key.storage.begin(), 32, seed);
  return key;
}

Member member(std::uint8_t seed) { return {address(seed), stand_in_key(seed)}; }

std::vector<Member> members(std::initializer_list<std::uint8_t> seeds) {
  std::vector<Member> all;
  for (std::uint8_t seed : seeds) all.push_back(member(seed));
  std::sort(all.begin(), all.end());
  return all;
}

KeyPair key_pair(std::uint8_t seed) {
  const Bytes signing(32, seed);
  const Bytes sealing(32, static_cast<std::uint8_t>(seed + 100));
  return {SigningKey::from_secret(KeyAlgorithm::kEd25519, signing).value(),
          SealingKey::from_secret(KeyAlgorithm::kEd25519, sealing).value()};
}

Transaction transfer(std::uint64_t salt, const ChainId& chain) {
  return {chain, address(1), Height{100}, salt, TokensBody{Transfer{address(2), Tokens{5}}}};
}

TxPtr signed_transfer(std::uint64_t salt) {
  SignedTransaction content{transfer(salt), stand_in_key(1), {}};
  content.signature =
      stand_in_signature(content.key, "medchain/transaction/v1", kChain, bcs::encode(content.transaction));
  return make_transaction(std::move(content));
}

Certificate certify(const Ballot& ballot, const std::vector<Member>& sorted, std::size_t signers,
                    const ChainId& chain) {
  Certificate certificate{ballot, {}};
  for (std::size_t i = 0; i < std::min(signers, sorted.size()); ++i) {
    certificate.signatures.push_back(
        {static_cast<std::uint16_t>(i),
         stand_in_signature(sorted[i].consensus_key, "medchain/vote/v1", chain, bcs::encode(ballot))});
  }
  return certificate;
}

Certificate certify(const BlockHeader& header, const std::vector<Member>& sorted, std::size_t signers) {
  return certify(Ballot{header.round, header.height, View{0}, VoteType::kCommit, header.hash()}, sorted, signers);
}

Made make_block(Height height, Round round, const std::vector<Member>& sorted, std::size_t transactions) {
  Made made;
  for (std::size_t i = 0; i < transactions; ++i) {
    made.block.transactions.push_back(signed_transfer(i));
    made.receipts.push_back({made.block.transactions.back()->id, TxStatus::kSuccess});
  }
  BlockHeader& header = made.block.header;
  header.chain = kChain;
  header.height = height;
  header.round = round;
  header.parent = sha256(view("parent"));
  header.time_ms = 1000 * height.value;
  header.producer = sorted[0].validator;
  header.transaction_count = static_cast<std::uint32_t>(transactions);
  header.transactions_root = transactions_root(made.block.transactions);
  header.receipts_root = receipts_root(made.receipts);
  header.state_root = sha256(view("state"));
  header.committee_set = committee_set_hash(sorted);
  header.committee_order = sha256(view("order"));
  header.next_committee_set = header.committee_set;
  header.next_committee_order = header.committee_order;
  if (height.value > 1) {
    header.parent_certificate =
        certify(Ballot{round, height.previous(), View{0}, VoteType::kCommit, header.parent}, sorted, 3);
  }
  return made;
}

Genesis sample_genesis() {
  auto participant = [](std::uint8_t seed, Role role, std::uint8_t institution, std::string label) {
    GenesisParticipant p;
    p.keys = key_pair(seed).public_keys();
    p.role = role;
    p.institution = key_pair(institution).address();
    p.label = std::move(label);
    p.balance = Tokens{1000};
    return p;
  };
  Genesis genesis{"two hospitals", 1'700'000'000'000, {}, {}};
  genesis.participants = {participant(1, Role::kInstitution, 1, "North"), participant(2, Role::kInstitution, 2, "Süd"),
                          participant(3, Role::kValidator, 1, "north-1"), participant(4, Role::kValidator, 2, "sued-1"),
                          participant(5, Role::kPatient, 1, ""),          participant(6, Role::kDevice, 2, "bed 7")};
  for (std::uint8_t i : {2, 3}) {
    genesis.participants[i].stake = Tokens{500};
    genesis.participants[i].consensus_key = key_pair(static_cast<std::uint8_t>(50 + i)).signing.public_key();
  }
  return genesis;
}

void for_each_flip(const Bytes& bytes, const std::function<void(const Bytes&, std::size_t)>& visit) {
  Bytes flipped = bytes;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1 << bit % 8);
    flipped[bit / 8] ^= mask;
    visit(flipped, bit);
    flipped[bit / 8] ^= mask;
  }
}

std::string read_source(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  INFO("reading " << path << " from the top of the source tree");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

static std::string golden_path(const std::string& name) { return "tests/unit/ledger/golden/" + name + ".txt"; }

std::string read_golden(const std::string& name) {
  std::string hex = read_source(golden_path(name));
  std::erase_if(hex, [](char c) { return c == '\n'; });
  return hex;
}

void check_golden(const std::string& name, const Bytes& bytes) {
  const std::string hex = to_hex(bytes);
  if (const char* rewrite = std::getenv("MEDCHAIN_REWRITE_GOLDEN"); rewrite != nullptr && rewrite[0] == '1') {
    std::ofstream file(golden_path(name), std::ios::binary);
    for (std::size_t i = 0; i < hex.size(); i += 96) file << hex.substr(i, 96) << '\n';
  }
  CAPTURE(name);
  CHECK(hex == read_golden(name));
}

}  // namespace medchain::testing
