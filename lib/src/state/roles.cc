#include "roles.h"

#include <array>

namespace medchain::state {
namespace {

constexpr RoleSet kAnyone = RoleSet::all_but({});
constexpr RoleSet kRegistered = RoleSet::all_but({Role::kInstitution});  // by an institution
constexpr RoleSet kAuthors{Role::kDevice, Role::kGateway, Role::kPatient, Role::kClinician, Role::kInstitution};

constexpr std::array kTokens{
    Permission{"transfer", kAnyone, "own balance; to a participant who is not suspended"},
};
constexpr std::array kStake{
    Permission{"stake", kAnyone, "own balance"},
    Permission{"unstake", kAnyone, "own stake"},
    Permission{"vote", kAnyone, "for candidates that stand now"},
    Permission{"stand", {Role::kValidator}, "not barred; with a consensus key of its own that it never replaced"},
    Permission{"resign", {Role::kValidator}, "while standing"},
    Permission{"report_double_vote", kAnyone, "with evidence against a validator that is not barred yet"},
    Permission{"report_invalid_proposal", kAnyone, "with evidence against a validator that is not barred yet"},
};
constexpr std::array kRegistry{
    Permission{"register", {Role::kInstitution}, "as its own: see below"},
    Permission{"update", {Role::kInstitution}, "whom it registered, and itself"},
    Permission{"rotate_keys", kAnyone, "own keys"},
    Permission{"suspend", {Role::kInstitution}, "whom it registered, not itself"},
    Permission{"reinstate", {Role::kInstitution}, "whom it registered"},
};
constexpr std::array kRecords{
    Permission{"put", kAuthors, "about a patient; the patient and all readers registered and not suspended"},
};
constexpr std::array kConsent{
    Permission{"grant", {Role::kPatient}, "own records; to a participant who is not suspended"},
    Permission{"revoke", {Role::kPatient}, "own records; not from herself"},
    Permission{"set_readers", {Role::kPatient}, "of what is written about her; each registered and not suspended"},
};

static_assert(kTokens.size() == std::variant_size_v<TokensBody>);
static_assert(kStake.size() == std::variant_size_v<StakeBody>);
static_assert(kRegistry.size() == std::variant_size_v<RegistryBody>);
static_assert(kRecords.size() == std::variant_size_v<RecordsBody>);
static_assert(kConsent.size() == std::variant_size_v<ConsentBody>);

struct ContractPermissions {
  std::string_view contract;
  std::span<const Permission> rows;
};
constexpr std::array<ContractPermissions, kContracts> kPermissions{{
    {"tokens", kTokens},
    {"stake", kStake},
    {"registry", kRegistry},
    {"records", kRecords},
    {"consent", kConsent},
}};

template <class Visit>
void for_each_role(const Visit& visit) {
  auto [first, last] = bcs_enum_range(Role{});
  for (auto role = static_cast<unsigned>(first); role <= static_cast<unsigned>(last); ++role) {
    visit(static_cast<Role>(role));
  }
}

std::string header(std::string_view first_columns) {
  std::string names = "|" + std::string(first_columns);
  std::string rule = "|";
  for (char c : first_columns) rule += c == '|' ? "|" : "-";
  for_each_role([&](Role role) {
    names += "| " + std::string(to_string(role)) + " ";
    rule += "|:-:";
  });
  return names + "|\n" + rule + "|\n";
}

}  // namespace

std::span<const Permission> permissions(Contract contract) {
  return kPermissions[static_cast<std::size_t>(contract)].rows;
}

const Permission& permission(const Body& body) {
  std::size_t row = std::visit([](const auto& actions) { return actions.index(); }, body);
  return kPermissions[body.index()].rows[row];
}

std::string roles_document() {
  std::string out =
      "# Who may do what\n\n"
      "Written from the table in `lib/src/state/roles.cc`, which execution reads too; a test compares the two.\n"
      "A sender is registered and not suspended, or its transaction is inadmissible. A mark means that the role may "
      "send\n"
      "the action, under the condition; a transaction that is not allowed fails with `not_allowed`, or with the "
      "status\n"
      "that says more (see [errors.md](errors.md)). Everyone may be a reader; only a patient is the subject of "
      "records.\n\n";
  out += header(" contract | action | condition ");
  for (const auto& [contract, rows] : kPermissions) {
    for (const Permission& row : rows) {
      out += "| " + std::string(contract) + " | " + std::string(row.action) + " | " + std::string(row.condition) + " ";
      for_each_role([&](Role role) { out += row.roles.has(role) ? "| x " : "|   "; });
      out += "|\n";
    }
  }
  out += "\n## Who registers whom\n\nInstitutions themselves stand in the genesis.\n\n" + header(" registrar ");
  for_each_role([&](Role registrar) {
    out += "| " + std::string(to_string(registrar)) + " ";
    for_each_role([&](Role registered) { out += may_register(registrar, registered) ? "| x " : "|   "; });
    out += "|\n";
  });
  return out;
}

}  // namespace medchain::state

namespace medchain {

bool may_register(Role registrar, Role registered) {
  return state::kRegistry[0].roles.has(registrar) && state::kRegistered.has(registered);
}

bool may_author_records(Role role) { return state::kRecords[0].roles.has(role); }

}  // namespace medchain
