#include "schema.h"

#include <array>

#include "state_keys.h"

namespace medchain::state {
namespace {

using namespace state_key;

struct Table {
  Contract contract;
  std::uint8_t number;
  std::string_view name;
  std::size_t key_size;
  Result<void> (*check)(ByteView value);
};

template <class T>
Result<void> check_as(ByteView value) {
  MEDCHAIN_TRY(bcs::decode<T>(value));
  return {};
}

template <class T, class Number>
constexpr Table table(Contract contract, Number number, std::string_view name, std::size_t key_size) {
  return {contract, static_cast<std::uint8_t>(number), name, 1 + key_size, check_as<T>};
}

constexpr std::array kTables = {
    table<Account>(Contract::kTokens, TokensTable::kAccount, "account", 32),
    table<Candidate>(Contract::kStake, StakeTable::kCandidate, "candidate", 32),
    table<std::vector<Address>>(Contract::kStake, StakeTable::kStanding, "standing", 0),
    table<Tokens>(Contract::kStake, StakeTable::kTally, "tally", 32),
    table<Address>(Contract::kStake, StakeTable::kConsensusKey, "consensus key", 32),
    table<Address>(Contract::kStake, StakeTable::kRelease, "release", 8),
    table<std::optional<Address>>(Contract::kStake, StakeTable::kReleaseNext, "next release", 8 + 32),
    table<SigningPublicKey>(Contract::kStake, StakeTable::kCurrentKey, "current consensus key", 32),
    table<Height>(Contract::kStake, StakeTable::kBarred, "barred", 32),
    table<Tokens>(Contract::kStake, StakeTable::kSlashed, "slashed", 0),
    table<Participant>(Contract::kRegistry, RegistryTable::kParticipant, "participant", 32),
    table<Address>(Contract::kRegistry, RegistryTable::kSigningKey, "signing key", 32),
    table<Record>(Contract::kRecords, RecordsTable::kRecord, "record", 32),
    table<Access>(Contract::kConsent, ConsentTable::kAccess, "access", 32 + 32),
    table<StandingReaders>(Contract::kConsent, ConsentTable::kStandingReaders, "standing readers", 32),
};

}  // namespace

Result<void> check_entry(const StateKey& key, ByteView value) {
  for (const Table& table : kTables) {
    if (table.contract != key.contract || key.bytes.empty() || table.number != key.bytes[0]) continue;
    if (table.key_size != key.bytes.size()) break;
    auto checked = table.check(value);
    if (checked) return {};
    return Error(ErrorCode::kCorrupt, "state table " + std::string(table.name) + ": " + checked.error().message());
  }
  return Error(ErrorCode::kCorrupt, "the state key " + to_hex(key.bytes) + " of contract " +
                                        std::to_string(static_cast<unsigned>(key.contract)) + " belongs to no table");
}

}  // namespace medchain::state
