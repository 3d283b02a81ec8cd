// The bytes of lib/src/index/FORMAT.md, typed in.
#include "blocks.h"

using namespace medchain;
using namespace medchain::testing;

TEST_CASE("The entries of a block are the bytes of FORMAT.md") {
  const Put put = put_of(2, RecordKind::kAlarm, 0x0102030405060708, 9);
  const StoredBlock block = block_of(Height{0x11}, {transaction_of(1, RecordsBody{put})});
  Batch batch;
  index::add(batch, block);
  std::map<std::string, std::string> entries;
  for (const auto& operation : batch.operations) {
    CHECK(operation.table == Table::kIndex);
    entries.emplace(to_hex(operation.key), to_hex(*operation.value));
  }
  const std::string author = to_hex(person(1).view()), subject = to_hex(person(2).view());
  const std::string record = record_id(sample_chain(), person(1), put).hex();
  const std::string position = "fefdfcfbfaf9f8f7" + record;
  const std::string place =
      "ffffffffffffffee"
      "ffffffff";
  const std::string height = "1100000000000000";
  const std::string value = subject + author + "01" + height;
  CHECK(entries == std::map<std::string, std::string>{{"00", height},
                                                      {"01" + block.certified.block.hash().hex(), height},
                                                      {"02" + author + place, ""},
                                                      {"02" + subject + place, ""},
                                                      {"03" + subject + position, value},
                                                      {"04" + author + position, value},
                                                      {"0501" + position, value},
                                                      {"06" + position, value},
                                                      {"07" + record + place, ""}});
}
