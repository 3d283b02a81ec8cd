#include <algorithm>
#include <limits>

#include "json_fields.h"
#include "medchain/genesis.h"

namespace medchain {
namespace {

constexpr std::uint64_t kJsonVersion = 1;
constexpr std::size_t kMaxDepth = 4;  // genesis, participants, participant; one to spare

Error malformed(std::string why) { return {ErrorCode::kMalformed, std::move(why)}; }

// Each parameter with its name: the one list for writing and reading.
template <class P, class Visit>
void for_each_parameter(P& p, Visit visit) {
  visit("committee_size", p.committee_size);
  visit("epoch_heights", p.epoch_heights);
  visit("unbonding_epochs", p.unbonding_epochs);
  visit("replay_window", p.replay_window);
  visit("idle_ms", p.idle_ms);
  visit("view_timeout_ms", p.view_timeout_ms);
  visit("max_view_timeout_ms", p.max_view_timeout_ms);
  visit("max_clock_drift_ms", p.max_clock_drift_ms);
  visit("max_block_transactions", p.max_block_transactions);
  visit("max_block_bytes", p.max_block_bytes);
  visit("max_block_payload_bytes", p.max_block_payload_bytes);
}

Json write_participant(const GenesisParticipant& p) {
  Json json;
  json["address"] = p.keys.address().text();
  json["role"] = to_string(p.role);
  json["institution"] = p.institution.text();
  json["label"] = p.label;
  json["balance"] = std::to_string(p.balance.value);
  json["stake"] = std::to_string(p.stake.value);
  json["keys"] = to_base64(bcs::encode(p.keys));
  if (p.consensus_key) json["consensus_key"] = to_base64(bcs::encode(*p.consensus_key));
  return json;
}

// BCS in base64.
template <class T>
std::optional<T> read_encoded(JsonFields& fields, const char* name, const std::string& base64) {
  auto bytes = from_base64(base64);
  if (!bytes) {
    fields.fail(name, "is not base64");
    return std::nullopt;
  }
  auto value = bcs::decode<T>(*bytes);
  if (!value) {
    fields.fail(name, "does not hold a key (" + value.error().message() + ")");
    return std::nullopt;
  }
  return *value;
}

Address read_address(JsonFields& fields, const char* name) {
  auto address = Address::parse(fields.text(name));
  if (!address) fields.fail(name, "is not an address (" + address.error().message() + ")");
  return address ? *address : Address{};
}

Result<GenesisParticipant> read_participant(const Json& json, std::size_t index) {
  JsonFields fields(json, "participants[" + std::to_string(index) + "]");
  GenesisParticipant p;
  Address address = read_address(fields, "address");
  auto role = parse_role(fields.text("role"));
  if (!role) fields.fail("role", "is an " + role.error().message());
  if (role) p.role = *role;
  p.institution = read_address(fields, "institution");
  p.label = fields.text("label");
  p.balance = fields.tokens("balance");
  p.stake = fields.tokens("stake");
  auto keys = read_encoded<PublicKeys>(fields, "keys", fields.text("keys"));
  if (keys) p.keys = *keys;
  if (auto key = fields.optional_text("consensus_key")) {
    p.consensus_key = read_encoded<SigningPublicKey>(fields, "consensus_key", *key);
  }
  MEDCHAIN_TRY(fields.finish());
  if (address != p.keys.address()) fields.fail("address", "is not the address of the keys beside it");
  MEDCHAIN_TRY(fields.finish());
  return p;
}

Result<Parameters> read_parameters(const Json& json) {
  JsonFields fields(json, "parameters");
  Parameters parameters;
  for_each_parameter(parameters, [&]<class T>(const char* name, T& value) {
    value = static_cast<T>(fields.number(name, std::numeric_limits<T>::max()));
  });
  MEDCHAIN_TRY(fields.finish());
  return parameters;
}

struct Read {
  Genesis genesis;
  std::string chain_id;
};

Result<Read> read_genesis(const Json& json) {
  JsonFields fields(json, "");
  Read read;
  if (fields.number("version", std::numeric_limits<std::uint64_t>::max()) != kJsonVersion) {
    fields.fail("version", "is not " + std::to_string(kJsonVersion));
  }
  read.chain_id = fields.text("chain_id");
  read.genesis.name = fields.text("name");
  read.genesis.time_ms = fields.number("time_ms", limits::kMaxTimeMs);
  const Json* parameters = fields.object("parameters");
  const Json* participants = fields.array("participants");
  MEDCHAIN_TRY(fields.finish());
  auto read_in = read_parameters(*parameters);
  if (!read_in) return read_in.error();
  read.genesis.parameters = *read_in;
  if (participants->size() > limits::kMaxGenesisParticipants) {
    return Error(ErrorCode::kTooLarge, std::to_string(participants->size()) + " participants, at most " +
                                           std::to_string(limits::kMaxGenesisParticipants) + " are allowed");
  }
  for (std::size_t i = 0; i < participants->size(); ++i) {
    auto participant = read_participant((*participants)[i], i);
    if (!participant) return participant.error();
    read.genesis.participants.push_back(std::move(*participant));
  }
  return read;
}

// Before parsing: a value nested a million deep would cost far more memory than its text.
bool is_shallow(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] == '"') quoted = false;
      if (text[i] == '\\') ++i;  // what is escaped closes nothing
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == '{' || text[i] == '[') {
      if (++depth > kMaxDepth) return false;
    } else if ((text[i] == '}' || text[i] == ']') && depth > 0) {
      --depth;
    }
  }
  return true;
}

Result<Json> parse_json(std::string_view text) {
  if (text.size() > limits::kMaxGenesisTextBytes) {
    return Error(ErrorCode::kTooLarge, std::to_string(text.size()) + " bytes, at most " +
                                           std::to_string(limits::kMaxGenesisTextBytes) + " are allowed");
  }
  if (!is_shallow(text)) return malformed("nested deeper than a genesis is");
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return malformed("not JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception&) {  // a number beyond every type, an invalid escape
    return malformed("not JSON");
  }
}

// One text per genesis: whatever was altered, appended or cut off shows, even where JSON would not mind.
Result<void> check_canonical(std::string_view text, const std::string& expected) {
  if (text == expected) return {};
  auto [a, b] = std::mismatch(text.begin(), text.end(), expected.begin(), expected.end());
  auto line = 1 + std::count(text.begin(), a, '\n');
  return malformed("line " + std::to_string(line) + " is not laid out as a genesis.json is; was the file edited?");
}

Result<Genesis> parse(std::string_view text) {
  auto json = parse_json(text);
  if (!json) return json.error();
  auto read = read_genesis(*json);
  if (!read) return read.error();
  *json = nullptr;  // the largest part of the memory that this takes
  Genesis& genesis = read->genesis;
  if (read->chain_id != genesis.chain_id().hex()) {
    return Error(ErrorCode::kCorrupt, "field \"chain_id\" is not the hash of this content, which is " +
                                          genesis.chain_id().hex() + "; was the file edited?");
  }
  MEDCHAIN_TRY(check_canonical(text, to_json(genesis)));
  MEDCHAIN_TRY(genesis.check());
  return std::move(genesis);
}

}  // namespace

std::string to_json(const Genesis& genesis) {
  Json json;
  json["version"] = kJsonVersion;
  json["chain_id"] = genesis.chain_id().hex();
  json["name"] = genesis.name;
  json["time_ms"] = genesis.time_ms;
  for_each_parameter(genesis.parameters, [&](const char* name, auto value) { json["parameters"][name] = value; });
  json["participants"] = Json::array();
  for (const GenesisParticipant& p : genesis.participants) json["participants"].push_back(write_participant(p));
  // A name that is not UTF-8 would make dump() throw; check() refuses it, writing shows it replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Genesis> parse_genesis(std::string_view json) {
  auto genesis = parse(json);
  if (!genesis) return genesis.error().in("genesis");
  return genesis;
}

}  // namespace medchain
