// What a node answers to a client, or to a peer that dials it: a Cap'n Proto message with an Answer, read as each type
// that an answer may hold. Cap'n Proto may throw on a bad pointer, as it does inside a connection, which ends it;
// nothing else throws. What decodes has one encoding, and a failure's words are one short line.
#include <capnp/serialize.h>

#include "channel.h"
#include "convert.h"
#include "medchain/rpc/client.h"
#include "pieces.h"

using namespace medchain;
using namespace medchain::rpc;

namespace {

template <class... Ts>
void read_as(schema::Answer::Reader answer) {
  auto one = [&]<class T>(std::type_identity<T>) {
    auto decoded = decode_answer<T>(answer, "the node's answer");
    if (decoded) MEDCHAIN_ASSERT(equal(bcs::encode(*decoded), *read_answer(answer)), "an answer with two encodings");
  };
  (one(std::type_identity<Ts>{}), ...);
}

void read(schema::Answer::Reader answer) {
  auto value = read_answer(answer);
  if (!value) {
    const std::string& message = value.error().message();
    MEDCHAIN_ASSERT(message.size() <= 1000 && message.find('\n') == std::string::npos, "not one short line");
    return;
  }
  read_as<TxId, Receipt, NodeStatus, Committee, BlockSummary, TransactionInfo, ReceiptProof, AccountInfo, RecordInfo,
          ReleasedRecord, EventBatch, Welcome>(answer);
  if (auto proof = StateProof::decode(*value)) MEDCHAIN_ASSERT(equal(proof->encode(), *value), "two encodings");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto words = kj::heapArray<capnp::word>(size / sizeof(capnp::word));
  if (words.size() > 0) std::memcpy(words.begin(), data, words.asBytes().size());
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 1024 * 1024;
  options.nestingLimit = 16;
  auto thrown = kj::runCatchingExceptions([&] {
    capnp::FlatArrayMessageReader message(words, options);
    read(message.getRoot<schema::Answer>());
  });
  KJ_IF_MAYBE (exception, thrown) {
    MEDCHAIN_ASSERT(!to_error(*exception).message().empty(), "an exception without a word");
  }
  return 0;
}
