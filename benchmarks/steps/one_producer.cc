#include "one_producer.h"

#include "load/maker.h"

namespace medchain::benchmark {
namespace {

// Numbers beyond those of any senders.
constexpr std::size_t kInstitution = 1'000'000'000;
constexpr std::size_t kNode = 1'000'000'001;
constexpr std::size_t kConsensus = 1'000'000'002;

}  // namespace

Genesis genesis_of(std::size_t senders) {
  const KeyPair institution = sender(kInstitution), node = sender(kNode);
  Genesis genesis;
  genesis.name = "benchmark";
  genesis.time_ms = 1'700'000'000'000;
  genesis.parameters.committee_size = 1;
  genesis.participants.push_back(
      {institution.public_keys(), Role::kInstitution, institution.address(), "hospital", Tokens{1'000}, {}, {}});
  genesis.participants.push_back({node.public_keys(), Role::kValidator, institution.address(), "node", Tokens{1'000},
                                  Tokens{1'000}, consensus_key().public_key()});
  for (std::size_t i = 0; i < senders; ++i) {
    genesis.participants.push_back(
        {sender(i).public_keys(), Role::kPatient, institution.address(), "", Tokens{1'000'000}, {}, {}});
  }
  return genesis;
}

Address producer_of(const Genesis& genesis) { return genesis.participants[1].keys.address(); }

SigningKey consensus_key() { return sender(kConsensus).signing.clone(); }

std::vector<TxPtr> transfers(const ChainId& chain, Height until, std::size_t senders, std::size_t count) {
  std::vector<TxPtr> parsed;
  for (Made& made : Maker(chain, {.senders = senders}).make_many(count, until, 1)) {
    parsed.push_back(*parse_transaction(std::move(made.submission.transaction)));
  }
  return parsed;
}

}  // namespace medchain::benchmark
