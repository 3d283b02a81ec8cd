// What a node shows to whom: the one table behind the client service, the HTTP interface, FORMAT.md and the tests. The
// ledger's permanent part is pseudonymised and therefore still personal data, so role and relation decide. Nobody
// learns from a refusal whether a record exists.
//
//   Visibility visible(lookup_in(state), caller, participant->role);
//   if (!visible.record(id)) return no_such_record();
#pragma once

#include <functional>
#include <optional>

#include "medchain/state.h"

namespace medchain::rpc {

// What the rules look up in the state; a seam for tests.
struct Lookup {
  std::function<std::optional<Participant>(const Address&)> participant;
  std::function<std::optional<Record>(const RecordId&)> record;
  std::function<std::optional<Access>(const RecordId&, const Address&)> access;
};
Lookup lookup_in(const State& state);  // borrows

// Of one caller, registered and in good standing.
class Visibility {
 public:
  Visibility(Lookup lookup, const Address& caller, Role role)
      : lookup_(std::move(lookup)), caller_(caller), role_(role) {}

  // Balance, stake and votes. Anyone may see a participant's keys: they are needed to seal to it.
  bool account_details(const Address& of) const;
  // Its author, its subject, whoever has or had access, the institutions of author and subject, auditors.
  bool record(const RecordId& id) const;
  // All records that it wrote, or that are about it: so that they may be listed without telling of others.
  bool records_of(const Address& participant) const;
  bool every_record() const { return role_ == Role::kAuditor; }
  bool every_transaction() const {
    return role_ == Role::kInstitution || role_ == Role::kValidator || role_ == Role::kAuditor;
  }
  // Institutions, validators, auditors; its sender, whoever it names, and who may see the record that it is about.
  bool transaction(const Transaction& transaction) const;
  // Everything for validators and auditors. Participants and candidates for all; accounts as account_details(); records
  // and accesses as record(), except that an access of somebody else is for author and subject only. A patient's
  // standing readers for her, and for all who may write records: they seal to them.
  bool state_key(const StateKey& key) const;

 private:
  bool is_institution_of(const Address& participant) const;
  bool record_state_key(const StateKey& key) const;
  bool access_state_key(const StateKey& key) const;
  bool standing_readers_state_key(const StateKey& key) const;

  Lookup lookup_;
  Address caller_;
  Role role_;
};

// One message for what does not exist and for what is not the caller's: neither tells which.
Error no_such_record();

}  // namespace medchain::rpc
