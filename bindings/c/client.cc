// The client of a node.
#include "medchain/rpc/client.h"

#include <utility>

#include "handles.h"

struct medchain_client {
  medchain::rpc::Client inner;
};

namespace medchain::c {
namespace {

constexpr std::size_t kMaxNodeBytes = 1024;
constexpr std::size_t kMaxCaBytes = 1024 * 1024;

Result<rpc::ClientConfig> config_in(const medchain_client_options* given) {
  auto options = options_in(given, "options");
  if (!options) return options.error();
  auto node = text_in(options->node, kMaxNodeBytes, "options: node");
  if (!node) return node.error();
  auto ca = text_in(options->ca, kMaxCaBytes, "options: ca");
  if (!ca) return ca.error();
  rpc::ClientConfig config;
  config.node = *node;
  config.ca = *ca;
  if (options->identity != nullptr) config.identity = &options->identity->pair;
  if (options->address != nullptr) config.address = convert<Address>(*options->address);
  if (options->chain != nullptr) config.chain = convert<ChainId>(*options->chain);
  if (options->timeout_ms != 0) config.timeout_ms = options->timeout_ms;
  return config;
}

void released_out(rpc::ReleasedRecord& released, medchain_released& out) {
  const Record& record = released.record;
  medchain_released answer{};
  answer.author = convert<medchain_address>(record.author);
  answer.subject = convert<medchain_address>(record.subject);
  answer.transaction = convert<medchain_transaction_id>(record.transaction);
  answer.content_commitment = convert<medchain_hash>(record.content_commitment);
  answer.time_ms = record.time_ms;
  answer.height = record.height.value;
  answer.kind = static_cast<medchain_record_kind>(record.kind);
  bytes_out(released.body, answer.body);
  try {
    bytes_out(bcs::encode(released.wrap), answer.wrap);
  } catch (...) {
    medchain_buffer_free(&answer.body);
    throw;
  }
  answer_out(answer, out);
}

// What the reader goes by: who wrote the record, with which key (nothing: any whose address is the author's), and what
// its content commits to.
struct Origin {
  Address author;
  std::optional<SigningPublicKey> key;
  Hash content_commitment;
};

Error not_the_record() { return {ErrorCode::kAuthentication, "the node sent something else than this record"}; }

// Of the put itself, proved by its receipt.
Result<Origin> proved_origin(rpc::Client& client, const medchain_genesis& genesis, const RecordId& id,
                             const Record& record) {
  auto proof = client.receipt_proof(record.transaction);
  if (!proof) return proof.error();
  auto verified = verify(genesis, *proof);
  if (!verified) return verified.error();
  const SignedTransaction& content = verified->transaction->content;
  const auto* records = std::get_if<RecordsBody>(&content.transaction.body);
  const Put* put = records == nullptr ? nullptr : std::get_if<Put>(records);
  bool right = put != nullptr && verified->receipt.status == TxStatus::kSuccess &&
               record_id(genesis.chain, content.transaction.sender, *put) == id;
  if (!right) return not_the_record();
  return Origin{content.transaction.sender, content.key, put->content_commitment};
}

Result<Opened> open_released(rpc::Client& client, const medchain_genesis* genesis, const RecordId& id,
                             const KeyPair& reader) {
  if (genesis != nullptr && genesis->chain != client.chain()) {
    return Error(ErrorCode::kConflict, "the node is of another chain than the genesis");
  }
  auto released = client.fetch(id);
  if (!released) return released.error();
  const Record& record = released->record;
  auto origin = genesis == nullptr ? Result<Origin>(Origin{record.author, {}, record.content_commitment})
                                   : proved_origin(client, *genesis, id, record);
  if (!origin) return origin.error();
  auto opened = open_record(released->body, released->wrap, origin->content_commitment, reader);
  if (!opened) return opened.error();
  bool author_right =
      opened->author && (origin->key ? *opened->author == *origin->key : address_of(*opened->author) == origin->author);
  if (!author_right || opened->context != SealContext(RecordContext{client.chain(), id})) {
    wipe(opened->plaintext);
    return not_the_record();
  }
  return opened;
}

}  // namespace
}  // namespace medchain::c

using namespace medchain;
using c::call;
using c::convert;
using c::present;

medchain_status medchain_client_connect(const medchain_client_options* options, medchain_client** client) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(client, "client"));
    auto config = c::config_in(options);
    if (!config) return config.error();
    auto connected = rpc::Client::connect(std::move(*config));
    if (!connected) return connected.error();
    *client = new medchain_client{std::move(*connected)};
    return {};
  });
}

void medchain_client_free(medchain_client* client) { delete client; }

medchain_status medchain_client_status(medchain_client* client, medchain_node_status* status) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::clear_answer(status, "status"));
    MEDCHAIN_TRY(present(client, "client"));
    auto told = client->inner.status();
    if (!told) return told.error();
    medchain_node_status answer{};
    answer.chain = convert<medchain_chain_id>(told->chain);
    answer.node = convert<medchain_address>(told->node);
    answer.height = told->height.value;
    answer.block = convert<medchain_hash>(told->block);
    answer.state_root = convert<medchain_hash>(told->state_root);
    answer.time_ms = told->time_ms;
    answer.peers = told->peers;
    answer.replay_window = told->replay_window;
    c::answer_out(answer, *status);
    return {};
  });
}

medchain_status medchain_client_block(medchain_client* client, uint64_t height, medchain_block* block) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::clear_answer(block, "block"));
    MEDCHAIN_TRY(present(client, "client"));
    auto told = height == 0 ? client->inner.latest_block() : client->inner.block(Height{height});
    if (!told) return told.error();
    medchain_block answer{};
    answer.height = told->header.height.value;
    answer.round = told->header.round.value;
    answer.time_ms = told->header.time_ms;
    answer.hash = convert<medchain_hash>(told->hash);
    answer.state_root = convert<medchain_hash>(told->header.state_root);
    answer.producer = convert<medchain_address>(told->header.producer);
    answer.transactions = told->header.transaction_count;
    answer.signatures = static_cast<uint32_t>(told->certificate.signatures.size());
    c::answer_out(answer, *block);
    return {};
  });
}

medchain_status medchain_client_submit(medchain_client* client, const medchain_submission* submission) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(client, "client"));
    MEDCHAIN_TRY(present(submission, "submission"));
    auto answers = client->inner.submit({submission->content});
    if (!answers) return answers.error();
    if (answers->size() != 1) return Error(ErrorCode::kInternal, "another number of answers than submissions");
    if (!answers->front()) return answers->front().error();
    if (*answers->front() != submission->id) return Error(ErrorCode::kMalformed, "the node accepted another id");
    return {};
  });
}

medchain_status medchain_client_wait_receipt(medchain_client* client, const medchain_transaction_id* id,
                                             uint64_t within_ms, uint32_t* outcome) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(outcome, "outcome"));
    *outcome = MEDCHAIN_NO_OUTCOME;
    MEDCHAIN_TRY(present(client, "client"));
    MEDCHAIN_TRY(present(id, "id"));
    auto receipt = client->inner.wait_receipt(convert<TxId>(*id), within_ms);
    if (!receipt) return receipt.error();
    if (receipt->id != convert<TxId>(*id)) return Error(ErrorCode::kMalformed, "the node told another's receipt");
    *outcome = static_cast<uint32_t>(receipt->status);
    return {};
  });
}

medchain_status medchain_client_receipt(medchain_client* client, const medchain_transaction_id* id,
                                        medchain_buffer* receipt) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(receipt, "receipt"));
    MEDCHAIN_TRY(present(client, "client"));
    MEDCHAIN_TRY(present(id, "id"));
    auto proof = client->inner.receipt_proof(convert<TxId>(*id));
    if (!proof) return proof.error();
    c::bytes_out(encode_receipt_proof(*proof), *receipt);
    return {};
  });
}

medchain_status medchain_client_public_keys(medchain_client* client, const medchain_address* address,
                                            medchain_public_keys** keys) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(keys, "keys"));
    MEDCHAIN_TRY(present(client, "client"));
    MEDCHAIN_TRY(present(address, "address"));
    auto of = convert<Address>(*address);
    auto account = client->inner.account(of);
    if (!account) return account.error();
    if (!account->participant) return Error(ErrorCode::kNotFound, of.text() + " is not registered on this chain");
    const PublicKeys& told = account->participant->keys;
    MEDCHAIN_TRY(told.check());
    if (told.address() != of) {
      return Error(ErrorCode::kAuthentication, "the keys of " + of.text() + " do not follow from its address: rotated");
    }
    *keys = new medchain_public_keys{told};
    return {};
  });
}

medchain_status medchain_client_fetch(medchain_client* client, const medchain_record_id* record,
                                      medchain_released* released) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::clear_answer(released, "released"));
    MEDCHAIN_TRY(present(client, "client"));
    MEDCHAIN_TRY(present(record, "record"));
    auto told = client->inner.fetch(convert<RecordId>(*record));
    if (!told) return told.error();
    c::released_out(*told, *released);
    return {};
  });
}

void medchain_released_free(medchain_released* released) {
  if (released == nullptr) return;
  medchain_buffer_free(&released->body);
  medchain_buffer_free(&released->wrap);
}

medchain_status medchain_client_open_record(medchain_client* client, const medchain_genesis* genesis,
                                            const medchain_record_id* record, const medchain_keys* reader,
                                            medchain_buffer* document, medchain_opened* about) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(document, "document"));
    MEDCHAIN_TRY(c::clear_opened(about));
    MEDCHAIN_TRY(present(client, "client"));
    MEDCHAIN_TRY(present(record, "record"));
    MEDCHAIN_TRY(present(reader, "reader"));
    auto opened = c::open_released(client->inner, genesis, convert<RecordId>(*record), reader->pair);
    if (!opened) return opened.error();
    c::secret_out(opened->plaintext, *document);
    c::opened_out(*opened, about);
    return {};
  });
}
