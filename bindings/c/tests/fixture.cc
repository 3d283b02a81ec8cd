// Writes what the tests of receipts read: a genesis, receipts under it, and the genesis of another chain.
//
//   c_fixture DIRECTORY
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "medchain/in_process.h"

namespace {

using namespace medchain;
namespace fs = std::filesystem;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "c_fixture: %s\n", result.error().message().c_str());
    std::exit(1);
  }
  return std::move(*result);
}

void write(const fs::path& path, ByteView bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) std::exit(1);
}

GenesisParticipant participant(const KeyPair& keys, Role role, const Address& institution, std::string label) {
  GenesisParticipant made;
  made.keys = keys.public_keys();
  made.role = role;
  made.institution = institution;
  made.label = std::move(label);
  return made;
}

struct People {
  KeyPair hospital = KeyPair::generate(KeyAlgorithm::kP256);
  KeyPair validator = KeyPair::generate(KeyAlgorithm::kEd25519);
  KeyPair gateway = KeyPair::generate(KeyAlgorithm::kEd25519);
  KeyPair patient = KeyPair::generate(KeyAlgorithm::kP256);
  KeySigner consensus{SigningKey::generate(KeyAlgorithm::kEd25519)};
};

Genesis make_genesis(const People& people, const std::string& name) {
  Genesis genesis;
  genesis.name = name;
  genesis.parameters.committee_size = 1;
  Address institution = people.hospital.address();
  genesis.participants = {participant(people.hospital, Role::kInstitution, institution, "North"),
                          participant(people.validator, Role::kValidator, institution, "North"),
                          participant(people.gateway, Role::kGateway, institution, "ward 3"),
                          participant(people.patient, Role::kPatient, institution, "")};
  genesis.participants[1].stake = Tokens{1000};
  genesis.participants[1].consensus_key = people.consensus.public_key();
  return genesis;
}

Bytes receipt_of(InProcessNetwork& network, const SignedTransaction& transaction, const Payload& payload) {
  TxId id = must(network.submit(0, transaction, payload));
  must(network.run_until_final(id));
  return encode_receipt_proof(must(network.engine(0).receipt_proof(id)));
}

Bytes receipt_of_put(InProcessNetwork& network, const People& people, const ChainId& chain) {
  Put put;
  put.subject = people.patient.address();
  put.readers = {put.subject};
  random_bytes(put.nonce);
  RecordId record = record_id(chain, people.gateway.address(), put);
  auto sealed =
      must(seal_record(view("68/min"), {people.patient.public_keys()}, {chain, record}, people.gateway.signing));
  Payload payload{{sealed.body, bcs::encode(sealed.wraps[0])}};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed.content_commitment;
  Transaction transaction{chain, people.gateway.address(), Height{100}, 1, RecordsBody{put}};
  return receipt_of(network, sign_transaction(transaction, people.gateway.signing), payload);
}

// Of a transfer by one who has nothing.
Bytes receipt_of_failure(InProcessNetwork& network, const People& people, const ChainId& chain) {
  Transaction transaction{chain, people.patient.address(), Height{100}, 2,
                          TokensBody{Transfer{people.gateway.address(), Tokens{5}}}};
  return receipt_of(network, sign_transaction(transaction, people.patient.signing), {});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  fs::path directory = arguments[1];
  fs::create_directories(directory);
  People people;
  Genesis genesis = make_genesis(people, "fixture");
  InProcessNetwork network(genesis);
  EngineConfig config;
  config.self = people.validator.address();
  config.consensus_key = &people.consensus;
  must(network.add(std::move(config)));
  write(directory / "put.receipt", receipt_of_put(network, people, genesis.chain_id()));
  write(directory / "failed.receipt", receipt_of_failure(network, people, genesis.chain_id()));
  write(directory / "other.json", view(to_json(make_genesis(people, "another"))));
  write(directory / "genesis.json", view(to_json(genesis)));  // last: the build looks at it
  return 0;
}
