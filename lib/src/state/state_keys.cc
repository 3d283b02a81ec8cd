#include "state_keys.h"

namespace medchain::state_key {
namespace {

template <class Table>
StateKey make(Contract contract, Table table, std::initializer_list<ByteView> parts) {
  StateKey key{contract, {}};
  std::size_t size = 1;
  for (ByteView part : parts) size += part.size();
  key.bytes.reserve(size);
  key.bytes.push_back(static_cast<std::uint8_t>(table));
  for (ByteView part : parts) append(key.bytes, part);
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

}  // namespace medchain::state_key
