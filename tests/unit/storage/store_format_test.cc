// Golden bytes: a store written by this version is read by every later one.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/catch.h"
#include "unit/storage/samples.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

constexpr const char* kGolden = "tests/unit/storage/golden/store.txt";

std::string as_lines(const Batch& batch) {
  std::string lines;
  for (const Batch::Operation& operation : batch.operations) {
    lines += std::string(to_string(operation.table)) + " " + to_hex(operation.key) + " " +
             (operation.value ? operation.value->empty() ? "(empty)" : to_hex(*operation.value) : "(erased)") + "\n";
  }
  return lines;
}

Batch one_of_each() {
  Batch batch;
  store::initialise(batch, sample_chain());
  const StoredBlock first = sample_block(Height{1}, 2);
  store::put_block(batch, first);
  store::put_block(batch, sample_block(Height{2}, 0, true));
  store::put_payload(batch, filled(0x55), Payload{{{1, 2, 3}, {}}});
  store::put_vote_log(batch, {}, {sample_key(3).public_key(), sample_key(4).public_key()});
  store::put_votes(batch, sample_votes(Height{3}));
  store::put_proposal(batch, sample_block(Height{3}, 1).certified.block);
  store::erase_proposal(batch, filled(0x66));
  const StateChanges changes{{state_key_of(Contract::kTokens, {1, 2}), Bytes{9}},
                             {state_key_of(Contract::kConsent, {}), Bytes{}},
                             {state_key_of(Contract::kRecords, {3}), std::nullopt}};
  store::Places places;
  places.add(first.certified.block);
  store::put_state(batch, {Height{2}, filled(0x77), sample_committee(1, 10)}, changes, places);
  return batch;
}

}  // namespace

TEST_CASE("Keys and values are the bytes that FORMAT.md gives") {
  std::string lines = as_lines(one_of_each());
  if (std::getenv("MEDCHAIN_REWRITE_GOLDEN")) std::ofstream(kGolden) << lines;
  std::ifstream file(kGolden);
  std::stringstream golden;
  golden << file.rdbuf();
  CHECK(lines == golden.str());
}

TEST_CASE("Keys that FORMAT.md spells out are these") {
  Batch batch;
  store::initialise(batch, sample_chain());
  store::put_payload(batch, filled(0x55), Payload{{{1}, {2}}});
  store::put_block(batch, sample_block(Height{0x0102}, 0, true));
  std::string lines = as_lines(batch);
  CHECK(lines.find("meta " + to_hex(view("format")) + " 03000000\n") == 0);
  CHECK(lines.find("payloads " + filled(0x55).hex() + "0001 02\n") != std::string::npos);
  CHECK(lines.find("blocks 0000000000000102 01") != std::string::npos);
  CHECK(lines.find("meta " + to_hex(view("handover/")) + "0000000000000102 (empty)\n") != std::string::npos);
  CHECK(lines.find("meta " + to_hex(view("last_block")) + " 0201000000000000\n") != std::string::npos);
}
