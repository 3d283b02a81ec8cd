// The chain that seeds are taken from and that targets judge by: five validators, the fifth of which is elected in the
// second round, people, transactions of every contract. The same bytes in every run and every program.
#pragma once

#include "cluster.h"

namespace medchain::fuzz {

inline constexpr std::size_t kValidators = 5;
inline constexpr Height kWorldHeight{13};  // the last block has this height, or one more

struct World {
  World();

  test::TestGenesis made;
  KeyPair patient;
  KeyPair clinician;
  ChainId chain;
  RecordId record;
  std::vector<SignedTransaction> transactions;
  std::vector<Payload> payloads;  // of each transaction
  Cluster cluster;

  Address node(std::size_t i) const { return made.validators[i].node.address(); }
  const Engine& engine() const { return cluster.engine(0); }
  StoredBlock block(Height height) const;  // 1 to engine().height()
  Hash block_hash(Height height) const { return block(height).certified.block.hash(); }
  // Of the block's height: what its certificate is judged by.
  Committee committee(Height height) const;
  // What node 0 stores after the last block.
  void copy_storage(Storage& to) const;

 private:
  void add(const KeyPair& sender, Body body, Payload payload = {});
  void add_medical();
  void add_election();
};
const World& world();

// "This block is the world's": what holds of every block that real signatures make final.
void assert_final(const Block& block);

}  // namespace medchain::fuzz
