#include "medchain/rpc/visibility.h"

#include <map>

#include "support/catch.h"

namespace medchain::rpc {
namespace {

Address address(std::uint8_t n) {
  Address value;
  value.bytes.fill(n);
  return value;
}
RecordId record_id(std::uint8_t n) {
  RecordId value;
  value.bytes.fill(n);
  return value;
}

const Address kHospital = address(1), kOtherHospital = address(2), kPatient = address(3), kGateway = address(4),
              kDoctor = address(5), kRevoked = address(6), kStranger = address(7), kNode = address(8),
              kAuditor = address(9);
const RecordId kRecord = record_id(40), kUnknown = record_id(41);

// Patient and gateway belong to kHospital, everyone else to kOtherHospital; kDoctor may read kRecord, kRevoked once
// could.
Lookup world() {
  Lookup lookup;
  lookup.participant = [](const Address& who) -> std::optional<Participant> {
    Participant participant;
    participant.institution = who == kPatient || who == kGateway ? kHospital : kOtherHospital;
    return participant;
  };
  lookup.record = [](const RecordId& id) -> std::optional<Record> {
    if (id != kRecord) return std::nullopt;
    Record record;
    record.author = kGateway;
    record.subject = kPatient;
    return record;
  };
  lookup.access = [](const RecordId& id, const Address& reader) -> std::optional<Access> {
    if (id != kRecord || (reader != kDoctor && reader != kRevoked)) return std::nullopt;
    Access access;
    access.allowed = reader == kDoctor;
    return access;
  };
  return lookup;
}

Visibility as(const Address& who, Role role) { return Visibility(world(), who, role); }

TEST_CASE("records show to author, subject, past and present readers, their institutions, auditors, and nobody else") {
  CHECK(as(kGateway, Role::kGateway).record(kRecord));
  CHECK(as(kPatient, Role::kPatient).record(kRecord));
  CHECK(as(kDoctor, Role::kClinician).record(kRecord));
  CHECK(as(kRevoked, Role::kClinician).record(kRecord));
  CHECK(as(kHospital, Role::kInstitution).record(kRecord));
  CHECK(as(kAuditor, Role::kAuditor).record(kRecord));
  CHECK_FALSE(as(kOtherHospital, Role::kInstitution).record(kRecord));
  CHECK_FALSE(as(kHospital, Role::kPatient).record(kRecord));  // the address alone is not the role
  CHECK_FALSE(as(kNode, Role::kValidator).record(kRecord));
  for (Role role : {Role::kDevice, Role::kGateway, Role::kPatient, Role::kFamily, Role::kGuardian, Role::kClinician}) {
    CHECK_FALSE(as(kStranger, role).record(kRecord));
  }
  CHECK_FALSE(as(kAuditor, Role::kAuditor).record(kUnknown));
}

TEST_CASE("account details show to oneself and to the roles that keep the ledger") {
  CHECK(as(kPatient, Role::kPatient).account_details(kPatient));
  CHECK_FALSE(as(kPatient, Role::kPatient).account_details(kDoctor));
  CHECK_FALSE(as(kGateway, Role::kGateway).account_details(kDoctor));
  CHECK(as(kHospital, Role::kInstitution).account_details(kDoctor));
  CHECK(as(kNode, Role::kValidator).account_details(kDoctor));
  CHECK(as(kAuditor, Role::kAuditor).account_details(kDoctor));
}

Transaction from(const Address& sender, Body body) {
  Transaction transaction;
  transaction.sender = sender;
  transaction.body = std::move(body);
  return transaction;
}

TEST_CASE("transactions show to the sender, whom they name, who may see their record, and the ledger's keepers") {
  const Transaction transfer = from(kGateway, TokensBody{Transfer{kDoctor, Tokens{1}}});
  CHECK(as(kGateway, Role::kGateway).transaction(transfer));
  CHECK(as(kDoctor, Role::kClinician).transaction(transfer));
  CHECK_FALSE(as(kStranger, Role::kClinician).transaction(transfer));
  CHECK(as(kOtherHospital, Role::kInstitution).transaction(transfer));
  CHECK(as(kNode, Role::kValidator).transaction(transfer));
  CHECK(as(kAuditor, Role::kAuditor).transaction(transfer));

  Put put;
  put.subject = kPatient;
  put.readers = {kDoctor};
  const Transaction record = from(kGateway, RecordsBody{put});
  CHECK(as(kPatient, Role::kPatient).transaction(record));
  CHECK(as(kDoctor, Role::kClinician).transaction(record));
  CHECK_FALSE(as(kStranger, Role::kClinician).transaction(record));

  Grant grant;
  grant.record = kRecord;
  grant.reader = kRevoked;
  const Transaction granted = from(kGateway, ConsentBody{grant});
  CHECK(as(kRevoked, Role::kClinician).transaction(granted));
  CHECK(as(kPatient, Role::kPatient).transaction(granted));  // the record's subject
  CHECK(as(kDoctor, Role::kClinician).transaction(granted));
  CHECK_FALSE(as(kStranger, Role::kClinician).transaction(granted));

  const Transaction revoked = from(kPatient, ConsentBody{Revoke{kUnknown, kDoctor}});
  CHECK(as(kDoctor, Role::kClinician).transaction(revoked));
  CHECK_FALSE(as(kGateway, Role::kGateway).transaction(revoked));

  const Transaction suspended = from(kHospital, RegistryBody{Suspend{kGateway}});
  CHECK(as(kGateway, Role::kGateway).transaction(suspended));
  CHECK_FALSE(as(kStranger, Role::kGateway).transaction(suspended));
  CHECK_FALSE(as(kStranger, Role::kGateway).transaction(from(kGateway, StakeBody{Stake{Tokens{1}}})));
}

TEST_CASE("proofs of the state show no more than the other calls") {
  const Visibility doctor = as(kDoctor, Role::kClinician);
  CHECK(doctor.state_key(state_key::participant(kPatient)));
  CHECK(doctor.state_key(state_key::candidate(kNode)));
  CHECK(doctor.state_key(state_key::account(kDoctor)));
  CHECK_FALSE(doctor.state_key(state_key::account(kPatient)));
  CHECK(doctor.state_key(state_key::record(kRecord)));
  CHECK_FALSE(doctor.state_key(state_key::record(kUnknown)));
  // Whoever seals has to know to whom.
  CHECK(doctor.state_key(state_key::standing_readers(kPatient)));
  CHECK(as(kPatient, Role::kPatient).state_key(state_key::standing_readers(kPatient)));
  CHECK_FALSE(as(kStranger, Role::kFamily).state_key(state_key::standing_readers(kPatient)));
  CHECK(doctor.state_key(state_key::access(kRecord, kDoctor)));
  CHECK_FALSE(doctor.state_key(state_key::access(kRecord, kRevoked)));
  CHECK(as(kPatient, Role::kPatient).state_key(state_key::access(kRecord, kRevoked)));

  const Visibility stranger = as(kStranger, Role::kClinician);
  CHECK_FALSE(stranger.state_key(state_key::record(kRecord)));
  CHECK_FALSE(stranger.state_key(state_key::record(kUnknown)));
  CHECK_FALSE(stranger.state_key(state_key::access(kRecord, kDoctor)));
  CHECK(stranger.state_key(state_key::access(kRecord, kStranger)));  // its own: proves that it has none

  const Visibility hospital = as(kOtherHospital, Role::kInstitution);
  CHECK(hospital.state_key(state_key::account(kPatient)));
  CHECK_FALSE(hospital.state_key(state_key::record(kRecord)));
  CHECK(as(kNode, Role::kValidator).state_key(state_key::record(kRecord)));
  CHECK(as(kAuditor, Role::kAuditor).state_key(state_key::account(kPatient)));

  for (std::size_t contract = 0; contract < kContracts; ++contract) {
    for (std::size_t size : {0, 1, 31, 32, 33, 64, 65, 66}) {
      StateKey key{static_cast<Contract>(contract), KeyBytes(Bytes(size, 0xee))};
      CHECK_FALSE(stranger.state_key(key));
    }
  }
}

}  // namespace
}  // namespace medchain::rpc
