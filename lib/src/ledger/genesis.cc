#include "medchain/genesis.h"

#include <map>
#include <set>

namespace medchain {
namespace {

Error wrong(const std::string& why) { return {ErrorCode::kInvalidArgument, why}; }

Result<void> check_range(std::string_view name, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  if (value >= least && value <= most) return {};
  return wrong("parameter " + std::string(name) + " is " + std::to_string(value) + ", expected " +
               std::to_string(least) + " to " + std::to_string(most));
}

// Text that any terminal can show: labels appear in logs and in other people's programs.
Result<void> check_text(std::string_view what, const std::string& text) {
  if (text.size() > limits::kMaxLabelBytes) {
    return wrong("the " + std::string(what) + " has " + std::to_string(text.size()) + " bytes, at most " +
                 std::to_string(limits::kMaxLabelBytes) + " are allowed");
  }
  if (!bcs::is_utf8(text)) return wrong("the " + std::string(what) + " is not UTF-8");
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return wrong("the " + std::string(what) + " holds a control character");
    }
  }
  return {};
}

bool is_person(Role role) {
  return role == Role::kPatient || role == Role::kFamily || role == Role::kGuardian || role == Role::kClinician;
}

// Checks participants one after the other, remembering what must not come twice.
class Census {
 public:
  explicit Census(const std::vector<GenesisParticipant>& participants) {
    for (const GenesisParticipant& p : participants) {
      if (p.role == Role::kInstitution) institutions_.insert(p.keys.address());
    }
  }

  Result<void> add(std::size_t index, const GenesisParticipant& p) {
    const Address address = p.keys.address();
    auto result = add(index, address, p);
    if (result) return {};
    return result.error().in("participant " + std::to_string(index) + " (" + address.text() + ")");
  }

  std::size_t candidates() const { return consensus_keys_.size(); }

 private:
  Result<void> add(std::size_t index, const Address& address, const GenesisParticipant& p) {
    // The address is the hash of the signing key, so that distinct addresses are distinct signing keys.
    if (auto [first, added] = addresses_.emplace(address, index); !added) {
      return wrong("has the same signing key as participant " + std::to_string(first->second));
    }
    MEDCHAIN_TRY(check_institution(address, p));
    MEDCHAIN_TRY(check_text("label", p.label));
    if (is_person(p.role) && !p.label.empty()) return wrong("is a person and has a label; people's are empty");
    MEDCHAIN_TRY(check_candidate(index, p));
    MEDCHAIN_TRY(count(p.balance));
    MEDCHAIN_TRY(count(p.stake));
    return p.keys.check();
  }

  Result<void> check_institution(const Address& address, const GenesisParticipant& p) const {
    if (p.role == Role::kInstitution) {
      if (p.institution == address) return {};
      return wrong("is an institution, and names another as its own");
    }
    if (institutions_.contains(p.institution)) return {};
    return wrong("belongs to " + p.institution.text() + ", which is not an institution of this genesis");
  }

  Result<void> check_candidate(std::size_t index, const GenesisParticipant& p) {
    if (!p.consensus_key) return {};
    if (p.role != Role::kValidator) return wrong("stands for election and is no validator");
    // As for Stand: one algorithm, so that every certificate costs the same to verify.
    if (p.consensus_key->algorithm != KeyAlgorithm::kEd25519) {
      return wrong("has a consensus key of another algorithm than ed25519");
    }
    if (!p.consensus_key->is_valid()) return wrong("has a consensus key that is not valid");
    if (auto [first, added] = consensus_keys_.emplace(*p.consensus_key, index); !added) {
      return wrong("has the same consensus key as participant " + std::to_string(first->second));
    }
    return {};
  }

  Result<void> count(Tokens amount) {
    auto sum = checked_add(total_, amount);
    if (!sum || sum->value > limits::kMaxTotalTokens) {
      return wrong("brings the sum of all balances and stakes above " + std::to_string(limits::kMaxTotalTokens));
    }
    total_ = *sum;
    return {};
  }

  std::set<Address> institutions_;
  std::map<Address, std::size_t> addresses_;
  std::map<SigningPublicKey, std::size_t> consensus_keys_;
  Tokens total_;
};

}  // namespace

Result<void> Parameters::check() const {
  constexpr std::uint64_t kAny = UINT32_MAX;
  MEDCHAIN_TRY(check_range("committee_size", committee_size, 1, limits::kMaxCommittee));
  MEDCHAIN_TRY(check_range("epoch_heights", epoch_heights, 1, kAny));
  MEDCHAIN_TRY(check_range("unbonding_epochs", unbonding_epochs, 1, kAny));
  MEDCHAIN_TRY(check_range("replay_window", replay_window, 1, limits::kMaxReplayWindow));
  MEDCHAIN_TRY(check_range("idle_ms", idle_ms, 1, kAny));
  MEDCHAIN_TRY(check_range("view_timeout_ms", view_timeout_ms, 1, kAny));
  MEDCHAIN_TRY(check_range("max_view_timeout_ms", max_view_timeout_ms, view_timeout_ms, kAny));
  MEDCHAIN_TRY(check_range("max_block_transactions", max_block_transactions, 1, limits::kMaxBlockTransactions));
  MEDCHAIN_TRY(check_range("max_block_bytes", max_block_bytes, limits::kMinBlockBytes, limits::kMaxBlockBytes));
  return check_range("max_block_payload_bytes", max_block_payload_bytes, limits::kMaxPayloadBytes,
                     limits::kMaxBlockPayloadBytes);
}

ChainId Genesis::chain_id() const {
  return ChainId{hash_with_domain("medchain/genesis/v1", {bcs::encode(*this)}).bytes};
}

Result<void> Genesis::check() const {
  if (name.empty()) return wrong("the network has no name");
  MEDCHAIN_TRY(check_text("network's name", name));
  if (time_ms > limits::kMaxTimeMs) return wrong("the time is above " + std::to_string(limits::kMaxTimeMs));
  MEDCHAIN_TRY(parameters.check());
  if (participants.size() > limits::kMaxGenesisParticipants) {
    return wrong("a genesis has " + std::to_string(participants.size()) + " participants, at most " +
                 std::to_string(limits::kMaxGenesisParticipants) + " are allowed");
  }
  Census census(participants);
  for (std::size_t i = 0; i < participants.size(); ++i) MEDCHAIN_TRY(census.add(i, participants[i]));
  if (census.candidates() == 0) return wrong("no participant stands for election, so nobody could make a block");
  if (census.candidates() > limits::kMaxCandidates) {
    return wrong(std::to_string(census.candidates()) + " participants stand for election, at most " +
                 std::to_string(limits::kMaxCandidates) + " may");
  }
  return {};
}

}  // namespace medchain
