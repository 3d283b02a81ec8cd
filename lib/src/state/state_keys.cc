#include "state_keys.h"

#include <algorithm>

namespace medchain {

KeyBytes::KeyBytes(ByteView bytes) { append(bytes); }

std::optional<KeyBytes> KeyBytes::from(ByteView untrusted) {
  if (untrusted.size() > kMax) return std::nullopt;
  return KeyBytes(untrusted);
}

void KeyBytes::append(ByteView bytes) {
  MEDCHAIN_ASSERT(bytes.size() <= kMax - size_, "a key of the state that is too long");
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + size_);
  size_ = static_cast<std::uint8_t>(size_ + bytes.size());
}

namespace state_key {
namespace {

template <class Table>
StateKey make(Contract contract, Table table, std::initializer_list<ByteView> parts) {
  StateKey key{contract, {}};
  const auto number = static_cast<std::uint8_t>(table);
  key.bytes.append({&number, 1});
  for (ByteView part : parts) key.bytes.append(part);
  return key;
}

std::array<std::uint8_t, 8> big_endian(Epoch epoch) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(epoch.value >> (56 - 8 * i));
  return bytes;
}

}  // namespace

StateKey account(const Address& address) { return make(Contract::kTokens, TokensTable::kAccount, {address.bytes}); }

StateKey candidate(const Address& address) { return make(Contract::kStake, StakeTable::kCandidate, {address.bytes}); }
StateKey standing() { return make(Contract::kStake, StakeTable::kStanding, {}); }
StateKey tally(const Address& address) { return make(Contract::kStake, StakeTable::kTally, {address.bytes}); }
StateKey consensus_key(const SigningPublicKey& key) {
  return make(Contract::kStake, StakeTable::kConsensusKey, {address_of(key).bytes});
}
StateKey current_key(const Address& validator) {
  return make(Contract::kStake, StakeTable::kCurrentKey, {validator.bytes});
}
StateKey barred(const Address& validator) { return make(Contract::kStake, StakeTable::kBarred, {validator.bytes}); }
StateKey slashed() { return make(Contract::kStake, StakeTable::kSlashed, {}); }
StateKey release(Epoch epoch) { return make(Contract::kStake, StakeTable::kRelease, {big_endian(epoch)}); }
StateKey release_next(Epoch epoch, const Address& address) {
  return make(Contract::kStake, StakeTable::kReleaseNext, {big_endian(epoch), address.bytes});
}

StateKey participant(const Address& address) {
  return make(Contract::kRegistry, RegistryTable::kParticipant, {address.bytes});
}
StateKey signing_key(const SigningPublicKey& key) {
  return make(Contract::kRegistry, RegistryTable::kSigningKey, {address_of(key).bytes});
}

StateKey record(const RecordId& id) { return make(Contract::kRecords, RecordsTable::kRecord, {id.bytes}); }

StateKey access(const RecordId& id, const Address& reader) {
  return make(Contract::kConsent, ConsentTable::kAccess, {id.bytes, reader.bytes});
}

StateKey standing_readers(const Address& patient) {
  return make(Contract::kConsent, ConsentTable::kStandingReaders, {patient.bytes});
}

}  // namespace state_key
}  // namespace medchain
