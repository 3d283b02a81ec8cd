#include "fixture.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void refuses(const std::string& text, std::string_view why, ErrorCode code = ErrorCode::kMalformed) {
  auto result = parse_genesis(text);
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message());
  CHECK(result.error().code() == code);
  CHECK(result.error().message().find("genesis: ") == 0);
  CHECK(result.error().message().find(why) != std::string::npos);
}

void refuses_change(std::string_view from, std::string_view to, std::string_view why,
                    ErrorCode code = ErrorCode::kMalformed) {
  CAPTURE(from, to);
  refuses(replaced(to_json(sample_genesis()), from, to), why, code);
}

}  // namespace

TEST_CASE("A genesis survives its JSON, byte for byte") {
  Genesis genesis = sample_genesis();
  genesis.participants[0].balance = Tokens{limits::kMaxTotalTokens / 2};  // above 2^53
  std::string json = to_json(genesis);
  auto back = parse_genesis(json);
  REQUIRE(back);
  CHECK(bcs::encode(*back) == bcs::encode(genesis));
  CHECK(back->chain_id() == genesis.chain_id());
  CHECK(to_json(*back) == json);
  CHECK(json.find("\"balance\": \"2305843009213693952\"") != std::string::npos);
  CHECK(json.find("\"label\": \"Süd\"") != std::string::npos);
}

TEST_CASE("No genesis.json with a bit flipped, cut off or extended is accepted") {
  const std::string json = to_json(sample_genesis());
  for_each_flip(to_bytes(view(json)), [&](const Bytes& flipped, std::size_t bit) {
    CAPTURE(bit, json.substr(bit / 8, 20));
    CHECK_FALSE(parse_genesis(text(flipped)));
  });
  for (std::size_t size = 0; size < json.size(); ++size) CHECK_FALSE(parse_genesis(json.substr(0, size)));
  for (auto tail : {"x", "\n", " ", "{}"}) CHECK_FALSE(parse_genesis(json + tail));
}

TEST_CASE("Unknown, missing and unusable fields are named") {
  refuses_change("\"name\"", "\"nmae\"", "field \"name\" is missing");
  refuses_change("  \"name\"", "  \"more\": 1,\n  \"name\"", "field \"more\" is unknown");
  refuses_change("\"idle_ms\": 1000", "\"idle\": 1000", "parameters: field \"idle_ms\" is missing");
  refuses_change("\"idle_ms\"", "\"extra\": 1,\n    \"idle_ms\"", "parameters: field \"extra\" is unknown");
  refuses_change("\"role\": \"institution\"", "\"role\": \"hospital\"",
                 "participants[0]: field \"role\" is an unknown role");
  refuses_change("\"label\": \"North\"", "\"label\": 5", "participants[0]: field \"label\" is not a string");
  refuses_change("\"label\": \"North\"", "\"labels\": \"North\"", "participants[0]: field \"label\" is missing");
  refuses_change("\"stake\": \"500\"", "\"stake\": \"500\", \"vote\": 1", "participants[2]: field \"vote\" is unknown");
  refuses_change("\"balance\": \"1000\"", "\"balance\": 1000", "field \"balance\" is not a string");
  for (auto bad : {"\"-1\"", "\"1e3\"", "\"\"", "\" 1\"", "\"18446744073709551616\"", "\"0x10\""}) {
    refuses_change("\"1000\"", bad, "field \"balance\" is not a string of decimal digits");
  }
  refuses_change("\"idle_ms\": 1000", "\"idle_ms\": -1", "field \"idle_ms\" is not a whole number");
  refuses_change("\"idle_ms\": 1000", "\"idle_ms\": 1000.0", "field \"idle_ms\" is not a whole number");
  refuses_change("\"idle_ms\": 1000", "\"idle_ms\": 4294967296", "from 0 to 4294967295");
  refuses_change("\"committee_size\": 4", "\"committee_size\": 65536", "from 0 to 65535");
  refuses_change("\"time_ms\": 1700000000000", "\"time_ms\": 9007199254740992", "field \"time_ms\"");
  refuses_change("\"keys\": \"", "\"keys\": \"!", "participants[0]: field \"keys\" is not base64");
  refuses_change("\"keys\": \"A", "\"keys\": \"B", "participants[0]: field \"keys\" does not hold a key");
  refuses_change("\"address\": \"med1", "\"address\": \"med2", "participants[0]: field \"address\" is not an address");
  refuses_change("\"version\": 1", "\"version\": 2", "field \"version\" is not 1");
  refuses_change("\"participants\": [", "\"participants\": {}, \"p\": [", "field \"participants\" is not a list");
}

TEST_CASE("An address must be that of the keys beside it") {
  Genesis genesis = sample_genesis();
  std::string a = genesis.participants[0].keys.address().text();
  std::string b = genesis.participants[1].keys.address().text();
  refuses_change("\"address\": \"" + a, "\"address\": \"" + b, "field \"address\" is not the address of the keys");
}

TEST_CASE("An altered genesis no longer has its chain's id") {
  refuses_change("\"1000\"", "\"1001\"", "chain_id", ErrorCode::kCorrupt);
  refuses_change("two hospitals", "two hospital", "was the file edited?", ErrorCode::kCorrupt);
  const std::string id = sample_genesis().chain_id().hex();
  refuses_change(id, std::string(64, '0'), "which is " + id, ErrorCode::kCorrupt);
}

TEST_CASE("There is one text per genesis") {
  refuses_change("\"version\": 1,", "\"version\":  1,", "line 2 is not laid out");
  refuses_change("\"name\": \"two hospitals\"", "\"name\": \"x\",\n  \"name\": \"two hospitals\"",
                 "line 4 is not laid out");
  refuses_change("\"1000\"", "\"01000\"", "not laid out");
  refuses_change("two hospitals", "two\\u0020hospitals", "line 4 is not laid out");
}

TEST_CASE("A genesis that check() refuses is refused with its reason") {
  Genesis genesis = sample_genesis();
  genesis.participants[4].label = "Alice";
  refuses(to_json(genesis), "participant 4", ErrorCode::kInvalidArgument);
  genesis = sample_genesis();
  genesis.participants[4].keys.binding.bytes[5] ^= 1;
  refuses(to_json(genesis), "participant 4", ErrorCode::kAuthentication);
}

TEST_CASE("What is no genesis at all is refused without an exception") {
  for (auto bad : {"", "null", "[]", "5", "\"x\"", "{}", "{", "1e999", "{\"version\": 1e999}", "\"\\ud800\"", "\xff"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_genesis(bad));
  }
  refuses("{\"version\"; 1}", "not JSON at byte 11");
  refuses(std::string(1'000'000, '['), "nested deeper");
  refuses("{\"a\\\"[[[[[[\": \"[[[[[[\"}", "field \"version\" is missing");
  refuses(std::string(limits::kMaxGenesisTextBytes + 1, ' '), "at most 134217728", ErrorCode::kTooLarge);
  refuses("{\"\x1b[31mred\xc3\xa9 0123456789012345678901234567890123456789\": 1}", "not JSON");
}

TEST_CASE("A genesis.json with too many participants is refused before any of them is read") {
  std::string many = "\"participants\": [";
  for (std::size_t i = 0; i < limits::kMaxGenesisParticipants; ++i) many += "0,";
  refuses_change("\"participants\": [", many, "participants, at most 100000 are allowed", ErrorCode::kTooLarge);
}

TEST_CASE("Names out of the file reach a message only as printable characters, and not at length") {
  refuses_change("  \"name\"", "  \"\\u001b[31mred 0123456789012345678901234567890123456789\": 1,\n  \"name\"",
                 "field \"?[31mred 0123456789012345678901234567890...\" is unknown");
}

TEST_CASE("Writing a genesis that is not UTF-8 does not throw") {
  Genesis genesis = sample_genesis();
  genesis.name = "\xff";
  CHECK_FALSE(parse_genesis(to_json(genesis)));
}
