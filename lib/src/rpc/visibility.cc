#include "medchain/rpc/visibility.h"

#include <algorithm>

namespace medchain::rpc {
namespace {

// The 32 bytes that end `from_end` bytes before the end of a state key; nothing when it is too short.
template <class Id>
std::optional<Id> id_in_key(const StateKey& key, std::size_t from_end) {
  if (key.bytes.size() < from_end + 32) return std::nullopt;
  Id id;
  std::copy_n(key.bytes.end() - static_cast<std::ptrdiff_t>(from_end + 32), 32, id.bytes.begin());
  return id;
}

}  // namespace

Lookup lookup_in(const State& state) {
  return {[&state](const Address& address) { return state.participant(address); },
          [&state](const RecordId& id) { return state.record(id); },
          [&state](const RecordId& id, const Address& reader) { return state.access(id, reader); }};
}

bool Visibility::account_details(const Address& of) const {
  return of == caller_ || role_ == Role::kInstitution || role_ == Role::kValidator || role_ == Role::kAuditor;
}

bool Visibility::is_institution_of(const Address& participant) const {
  if (role_ != Role::kInstitution) return false;
  auto found = lookup_.participant(participant);
  return found && found->institution == caller_;
}

bool Visibility::record(const RecordId& id) const {
  auto record = lookup_.record(id);
  if (!record) return false;
  return records_of(record->author) || records_of(record->subject) || lookup_.access(id, caller_).has_value();
}

bool Visibility::records_of(const Address& participant) const {
  return every_record() || participant == caller_ || is_institution_of(participant);
}

bool Visibility::transaction(const Transaction& transaction) const {
  if (every_transaction()) return true;
  if (transaction.sender == caller_) return true;
  const Mentioned mentioned = mentioned_in(transaction);
  if (std::find(mentioned.addresses.begin(), mentioned.addresses.end(), caller_) != mentioned.addresses.end()) {
    return true;
  }
  return mentioned.record && record(*mentioned.record);
}

bool Visibility::record_state_key(const StateKey& key) const {
  auto id = id_in_key<RecordId>(key, 0);
  return id && state_key::record(*id) == key && record(*id);
}

bool Visibility::access_state_key(const StateKey& key) const {
  auto id = id_in_key<RecordId>(key, 32);
  auto reader = id_in_key<Address>(key, 0);
  if (!id || !reader || state_key::access(*id, *reader) != key) return false;
  if (*reader == caller_) return true;
  auto record = lookup_.record(*id);
  return record && (record->author == caller_ || record->subject == caller_);
}

bool Visibility::standing_readers_state_key(const StateKey& key) const {
  auto patient = id_in_key<Address>(key, 0);
  if (!patient || state_key::standing_readers(*patient) != key) return false;
  return *patient == caller_ || may_author_records(role_);
}

bool Visibility::state_key(const StateKey& key) const {
  if (role_ == Role::kValidator || role_ == Role::kAuditor) return true;
  auto address = id_in_key<Address>(key, 0);
  switch (key.contract) {
    case Contract::kTokens: return address && state_key::account(*address) == key && account_details(*address);
    case Contract::kStake:
      return address && (state_key::candidate(*address) == key || state_key::barred(*address) == key);
    case Contract::kRegistry: return address && state_key::participant(*address) == key;
    case Contract::kRecords: return record_state_key(key);
    case Contract::kConsent: return access_state_key(key) || standing_readers_state_key(key);
  }
  return false;
}

Error no_such_record() { return {ErrorCode::kPermissionDenied, "no such record, or it is not yours to see"}; }

}  // namespace medchain::rpc
