#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

void refuses(const Genesis& genesis, std::string_view why, ErrorCode code = ErrorCode::kInvalidArgument) {
  auto result = genesis.check();
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message());
  CHECK(result.error().code() == code);
  CHECK(result.error().message().find(why) != std::string::npos);
}

template <class Change>
void refuses_changed(std::string_view why, Change change, ErrorCode code = ErrorCode::kInvalidArgument) {
  Genesis genesis = sample_genesis();
  change(genesis, genesis.participants);
  refuses(genesis, why, code);
}

template <class T>
void check_bounds(T Parameters::*field, std::uint64_t least, std::uint64_t most, std::string_view name) {
  auto check = [&](std::uint64_t value) {
    Parameters parameters;
    parameters.*field = static_cast<T>(value);
    return parameters.check();
  };
  CAPTURE(name);
  CHECK(check(least));
  CHECK(check(most));
  REQUIRE_FALSE(check(least - 1));
  CHECK(check(least - 1).error().code() == ErrorCode::kInvalidArgument);
  CHECK(check(least - 1).error().message().find("parameter " + std::string(name) + " is ") == 0);
  if (most < std::numeric_limits<T>::max()) CHECK_FALSE(check(most + 1));
}

}  // namespace

TEST_CASE("A genesis is checked, and its hash is the chain's id") {
  Genesis genesis = sample_genesis();
  CHECK(genesis.check());
  CHECK(genesis.chain_id().bytes == hash_with_domain("medchain/genesis/v1", {bcs::encode(genesis)}).bytes);
  Genesis other = genesis;
  other.time_ms += 1;
  CHECK(other.chain_id() != genesis.chain_id());
  other = genesis;
  other.parameters.idle_ms += 1;
  CHECK(other.chain_id() != genesis.chain_id());
}

TEST_CASE("Parameters are bounded") {
  CHECK(Parameters{}.check());
  check_bounds(&Parameters::committee_size, 1, limits::kMaxCommittee, "committee_size");
  check_bounds(&Parameters::epoch_heights, 1, UINT32_MAX, "epoch_heights");
  check_bounds(&Parameters::unbonding_epochs, 1, UINT32_MAX, "unbonding_epochs");
  check_bounds(&Parameters::replay_window, 1, limits::kMaxReplayWindow, "replay_window");
  check_bounds(&Parameters::idle_ms, 1, UINT32_MAX, "idle_ms");
  check_bounds(&Parameters::view_timeout_ms, 1, 20'000, "view_timeout_ms");
  check_bounds(&Parameters::max_view_timeout_ms, 1000, UINT32_MAX, "max_view_timeout_ms");
  check_bounds(&Parameters::max_block_transactions, 1, limits::kMaxBlockTransactions, "max_block_transactions");
  check_bounds(&Parameters::max_block_bytes, limits::kMinBlockBytes, limits::kMaxBlockBytes, "max_block_bytes");
  check_bounds(&Parameters::max_block_payload_bytes, limits::kMaxPayloadBytes, limits::kMaxBlockPayloadBytes,
               "max_block_payload_bytes");
  refuses_changed("parameter idle_ms", [](Genesis& g, auto&) { g.parameters.idle_ms = 0; });
}

TEST_CASE("The network has a name that can be shown, and a time") {
  refuses_changed("no name", [](Genesis& g, auto&) { g.name.clear(); });
  refuses_changed("129 bytes", [](Genesis& g, auto&) { g.name.assign(129, 'x'); });
  refuses_changed("control character", [](Genesis& g, auto&) { g.name = "two\nhospitals"; });
  refuses_changed("not UTF-8", [](Genesis& g, auto&) { g.name = "\xff"; });
  refuses_changed("time", [](Genesis& g, auto&) { g.time_ms = limits::kMaxTimeMs + 1; });
}

TEST_CASE("Signing keys are distinct, and so are consensus keys") {
  refuses_changed("participant 6 (med1", [](Genesis&, auto& p) { p.push_back(p[4]); });
  refuses_changed("same signing key as participant 4", [](Genesis&, auto& p) { p.push_back(p[4]); });
  refuses_changed("same consensus key as participant 2",
                  [](Genesis&, auto& p) { p[3].consensus_key = p[2].consensus_key; });
}

TEST_CASE("Somebody stands for election, and only validators do") {
  refuses_changed("no participant stands", [](Genesis&, auto& p) { p[2].consensus_key = p[3].consensus_key = {}; });
  refuses_changed("no participant stands", [](Genesis&, auto& p) { p.clear(); });
  refuses_changed("is no validator", [](Genesis&, auto& p) { p[4].consensus_key = key_pair(90).signing.public_key(); });
  refuses_changed("another algorithm than ed25519", [](Genesis&, auto& p) {
    p[2].consensus_key = SigningKey::generate(KeyAlgorithm::kP256).public_key();
  });
  refuses_changed("consensus key that is not valid",
                  [](Genesis&, auto& p) { p[2].consensus_key = SigningPublicKey{}; });
  Genesis one = sample_genesis();
  one.participants[2].consensus_key.reset();
  CHECK(one.check());
  Genesis same_institution = sample_genesis();
  same_institution.participants[3].institution = same_institution.participants[0].institution;
  CHECK(same_institution.check());
}

TEST_CASE("Everybody belongs to an institution of the genesis, an institution to itself") {
  refuses_changed("names another as its own", [](Genesis&, auto& p) { p[1].institution = p[0].institution; });
  refuses_changed("not an institution of this genesis", [](Genesis&, auto& p) { p[4].institution = address(1); });
  refuses_changed("not an institution of this genesis",
                  [](Genesis&, auto& p) { p[4].institution = p[2].keys.address(); });
  refuses_changed("not an institution of this genesis", [](Genesis&, auto& p) { p.erase(p.begin()); });
}

TEST_CASE("Labels can be shown, and people have none") {
  refuses_changed("129 bytes", [](Genesis&, auto& p) { p[0].label.assign(129, 'x'); });
  refuses_changed("control character", [](Genesis&, auto& p) { p[0].label = "a\x7f"; });
  refuses_changed("not UTF-8", [](Genesis&, auto& p) { p[0].label = "\xc3"; });
  for (Role role : {Role::kPatient, Role::kFamily, Role::kGuardian, Role::kClinician}) {
    refuses_changed("is a person and has a label", [&](Genesis&, auto& p) {
      p[4].role = role;
      p[4].label = "Alice";
    });
  }
}

TEST_CASE("All tokens together stay below the limit, without overflow") {
  refuses_changed("above", [](Genesis&, auto& p) { p[4].balance = Tokens{limits::kMaxTotalTokens}; });
  refuses_changed("above", [](Genesis&, auto& p) { p[4].stake = Tokens{limits::kMaxTotalTokens}; });
  refuses_changed("above", [](Genesis&, auto& p) {
    p[4].balance = p[5].balance = Tokens{std::uint64_t{1} << 63};  // their sum is 0 in 64 bits
  });
  refuses_changed("participant 5", [](Genesis&, auto& p) { p[5].balance = Tokens{UINT64_MAX}; });
  Genesis most = sample_genesis();
  most.participants[4].balance = Tokens{limits::kMaxTotalTokens - 5 * 1000 - 2 * 500};
  CHECK(most.check());
  most.participants[4].balance.value += 1;
  refuses(most, "participant 5");
}

TEST_CASE("Keys are valid and vouch for one another") {
  refuses_changed(
      "participant 4 (med1", [](Genesis&, auto& p) { p[4].keys.binding.bytes[0] ^= 1; }, ErrorCode::kAuthentication);
  refuses_changed(
      "participant 4 (med1", [](Genesis&, auto& p) { p[4].keys.sealing = key_pair(77).public_keys().sealing; },
      ErrorCode::kAuthentication);
}

TEST_CASE("Participants and candidates are bounded") {
  refuses_changed("100001 participants", [](Genesis&, auto& p) { p.resize(limits::kMaxGenesisParticipants + 1); });
  Genesis many = sample_genesis();
  const GenesisParticipant validator = many.participants[2];
  auto seeded = [&](std::size_t i, std::uint8_t kind) {
    Bytes seed(32, kind);
    seed[0] = static_cast<std::uint8_t>(i);
    seed[1] = static_cast<std::uint8_t>(i >> 8);
    return seed;
  };
  for (std::size_t i = 0; i < limits::kMaxCandidates - 1; ++i) {
    KeyPair keys{SigningKey::from_secret(KeyAlgorithm::kEd25519, seeded(i, 200)).value(),
                 SealingKey::from_secret(KeyAlgorithm::kEd25519, seeded(i, 201)).value()};
    GenesisParticipant p = validator;
    p.keys = keys.public_keys();
    p.consensus_key = SigningKey::from_secret(KeyAlgorithm::kEd25519, seeded(i, 202)).value().public_key();
    many.participants.push_back(p);
  }
  refuses(many, "1001 participants stand for election, at most 1000 may");
  many.participants.pop_back();
  CHECK(many.check());
}
