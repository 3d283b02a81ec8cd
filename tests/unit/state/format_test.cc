// The bytes that FORMAT.md describes, held by a golden file: they never change for values that chains already hold.
// MEDCHAIN_REWRITE_GOLDEN=1 writes it anew; commit that only when the format was meant to change.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sparse_tree.h"
#include "state_keys.h"
#include "support/catch.h"
#include "world.h"

using namespace medchain;
using namespace medchain::test;

namespace {

constexpr const char* kGolden = "tests/unit/state/golden/state_format.txt";

Address address(std::uint8_t filler) {
  Address address;
  address.bytes.fill(filler);
  return address;
}

struct Lines {
  std::string text;
  void add(const std::string& name, ByteView bytes) { text += name + " " + to_hex(bytes) + "\n"; }
  void add(const std::string& name, const StateKey& key) {
    Bytes bytes{static_cast<std::uint8_t>(key.contract)};
    append(bytes, key.bytes);
    add(name, bytes);
  }
};

void add_keys(Lines& lines) {
  RecordId record;
  record.bytes.fill(0x33);
  SigningPublicKey signing;
  signing.storage.fill(0);
  lines.add("key account", state_key::account(address(0x11)));
  lines.add("key candidate", state_key::candidate(address(0x11)));
  lines.add("key standing", state_key::standing());
  lines.add("key tally", state_key::tally(address(0x11)));
  lines.add("key consensus_key", state_key::consensus_key(signing));
  lines.add("key current_key", state_key::current_key(address(0x11)));
  lines.add("key barred", state_key::barred(address(0x11)));
  lines.add("key slashed", state_key::slashed());
  lines.add("key release", state_key::release(Epoch{0x0102}));
  lines.add("key release_next", state_key::release_next(Epoch{0x0102}, address(0x11)));
  lines.add("key participant", state_key::participant(address(0x11)));
  lines.add("key signing_key", state_key::signing_key(signing));
  lines.add("key record", state_key::record(record));
  lines.add("key standing readers", state_key::standing_readers(address(0x22)));
  lines.add("key access", state_key::access(record, address(0x22)));
}

void add_values(Lines& lines) {
  Hash hash;
  hash.bytes.fill(0x44);
  Account account{Tokens{1}, Tokens{2}, {address(0x11)}, {{Epoch{3}, Tokens{4}}}};
  lines.add("value account", bcs::encode(account));
  Participant participant{Role::kDevice, true, address(0x11), {}, "bed 3", Height{5}};
  lines.add("value participant", bcs::encode(participant));
  lines.add("value candidate", bcs::encode(Candidate{{}, address(0x11), Tokens{6}, 7}));
  Record record{address(0x11), address(0x22), RecordKind::kAlarm, 8, hash, 9, 2, hash, {hash.bytes}, Height{10}};
  lines.add("value record", bcs::encode(record));
  lines.add("value standing readers", bcs::encode(StandingReaders{{address(0x33)}, Height{12}}));
  lines.add("value access", bcs::encode(Access{true, address(0x11), hash, 1, Height{11}}));
  lines.add("value standing", bcs::encode(std::vector{address(0x11), address(0x22)}));
  lines.add("value tally", bcs::encode(Tokens{12}));
  lines.add("value release_next last", bcs::encode(std::optional<Address>{}));
  lines.add("value release_next", bcs::encode(std::optional{address(0x11)}));
}

void add_tree(Lines& lines) {
  std::vector<state::SparseTree::Change> changes;
  for (std::string name : {"a", "b", "c"}) {
    Hash key = state::key_hash(view(name));
    Hash value = state::value_hash(view("value of " + name));
    lines.add("tree key_hash " + name, key.bytes);
    lines.add("tree value_hash " + name, value.bytes);
    lines.add("tree leaf " + name, state::leaf_hash(key, value).bytes);
    changes.push_back({key, value});
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  state::SparseTree tree;
  tree.apply(tree.prepare(changes));
  lines.add("tree root", tree.root().bytes);
}

void add_states(Lines& lines) {
  World world;
  lines.add("genesis state_root", world.state.root().bytes);
  lines.add("proof present", world.state.prove(state_key::account(world.doctor.address())).encode());
  lines.add("proof absent", world.state.prove(state_key::account(world.stranger.address())).encode());
}

}  // namespace

TEST_CASE("state keys and values and hashes and proofs are as the format says") {
  Lines lines;
  add_keys(lines);
  add_values(lines);
  add_tree(lines);
  add_states(lines);
  if (std::getenv("MEDCHAIN_REWRITE_GOLDEN") != nullptr) std::ofstream(kGolden, std::ios::binary) << lines.text;
  std::ifstream file(kGolden, std::ios::binary);
  std::string golden((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(golden == lines.text);
}
