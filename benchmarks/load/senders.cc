#include "senders.h"

#include "common/files.h"
#include "medchain/hash.h"

namespace medchain::benchmark {
namespace {

constexpr Tokens kBalance{1'000'000};

SecretBytes secret_of(std::string_view purpose, std::string_view kind, std::size_t number) {
  const std::string text = std::to_string(number);
  return SecretBytes::copy_of(sha256({view("medchain benchmark "), view(purpose), view(kind), view(text)}).bytes);
}

KeyPair account(std::string_view kind, std::size_t number) {
  auto signing = SigningKey::from_secret(KeyAlgorithm::kEd25519, secret_of("signing ", kind, number).expose());
  auto sealing = SealingKey::from_secret(KeyAlgorithm::kEd25519, secret_of("sealing ", kind, number).expose());
  return {std::move(*signing), std::move(*sealing)};
}

}  // namespace

KeyPair sender(std::size_t number) { return account("", number); }
KeyPair registrar(std::size_t number) { return account("registrar ", number); }

Result<Genesis> add_senders(const std::filesystem::path& network, std::size_t count, std::uint32_t replay_window) {
  const auto first = network / "node0" / "genesis.json";
  auto text = programs::read_text(first, limits::kMaxGenesisTextBytes);
  if (!text) return text.error();
  auto genesis = parse_genesis(*text);
  if (!genesis) return genesis.error().in(first.string());
  genesis->parameters.replay_window = replay_window;
  const Address institution = genesis->participants.front().institution;
  for (std::size_t i = 0; i < kRegistrars; ++i) {
    const KeyPair keys = registrar(i);
    genesis->participants.push_back(
        {keys.public_keys(), Role::kInstitution, keys.address(), "registrar " + std::to_string(i), {}, {}, {}});
  }
  for (std::size_t i = 0; i < count; ++i) {
    genesis->participants.push_back({sender(i).public_keys(), Role::kPatient, institution, "", kBalance, {}, {}});
  }
  MEDCHAIN_TRY(genesis->check());
  const std::string altered = to_json(*genesis);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(network)) {
    if (entry.path().filename() != "genesis.json") continue;
    MEDCHAIN_TRY(programs::write_file(entry.path(), view(altered), programs::kPublicMode));
  }
  return genesis;
}

}  // namespace medchain::benchmark
