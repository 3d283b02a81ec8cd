#include <array>

#include "medchain/transaction.h"

namespace medchain {
namespace {

constexpr std::array<std::string_view, 9> kRoles{"device",    "gateway",     "patient",   "family", "guardian",
                                                 "clinician", "institution", "validator", "auditor"};
constexpr std::array<std::string_view, 8> kKinds{"vitals",     "alarm",   "diagnosis", "prescription",
                                                 "laboratory", "imaging", "document",  "other"};

constexpr std::array<std::string_view, kContracts> kContractNames{"tokens", "stake", "registry", "records", "consent"};

// The names of each contract's bodies, in the order of its variant.
constexpr std::array<std::string_view, 1> kTokens{"transfer"};
constexpr std::array<std::string_view, 7> kStake{
    "stake", "unstake", "vote", "stand", "resign", "report_double_vote", "report_invalid_proposal"};
constexpr std::array<std::string_view, 5> kRegistry{"register", "update", "rotate_keys", "suspend", "reinstate"};
constexpr std::array<std::string_view, 1> kRecords{"put"};
constexpr std::array<std::string_view, 3> kConsent{"grant", "revoke", "set_readers"};

static_assert(kRoles.size() == static_cast<std::size_t>(Role::kAuditor) + 1);
static_assert(kKinds.size() == static_cast<std::size_t>(RecordKind::kOther) + 1);
static_assert(kTokens.size() == std::variant_size_v<TokensBody> && kStake.size() == std::variant_size_v<StakeBody> &&
              kRegistry.size() == std::variant_size_v<RegistryBody> &&
              kRecords.size() == std::variant_size_v<RecordsBody> &&
              kConsent.size() == std::variant_size_v<ConsentBody>);

template <class E, std::size_t N>
Result<E> parse_name(const std::array<std::string_view, N>& names, std::string_view name, std::string_view what) {
  std::string expected;
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<E>(i);
    expected += (i == 0 ? "" : i + 1 < N ? ", " : " or ") + std::string(names[i]);
  }
  return Error(ErrorCode::kInvalidArgument, "unknown " + std::string(what) + ", expected " + expected);
}

std::string_view name_of(const TokensBody& body) { return kTokens[body.index()]; }
std::string_view name_of(const StakeBody& body) { return kStake[body.index()]; }
std::string_view name_of(const RegistryBody& body) { return kRegistry[body.index()]; }
std::string_view name_of(const RecordsBody& body) { return kRecords[body.index()]; }
std::string_view name_of(const ConsentBody& body) { return kConsent[body.index()]; }

}  // namespace

std::string_view to_string(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
std::string_view to_string(RecordKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

Result<Role> parse_role(std::string_view name) { return parse_name<Role>(kRoles, name, "role"); }
Result<RecordKind> parse_record_kind(std::string_view name) {
  return parse_name<RecordKind>(kKinds, name, "kind of record");
}

std::string_view to_string(Contract contract) { return kContractNames[static_cast<std::size_t>(contract)]; }
Result<Contract> parse_contract(std::string_view name) {
  return parse_name<Contract>(kContractNames, name, "contract");
}

std::string body_name(const Body& body) {
  return std::visit([](const auto& contract) { return std::string(name_of(contract)); }, body);
}

}  // namespace medchain
