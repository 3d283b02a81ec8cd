// MedChain inside a hospital's own program: four replicas in this process seal, order, release and prove a document.
// No daemon, no disk, no network.

#include <medchain/medchain.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

using namespace medchain;

namespace {

// A program's way to deal with an Error: say what it says, and stop.
template <class T>
T must(Result<T> result, const char* doing) {
  if (!result) {
    std::fprintf(stderr, "%s: %s\n", doing, result.error().message().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Hospital {
  std::string name;
  KeyPair institution = KeyPair::generate(KeyAlgorithm::kP256);
  KeyPair node = KeyPair::generate(KeyAlgorithm::kEd25519);
  KeySigner consensus{SigningKey::generate(KeyAlgorithm::kEd25519)};
};

GenesisParticipant participant(const KeyPair& keys, Role role, const Hospital& of, const std::string& label = {}) {
  GenesisParticipant made;
  made.keys = keys.public_keys();
  made.role = role;
  made.institution = of.institution.address();
  made.label = label;
  return made;
}

}  // namespace

int main() {
  // 1. Four hospitals agree on a genesis; each stands with one validator. The patient and the gateway are there
  // already.
  std::vector<Hospital> hospitals;
  for (const char* name : {"North", "East", "South", "West"}) hospitals.push_back({name});
  KeyPair patient = KeyPair::generate(KeyAlgorithm::kP256);
  KeyPair gateway = KeyPair::generate(KeyAlgorithm::kEd25519);
  Genesis genesis;
  genesis.name = "embedded";
  for (const Hospital& hospital : hospitals) {
    genesis.participants.push_back(participant(hospital.institution, Role::kInstitution, hospital, hospital.name));
    GenesisParticipant validator = participant(hospital.node, Role::kValidator, hospital, hospital.name);
    validator.stake = Tokens{1000};
    validator.consensus_key = hospital.consensus.public_key();
    genesis.participants.push_back(validator);
  }
  genesis.participants.push_back(participant(patient, Role::kPatient, hospitals[0]));
  genesis.participants.push_back(participant(gateway, Role::kGateway, hospitals[0], "ward 3"));
  const ChainId chain = genesis.chain_id();

  // 2. Four replicas.
  InProcessNetwork network(genesis);
  for (const Hospital& hospital : hospitals) {
    EngineConfig config;
    config.self = hospital.node.address();
    config.consensus_key = &hospital.consensus;
    must(network.add(std::move(config)), "adding a node");
  }

  // 3. The gateway seals a reading to the patient, and submits it.
  const std::string document = R"({"resourceType":"Observation","code":"heart-rate","valueQuantity":{"value":44}})";
  Put put;
  put.subject = patient.address();
  put.kind = RecordKind::kVitals;
  put.time_ms = 1'700'000'000'000;
  random_bytes(put.nonce);
  const RecordId record = record_id(chain, gateway.address(), put);
  SealedParts sealed =
      must(seal_record(view(document), {patient.public_keys()}, {chain, record}, gateway.signing), "sealing");
  Payload payload{{sealed.body, bcs::encode(sealed.wraps[0])}};
  put.readers = {patient.address()};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed.content_commitment;
  Transaction transaction{chain, gateway.address(), Height{100}, /*salt=*/1, RecordsBody{put}};
  TxId id = must(network.submit(0, sign_transaction(transaction, gateway.signing), payload), "submitting");
  Receipt receipt = must(network.run_until_final(id), "waiting for finality");
  std::printf("transaction %s: %s\n", id.hex().c_str(), std::string(to_string(receipt.status)).c_str());

  // 4. The patient opens it from another replica.
  must(network.run_until_height(network.engine(0).height()), "waiting for every replica");
  Engine::Release release = must(network.engine(3).release(record, patient.address()), "asking for the record");
  Opened opened = must(open_record(release.body, release.wrap, release.record.content_commitment, patient), "opening");
  const bool same = text(opened.plaintext) == document && address_of(*opened.author) == gateway.address();
  std::printf("opened from replica 3: %s\n", same ? "byte for byte what the gateway sealed" : "DIFFERENT");

  // 5. Anyone who has the genesis checks the receipt, offline.
  ReceiptProof proof = must(network.engine(2).receipt_proof(id), "asking for the proof");
  VerifiedReceipt verified = must(verify_receipt(proof, genesis_anchor(genesis)), "verifying the receipt");
  std::printf("receipt verified from the genesis: final at height %llu with %zu of 4 signatures\n",
              static_cast<unsigned long long>(verified.header.height.value), proof.certificate.signatures.size());
  return same && verified.receipt.status == TxStatus::kSuccess ? 0 : 1;
}
