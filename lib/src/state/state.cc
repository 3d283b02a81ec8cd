// Building the first state, and reading any.
#include "medchain/state.h"

#include <algorithm>

#include "candidates.h"
#include "data.h"
#include "overlay.h"
#include "participants.h"
#include "state_keys.h"

namespace medchain {
namespace {

template <class T>
std::optional<T> read(const state::Contracts& contracts, const StateKey& key) {
  auto stored = state::find(contracts, key);
  if (!stored) return std::nullopt;
  return state::decode_stored<T>(*stored);
}

Result<void> enter(state::Overlay& overlay, const GenesisParticipant& entry) {
  Address address = entry.keys.address();
  Participant participant{entry.role, false, entry.institution, entry.keys, entry.label, Height{0}};
  state::enter_participant(overlay, address, participant, entry.balance);
  auto account = overlay.expect<Account>(state_key::account(address));
  account.stake = entry.stake;
  TxStatus status = TxStatus::kSuccess;
  if (entry.consensus_key) {
    status = state::may_stand(overlay, address, *entry.consensus_key);
    if (status == TxStatus::kSuccess) {
      status = state::stand(overlay, address, entry.institution, *entry.consensus_key);
    }
  }
  if (entry.consensus_key && entry.stake > Tokens{0} && status == TxStatus::kSuccess) {
    account.votes = {address};
    status = state::add_votes(overlay, account.votes, entry.stake);
  }
  overlay.write(state_key::account(address), account);
  if (status == TxStatus::kSuccess) return {};
  return Error(ErrorCode::kInvalidArgument,
               "genesis participant " + address.text() + ": " + std::string(describe(status)));
}

}  // namespace

State::State(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
State::State(State&&) noexcept = default;
State& State::operator=(State&&) noexcept = default;
State::~State() = default;

Result<State> State::from_genesis(const Genesis& genesis) {
  MEDCHAIN_TRY(genesis.check());
  auto impl = std::make_unique<Impl>(genesis.parameters, genesis.chain_id(), Height{0});
  state::Overlay overlay(impl->contracts);
  for (const GenesisParticipant& entry : genesis.participants) {
    MEDCHAIN_TRY(enter(overlay, entry));
    overlay.keep();
  }
  StateChanges changes = overlay.take_changes();
  state::Staged staged = state::stage(impl->contracts, changes);
  impl->root = staged.root;
  state::merge(impl->contracts, changes, std::move(staged));
  return State(std::move(impl));
}

Height State::height() const { return impl_->height; }
Hash State::root() const { return impl_->root; }
const Parameters& State::parameters() const { return impl_->parameters; }
ChainId State::chain() const { return impl_->chain; }

void State::verify_with(const SignatureVerifier& verifier) { impl_->verifier = &verifier; }

Result<void> State::admissible(const ParsedTransaction& transaction) const {
  auto stored = state::find(impl_->contracts, state_key::participant(transaction.transaction().sender));
  auto sender = stored ? std::optional(state::registered_in(*stored)) : std::nullopt;
  return state::check_admissible(*impl_, sender, transaction);
}
Result<void> State::still_new(const ParsedTransaction& transaction) const {
  return state::check_still_new(*impl_, transaction);
}

void State::fetch_still_new(std::span<const ParsedTransaction* const> transactions) const {
  for (const ParsedTransaction* transaction : transactions) impl_->window.fetch_chain(transaction->id);
  for (const ParsedTransaction* transaction : transactions) impl_->window.fetch_newest(transaction->id);
}

void State::fetch_admissible(std::span<const ParsedTransaction* const> transactions) const {
  const state::ValueTable& participants = impl_->contracts[static_cast<std::size_t>(Contract::kRegistry)].values;
  std::vector<std::size_t> hashes;
  hashes.reserve(transactions.size());
  for (const ParsedTransaction* transaction : transactions) {
    hashes.push_back(state::ValueTable::hash_of(state_key::participant(transaction->transaction().sender).bytes));
    participants.fetch_slot(hashes.back());
  }
  fetch_still_new(transactions);
  for (std::size_t hash : hashes) participants.fetch_row(hash);
}

std::optional<Account> State::account(const Address& address) const {
  return read<Account>(impl_->contracts, state_key::account(address));
}
std::optional<Participant> State::participant(const Address& address) const {
  return read<Participant>(impl_->contracts, state_key::participant(address));
}
std::optional<Candidate> State::candidate(const Address& address) const {
  return read<Candidate>(impl_->contracts, state_key::candidate(address));
}
std::map<Address, Candidate> State::candidates() const {
  return state::standing_candidates(state::Overlay(impl_->contracts));
}
std::optional<SigningPublicKey> State::consensus_key(const Address& validator) const {
  return read<SigningPublicKey>(impl_->contracts, state_key::current_key(validator));
}
std::optional<Height> State::barred(const Address& validator) const {
  return read<Height>(impl_->contracts, state_key::barred(validator));
}
Tokens State::slashed() const { return read<Tokens>(impl_->contracts, state_key::slashed()).value_or(Tokens{0}); }
std::optional<Record> State::record(const RecordId& id) const {
  return read<Record>(impl_->contracts, state_key::record(id));
}
std::optional<Access> State::access(const RecordId& id, const Address& reader) const {
  return read<Access>(impl_->contracts, state_key::access(id, reader));
}

std::optional<StandingReaders> State::standing_readers(const Address& patient) const {
  return read<StandingReaders>(impl_->contracts, state_key::standing_readers(patient));
}

std::optional<Bytes> State::get(const StateKey& key) const {
  auto stored = state::find(impl_->contracts, key);
  if (!stored) return std::nullopt;
  return to_bytes(*stored);
}

StateChanges State::take_changes() {
  StateChanges changes;
  for (std::size_t i = 0; i < kContracts; ++i) {
    state::ValueTable& values = impl_->contracts[i].values;
    for (const Bytes& key : values.take_changed()) {
      auto value = values.find(key);
      changes.emplace_back(StateKey{static_cast<Contract>(i), KeyBytes(key)},
                           value ? std::optional(to_bytes(*value)) : std::nullopt);
    }
  }
  return changes;
}

std::size_t State::changes() const {
  std::size_t count = 0;
  for (const state::ContractState& contract : impl_->contracts) count += contract.values.changed();
  return count;
}

Tokens State::total_tokens() const {
  // A sum does not depend on the order of the table; kMaxTotalTokens keeps it from overflowing.
  Tokens total = slashed();
  auto tokens = static_cast<std::size_t>(Contract::kTokens);
  impl_->contracts[tokens].values.for_each([&](ByteView key, ByteView value) {
    if (key[0] != static_cast<std::uint8_t>(state_key::TokensTable::kAccount)) return;
    auto account = state::decode_stored<Account>(value);
    total.value += account.balance.value + account.stake.value;
    for (const auto& unbonding : account.unbonding) total.value += unbonding.amount.value;
  });
  return total;
}

void State::for_each(const std::function<void(const StateKey&, const Bytes&)>& visit) const {
  for (std::size_t i = 0; i < kContracts; ++i) {
    std::vector<std::pair<Bytes, ByteView>> entries;
    impl_->contracts[i].values.for_each(
        [&](ByteView key, ByteView value) { entries.emplace_back(to_bytes(key), value); });
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [key, value] : entries) visit({static_cast<Contract>(i), KeyBytes(key)}, to_bytes(value));
  }
}

}  // namespace medchain
