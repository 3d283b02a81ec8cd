#include "world.h"

namespace medchain::fuzz {
namespace {

test::TestGenesis make_genesis() {
  test::TestGenesis made = test::make_test_genesis(kValidators, kValidators - 1);
  test::add_participant(made, test::test_keys("patient"), Role::kPatient, 0);
  test::add_participant(made, test::test_keys("clinician"), Role::kClinician, 0);
  return made;
}

// Of the right form and sealed to nobody: nodes hold wraps, and cannot open them.
Bytes wrap_for(const KeyPair& reader) {
  return bcs::encode(Wrap{reader.address(), KeyAlgorithm::kEd25519, Bytes(32, 1), Bytes(48, 2)});
}

}  // namespace

World::World()
    : made(make_genesis()),
      patient(test::test_keys("patient")),
      clinician(test::test_keys("clinician")),
      chain(made.genesis.chain_id()),
      cluster(made) {
  add(made.validators[0].institution, TokensBody{Transfer{patient.address(), Tokens{7}}});
  add(made.validators[4].node, StakeBody{make_stand(chain, node(4), KeySigner(made.validators[4].consensus.clone()))});
  add_medical();
  cluster.run_until(Height{2});
  add_election();
  cluster.run_until(Height{10});
  add(clinician, TokensBody{Transfer{patient.address(), Tokens{1}}});
  add(clinician, TokensBody{Transfer{patient.address(), Tokens{1'000'000'000}}});
  cluster.run_until(kWorldHeight);
  MEDCHAIN_ASSERT(committee(kWorldHeight).index_of(node(4)), "the fifth validator was never elected");
}

void World::add(const KeyPair& sender, Body body, Payload payload) {
  const std::uint64_t salt = transactions.size() + 1;
  transactions.push_back(
      sign_transaction({chain, sender.address(), Height{500}, salt, std::move(body)}, sender.signing));
  payloads.push_back(payload);
  cluster.submit(transactions.back(), std::move(payload));
}

void World::add_medical() {
  Payload payload{{to_bytes(view("a sealed body")), wrap_for(patient), wrap_for(clinician)}};
  Put put;
  put.subject = patient.address();
  put.kind = RecordKind::kLaboratory;
  put.time_ms = made.genesis.time_ms;
  put.readers = {patient.address(), clinician.address()};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  record = record_id(chain, clinician.address(), put);
  add(clinician, RecordsBody{put}, payload);
  add(made.validators[0].institution,
      RegistryBody{Register{test::test_keys("relative").public_keys(), Role::kFamily, ""}});
}

// The fifth validator gets the stakes of two institutions: at the round's end it replaces one of the four.
void World::add_election() {
  const Address fifth = node(4);
  const Address relative = test::test_keys("relative").address();
  Payload wrap{{wrap_for(test::test_keys("relative"))}};
  for (std::size_t i : {3, 4}) {
    add(made.validators[i].institution, StakeBody{Stake{Tokens{900'000}}});
    add(made.validators[i].institution, StakeBody{Vote{{fifth}}});
  }
  add(patient, ConsentBody{Grant{record, relative, wrap.root(), wrap.bytes()}}, wrap);
  add(patient, ConsentBody{Revoke{record, clinician.address()}});
}

StoredBlock World::block(Height height) const {
  auto stored = engine().store().block(height);
  MEDCHAIN_ASSERT(stored && *stored, "the world's storage lacks a block");
  return std::move(**stored);
}

Committee World::committee(Height height) const {
  Committee committee = genesis_committee(made.genesis);
  for (Height at{1}; at < height; at = at.next()) {
    if (auto next = block(at).next_committee) committee = *next;
  }
  return committee;
}

void World::copy_storage(Storage& to) const {
  Batch batch;
  for (std::size_t i = 0; i < kTables; ++i) {
    const auto table = static_cast<Table>(i);
    auto read = cluster.storage(0).scan(table, {}, [&](ByteView key, ByteView value) {
      batch.put(table, to_bytes(key), to_bytes(value));
      return true;
    });
    MEDCHAIN_ASSERT(read, "memory is always readable");
  }
  MEDCHAIN_ASSERT(to.write(batch, true), "memory takes every write");
}

const World& world() {
  static const World only;
  return only;
}

void assert_final(const Block& block) {
  const Height height = block.header.height;
  MEDCHAIN_ASSERT(height.value > 0 && height <= world().engine().height(),
                  "a block became final that no quorum signed");
  MEDCHAIN_ASSERT(bcs::encode(block) == bcs::encode(world().block(height).certified.block),
                  "another block became final than the one that a quorum signed");
}

}  // namespace medchain::fuzz
