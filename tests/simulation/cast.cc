#include "cast.h"

#include <mutex>
#include <tuple>

namespace medchain::simulation {
namespace {

Parameters parameters_of(std::size_t members) {
  Parameters parameters;
  parameters.committee_size = static_cast<std::uint16_t>(members);
  parameters.epoch_heights = 16;
  parameters.unbonding_epochs = 1;
  parameters.replay_window = 48;
  parameters.idle_ms = 150;
  parameters.view_timeout_ms = 400;
  parameters.max_view_timeout_ms = 3'200;
  parameters.max_clock_drift_ms = 2'000;
  parameters.max_block_transactions = 24;
  return parameters;
}

}  // namespace

std::unique_ptr<Signer> Cast::signer_of(SigningKey key) const {
  if (real_signatures_) return std::make_unique<KeySigner>(std::move(key));
  return std::make_unique<test::SimulatedSigner>(key.public_key());
}

Actor Cast::actor(const KeyPair& keys, Role role, std::size_t hospital) const {
  return {keys.address(), role, hospital, signer_of(keys.signing.clone())};
}

Cast::Cast(std::size_t members, std::size_t candidates, std::size_t hospitals, bool real_signatures)
    : real_signatures_(real_signatures), candidates_(candidates) {
  test::TestGenesis made = test::make_test_genesis(hospitals, candidates, parameters_of(members));
  for (std::size_t i = 0; i < hospitals; ++i) {
    for (std::size_t k = 0; k < kPatients; ++k) {
      const std::string n = std::to_string(i) + " " + std::to_string(k);
      KeyPair patient = test::test_keys("patient " + n);
      KeyPair device = test::test_keys("device " + n);
      test::add_participant(made, patient, Role::kPatient, i);
      test::add_participant(made, device, Role::kDevice, i, "bedside monitor");
      patients_.push_back(actor(patient, Role::kPatient, i));
      devices_.push_back(actor(device, Role::kDevice, i));
    }
    const test::TestValidator& validator = made.validators[i];
    nodes_.push_back(actor(validator.node, Role::kValidator, i));
    institutions_.push_back(actor(validator.institution, Role::kInstitution, i));
    auto& keys = consensus_keys_.emplace_back();
    keys.push_back(signer_of(validator.consensus.clone()));
    for (std::size_t spare = 1; spare < kSpareKeys; ++spare) {
      keys.push_back(
          signer_of(test::test_signing_key("consensus " + std::to_string(i) + " spare " + std::to_string(spare))));
    }
  }
  genesis_ = std::move(made.genesis);
  chain_ = genesis_.chain_id();
  EngineConfig config;
  config.genesis = genesis_;
  config.self = nodes_.front().address;
  auto started = Engine::start(std::move(config), first_start_, {});
  MEDCHAIN_ASSERT(started.ok(), "a cast that makes no genesis");
  verifier_ = real_signatures ? &medchain::real_signatures() : static_cast<const SignatureVerifier*>(&simulated_);
}

const Cast& cast_of(std::size_t members, std::size_t candidates, std::size_t hospitals, bool real_signatures) {
  static std::mutex mutex;
  static std::map<std::tuple<std::size_t, std::size_t, std::size_t, bool>, std::unique_ptr<const Cast>> made;
  std::lock_guard lock(mutex);
  auto& cast = made[{members, candidates, hospitals, real_signatures}];
  if (!cast) cast = std::make_unique<const Cast>(members, candidates, hospitals, real_signatures);
  return *cast;
}

}  // namespace medchain::simulation
