#include "medchain/block.h"

#include "medchain/merkle.h"

namespace medchain {
namespace {

std::size_t length_prefix_size(std::size_t length) { return length < 0x80 ? 1 : length < 0x4000 ? 2 : 3; }
static_assert(limits::kMaxTransactionBytes < 0x200000 && limits::kMaxBlockTransactions < 0x200000,
              "lengths within limits take at most three bytes of ULEB128");

std::string at_most(std::size_t limit) { return ", at most " + std::to_string(limit) + " are allowed"; }

std::string describe_count(std::size_t count) {
  return "a block has " + std::to_string(count) + " transactions" + at_most(limits::kMaxBlockTransactions);
}
std::string describe_size(std::size_t size) {
  return "a block has " + std::to_string(size) + " bytes" + at_most(limits::kMaxBlockBytes);
}
std::string describe_transaction(std::size_t index, std::size_t size) {
  return "transaction " + std::to_string(index) + " has " + std::to_string(size) + " bytes" +
         at_most(limits::kMaxTransactionBytes);
}

Result<void> check_sizes(const Block& block) {
  const auto& transactions = block.transactions;
  if (transactions.size() > limits::kMaxBlockTransactions) {
    return Error(ErrorCode::kTooLarge, describe_count(transactions.size()));
  }
  std::size_t header = bcs::encode(block.header).size();
  if (header > limits::kMaxHeaderBytes) {
    return Error(ErrorCode::kTooLarge,
                 "a block's header has " + std::to_string(header) + " bytes" + at_most(limits::kMaxHeaderBytes));
  }
  std::size_t size = header + length_prefix_size(transactions.size());
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    std::size_t bytes = transactions[i]->bytes.size();
    if (bytes > limits::kMaxTransactionBytes) return Error(ErrorCode::kTooLarge, describe_transaction(i, bytes));
    size += length_prefix_size(bytes) + bytes;
  }
  if (size > limits::kMaxBlockBytes) return Error(ErrorCode::kTooLarge, describe_size(size));
  return {};
}

Result<void> check_parent(const BlockHeader& header) {
  auto malformed = [](const char* why) { return Error(ErrorCode::kMalformed, why); };
  if (header.height.value == 0) return malformed("a block claims height 0, which is the genesis");
  if (header.height.value == 1) {
    if (header.parent_certificate)
      return malformed("the first block carries a certificate for its parent, the genesis");
    return {};
  }
  if (!header.parent_certificate) return malformed("a block carries no certificate for its parent");
  const Ballot& ballot = header.parent_certificate->ballot;
  if (ballot.type != VoteType::kCommit || ballot.height != header.height.previous() || ballot.digest != header.parent) {
    return malformed("a block's parent certificate is not of commits for its parent");
  }
  return {};
}

// One transaction, or nothing, with the decoder failed.
TxPtr read_transaction(bcs::Decoder& decoder, std::size_t index) {
  std::size_t size = decoder.length();
  if (size > limits::kMaxTransactionBytes) decoder.fail(ErrorCode::kTooLarge, describe_transaction(index, size));
  ByteView bytes = decoder.raw(size);
  if (!decoder.ok()) return nullptr;
  auto parsed = parse_transaction(to_bytes(bytes));
  if (!parsed) {
    decoder.fail(parsed.error().code(), "transaction " + std::to_string(index) + " (" + parsed.error().message() + ")");
    return nullptr;
  }
  return std::move(*parsed);
}

}  // namespace

Hash BlockHeader::hash() const { return hash_with_domain("medchain/block/v1", {bcs::encode(*this)}); }

Hash transactions_root(const std::vector<TxPtr>& transactions) {
  std::vector<Hash> leaves;
  leaves.reserve(transactions.size());
  for (const TxPtr& transaction : transactions) leaves.push_back(transaction->leaf);
  return merkle::root(leaves);
}

Hash receipts_root(const std::vector<Receipt>& receipts) {
  std::vector<Hash> leaves;
  leaves.reserve(receipts.size());
  for (const Receipt& receipt : receipts) leaves.push_back(merkle::leaf_hash(bcs::encode(receipt)));
  return merkle::root(leaves);
}

void Block::bcs_encode(bcs::Encoder& encoder) const {
  bcs::write(encoder, header);
  encoder.length(transactions.size());
  for (const TxPtr& transaction : transactions) bcs::write(encoder, transaction->bytes);
}

Block Block::bcs_decode(bcs::Decoder& decoder) {
  Block block;
  const std::size_t start = decoder.position();
  block.header = bcs::read<BlockHeader>(decoder);
  const std::size_t count = decoder.uleb128();
  if (decoder.ok() && count > limits::kMaxBlockTransactions) {
    decoder.fail(ErrorCode::kTooLarge, describe_count(count));
  }
  for (std::size_t i = 0; i < count && decoder.ok(); ++i) {
    TxPtr transaction = read_transaction(decoder, i);
    if (transaction == nullptr) break;
    block.transactions.push_back(std::move(transaction));
    const std::size_t size = decoder.position() - start;
    if (size > limits::kMaxBlockBytes) decoder.fail(ErrorCode::kTooLarge, describe_size(size));
  }
  return block;
}

Result<void> Block::check_form(const ChainId& chain) const {
  if (header.protocol_version != kProtocolVersion) {
    return Error(ErrorCode::kUnsupportedVersion, "a block follows protocol version " +
                                                     std::to_string(header.protocol_version) + ", expected " +
                                                     std::to_string(kProtocolVersion));
  }
  if (header.chain != chain) {
    return Error(ErrorCode::kConflict, "a block belongs to chain " + header.chain.hex() + ", expected " + chain.hex());
  }
  MEDCHAIN_TRY(check_sizes(*this));
  MEDCHAIN_TRY(check_parent(header));
  if (header.transaction_count != transactions.size()) {
    return Error(ErrorCode::kMalformed, "a block's header counts " + std::to_string(header.transaction_count) +
                                            " transactions, the block has " + std::to_string(transactions.size()));
  }
  if (header.transactions_root != transactions_root(transactions)) {
    return Error(ErrorCode::kMalformed, "a block's transactions do not have the root that its header names");
  }
  return {};
}

}  // namespace medchain
