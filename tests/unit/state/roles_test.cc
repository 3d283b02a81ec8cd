#include "roles.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

constexpr const char* kDocument = "docs/roles.md";

std::vector<Role> all_roles() {
  std::vector<Role> roles;
  for (unsigned i = 0; i <= static_cast<unsigned>(Role::kAuditor); ++i) roles.push_back(static_cast<Role>(i));
  return roles;
}

const KeyPair& person(const World& world, Role role) {
  switch (role) {
    case Role::kDevice: return world.device;
    case Role::kGateway: return world.gateway;
    case Role::kPatient: return world.patient;
    case Role::kFamily: return world.family;
    case Role::kGuardian: return world.guardian;
    case Role::kClinician: return world.doctor;
    case Role::kInstitution: return world.institution(0);
    case Role::kValidator: return world.node(4);
    case Role::kAuditor: return world.auditor;
  }
  FAIL("a role without a person");
  return world.stranger;
}

// One request of each kind that succeeds from whoever may make it.
std::map<std::string, Body> requests(const World& world, const RecordId& record, const KeyPair& sender) {
  Put put;
  put.subject = world.patient.address();
  put.readers = {world.patient.address()};
  put.payload_bytes = 1;
  return {
      {"transfer", TokensBody{Transfer{world.nurse.address(), Tokens{1}}}},
      {"stake", StakeBody{Stake{Tokens{1}}}},
      {"unstake", StakeBody{Unstake{Tokens{1}}}},
      {"vote", StakeBody{Vote{{world.node(0).address()}}}},
      {"stand", stand_body(world.state.chain(), sender, test_signing_key("consensus 4"))},
      {"resign", StakeBody{Resign{}}},
      {"report_double_vote", StakeBody{double_vote(world.state.chain(), world.made.validators[0].consensus)}},
      {"report_invalid_proposal", StakeBody{invalid_proposal(world.state.chain(), world.made.validators[1].consensus)}},
      {"register", RegistryBody{Register{world.stranger.public_keys(), Role::kPatient, ""}}},
      {"update", RegistryBody{Update{world.device.address(), "bed 9"}}},
      {"rotate_keys", RegistryBody{RotateKeys{sender.public_keys()}}},
      {"suspend", RegistryBody{Suspend{world.nurse.address()}}},
      {"reinstate", RegistryBody{Reinstate{world.other_patient.address()}}},
      {"put", RecordsBody{put}},
      {"set_readers", ConsentBody{SetReaders{{world.nurse.address()}}}},
      {"grant", ConsentBody{Grant{record, world.nurse.address(), Hash{}, 1}}},
      {"revoke", ConsentBody{Revoke{record, world.family.address()}}},
  };
}

// What the requests above need: a stake, a candidate, somebody suspended, a record with a reader.
RecordId prepare(World& world, Role role, const std::string& action) {
  const KeyPair& sender = person(world, role);
  if (action == "unstake") REQUIRE(world.run(sender, StakeBody{Stake{Tokens{1}}}) == TxStatus::kSuccess);
  if (action == "resign" && role == Role::kValidator) {
    Body stand = stand_body(world.state.chain(), sender, test_signing_key("consensus 4"));
    REQUIRE(world.run(sender, stand) == TxStatus::kSuccess);
  }
  REQUIRE(world.run(world.institution(0), RegistryBody{Suspend{world.other_patient.address()}}) == TxStatus::kSuccess);
  Put put;
  put.subject = world.patient.address();
  put.readers = {world.patient.address(), world.family.address()};
  put.payload_bytes = 1;
  put.nonce = {9};
  REQUIRE(world.run(world.device, RecordsBody{put}) == TxStatus::kSuccess);
  return record_id(world.state.chain(), world.device.address(), put);
}

}  // namespace

TEST_CASE("every cell of the table of roles and actions, allowed and refused") {
  std::size_t cells = 0;
  for (std::size_t contract = 0; contract < kContracts; ++contract) {
    for (const state::Permission& permission : state::permissions(static_cast<Contract>(contract))) {
      for (Role role : all_roles()) {
        std::string action(permission.action);
        CAPTURE(action, std::string(to_string(role)));
        World world;
        const KeyPair& sender = person(world, role);
        RecordId record = prepare(world, role, action);
        auto all = requests(world, record, sender);
        REQUIRE(all.contains(action));
        CHECK(body_name(all.at(action)) == action);
        CHECK(&state::permission(all.at(action)) == &permission);
        TxStatus expected = permission.roles.has(role) ? TxStatus::kSuccess : TxStatus::kNotAllowed;
        CHECK(world.run(sender, all.at(action)) == expected);
        ++cells;
      }
    }
  }
  CHECK(cells == 17 * all_roles().size());
}

TEST_CASE("institutions register every role but institutions, and nobody else registers") {
  for (Role registrar : all_roles()) {
    for (Role registered : all_roles()) {
      CAPTURE(std::string(to_string(registrar)), std::string(to_string(registered)));
      bool allowed = registrar == Role::kInstitution && registered != Role::kInstitution;
      CHECK(may_register(registrar, registered) == allowed);
      World world;
      Body body = RegistryBody{Register{world.stranger.public_keys(), registered, ""}};
      CHECK(world.run(person(world, registrar), body) == (allowed ? TxStatus::kSuccess : TxStatus::kNotAllowed));
    }
  }
}

TEST_CASE("the roles that may author records") {
  std::set<Role> authors{Role::kDevice, Role::kGateway, Role::kPatient, Role::kClinician, Role::kInstitution};
  for (Role role : all_roles()) CHECK(may_author_records(role) == authors.contains(role));
}

TEST_CASE("docs/roles.md is what the table says") {
  std::string expected = state::roles_document();
  if (std::getenv("MEDCHAIN_REWRITE_GOLDEN") != nullptr) std::ofstream(kDocument, std::ios::binary) << expected;
  std::ifstream file(kDocument, std::ios::binary);
  std::string found((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(found == expected);
}
