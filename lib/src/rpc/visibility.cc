#include "visibility.h"

#include <algorithm>
#include <type_traits>

namespace medchain::rpc {
namespace {

// Whom a body names besides its sender, and which record it is about.
struct Mentioned {
  std::vector<Address> addresses;
  std::optional<RecordId> record;
};

struct Mentions {
  const Transaction& transaction;

  template <class... Alternatives>
  Mentioned operator()(const std::variant<Alternatives...>& contract) const {
    return std::visit(*this, contract);
  }
  Mentioned operator()(const Transfer& body) const { return {{body.to}, {}}; }
  Mentioned operator()(const Register& body) const { return {{body.keys.address()}, {}}; }
  Mentioned operator()(const Update& body) const { return {{body.participant}, {}}; }
  Mentioned operator()(const Suspend& body) const { return {{body.participant}, {}}; }
  Mentioned operator()(const Reinstate& body) const { return {{body.participant}, {}}; }
  Mentioned operator()(const Vote& body) const { return {body.candidates, {}}; }
  Mentioned operator()(const Put& body) const {
    Mentioned found{body.readers, record_id(transaction.chain, transaction.sender, body)};
    found.addresses.push_back(body.subject);
    return found;
  }
  Mentioned operator()(const Grant& body) const { return {{body.reader}, body.record}; }
  Mentioned operator()(const Revoke& body) const { return {{body.reader}, body.record}; }
  template <class Body>
    requires(std::is_same_v<Body, Stake> || std::is_same_v<Body, Unstake> || std::is_same_v<Body, Stand> ||
             std::is_same_v<Body, Resign> || std::is_same_v<Body, RotateKeys> ||
             std::is_same_v<Body, ReportDoubleVote> || std::is_same_v<Body, ReportInvalidProposal>)
  Mentioned operator()(const Body&) const {
    return {};
  }
};

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
  return role_ == Role::kAuditor || record->author == caller_ || record->subject == caller_ ||
         lookup_.access(id, caller_).has_value() || is_institution_of(record->author) ||
         is_institution_of(record->subject);
}

bool Visibility::transaction(const Transaction& transaction) const {
  if (role_ == Role::kInstitution || role_ == Role::kValidator || role_ == Role::kAuditor) return true;
  if (transaction.sender == caller_) return true;
  const Mentioned mentioned = Mentions{transaction}(transaction.body);
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

bool Visibility::state_key(const StateKey& key) const {
  if (role_ == Role::kValidator || role_ == Role::kAuditor) return true;
  auto address = id_in_key<Address>(key, 0);
  switch (key.contract) {
    case Contract::kTokens: return address && state_key::account(*address) == key && account_details(*address);
    case Contract::kStake:
      return address && (state_key::candidate(*address) == key || state_key::barred(*address) == key);
    case Contract::kRegistry: return address && state_key::participant(*address) == key;
    case Contract::kRecords: return record_state_key(key);
    case Contract::kConsent: return access_state_key(key);
  }
  return false;
}

Error no_such_record() { return {ErrorCode::kPermissionDenied, "no such record, or it is not yours to see"}; }

}  // namespace medchain::rpc
