// A small chain with fixed keys, the same in every run: what the store's tests put and look for.
#pragma once

#include "medchain/chain_store.h"

namespace medchain::testing {

inline StateKey state_key_of(Contract contract, const Bytes& bytes) { return {contract, KeyBytes(bytes)}; }

inline Hash filled(std::uint8_t byte) {
  Hash hash;
  hash.bytes.fill(byte);
  return hash;
}

inline ChainId sample_chain() {
  ChainId chain;
  chain.bytes.fill(0xc0);
  return chain;
}

inline SigningKey sample_key(std::uint8_t byte) {
  auto key = SigningKey::from_secret(KeyAlgorithm::kEd25519, Bytes(32, byte));
  MEDCHAIN_ASSERT(key, "32 bytes are an Ed25519 seed");
  return std::move(*key);
}

inline TxPtr sample_transaction(std::uint64_t salt) {
  SigningKey key = sample_key(1);
  Transaction transaction{sample_chain(), address_of(key.public_key()), Height{100}, salt,
                          TokensBody{Transfer{address_of(sample_key(2).public_key()), Tokens{5}}}};
  return make_transaction(sign_transaction(std::move(transaction), key));
}

inline Committee sample_committee(std::uint64_t round, std::uint8_t first_key) {
  Committee committee{Round{round}, Height{1 + 2 * round}, {}};
  for (std::uint8_t i = 0; i < 2; ++i) {
    SigningPublicKey key = sample_key(static_cast<std::uint8_t>(first_key + i)).public_key();
    committee.order.push_back({address_of(key), key});
  }
  return committee;
}

// A block of `transactions` successful transfers. Its certificate is well formed and signed by nobody: the store keeps
// what it is given, and judging it is the engine's work.
inline StoredBlock sample_block(Height height, std::uint32_t transactions, bool hands_over = false) {
  StoredBlock stored;
  Block& block = stored.certified.block;
  for (std::uint32_t i = 0; i < transactions; ++i) {
    block.transactions.push_back(sample_transaction(height.value * 1000 + i));
    stored.receipts.push_back({block.transactions.back()->id, TxStatus::kSuccess});
  }
  BlockHeader& header = block.header;
  header.chain = sample_chain();
  header.height = height;
  header.round = Round{(height.value - 1) / 2};
  header.time_ms = 1'700'000'000'000 + height.value;
  header.transactions_root = transactions_root(block.transactions);
  header.receipts_root = receipts_root(stored.receipts);
  header.committee_set = header.next_committee_set = filled(0x11);
  if (hands_over) {
    header.next_committee_set = filled(0x22);
    stored.next_committee = sample_committee(header.round.value + 1, 10);
  }
  stored.certified.certificate.ballot = {header.round, height, View{0}, VoteType::kCommit, block.hash()};
  stored.certified.certificate.signatures = {{0, Signature{}}};
  return stored;
}

inline consensus::DurableVotes sample_votes(Height height) {
  consensus::DurableVotes votes;
  votes.round = Round{3};
  votes.height = height;
  votes.view = View{2};
  votes.prepare_vote = filled(0x33);
  votes.proposed = filled(0x44);
  votes.view_change_vote = true;
  return votes;
}

}  // namespace medchain::testing
