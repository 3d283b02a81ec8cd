#include "medchain/transaction.h"

#include "medchain/merkle.h"
#include "medchain/signatures.h"

namespace medchain {
namespace {

constexpr std::string_view kDomain = "medchain/transaction/v1";
constexpr std::string_view kPossessionDomain = "medchain/consensus-key/v1";

// Of ParsedTransaction::keys_good.
enum : std::uint8_t { kUnknown, kGood, kBad };

const PublicKeys* new_keys_of(const Transaction& transaction) {
  const auto* registry = std::get_if<RegistryBody>(&transaction.body);
  if (registry == nullptr) return nullptr;
  if (const auto* registered = std::get_if<Register>(registry)) return &registered->keys;
  if (const auto* rotated = std::get_if<RotateKeys>(registry)) return &rotated->keys;
  return nullptr;
}

Hash transaction_hash(ByteView unsigned_bytes) { return hash_with_domain(kDomain, {unsigned_bytes}); }

// What was signed is a prefix of what was received, so it need not be encoded again: the key and the signature, both of
// known size, follow it.
ByteView unsigned_bytes(const ParsedTransaction& transaction) {
  const std::size_t tail = 1 + transaction.content.key.size() + Signature::kSize;
  return ByteView(transaction.bytes).first(transaction.bytes.size() - tail);
}

TxPtr derive(Bytes bytes, SignedTransaction content) {
  auto parsed = std::make_shared<ParsedTransaction>();
  parsed->bytes = std::move(bytes);
  parsed->content = std::move(content);
  parsed->id = TxId{transaction_hash(unsigned_bytes(*parsed)).bytes};
  parsed->leaf = merkle::leaf_hash(parsed->bytes);
  return parsed;
}

}  // namespace

RecordId record_id(const ChainId& chain, const Address& author, const Put& put) {
  bcs::Encoder encoder;
  bcs::write(encoder, chain);
  bcs::write(encoder, author);
  bcs::write(encoder, put.subject);
  bcs::write(encoder, put.kind);
  bcs::write(encoder, put.time_ms);
  bcs::write(encoder, put.nonce);
  return RecordId{hash_with_domain("medchain/record/v1", {encoder.take()}).bytes};
}

bool ParsedTransaction::keys_good() const {
  const PublicKeys* keys = new_keys_of(transaction());
  if (keys == nullptr) return true;
  std::uint8_t verdict = keys_verdict_.load(std::memory_order_relaxed);
  if (verdict == kUnknown) {
    verdict = keys->check() ? kGood : kBad;
    keys_verdict_.store(verdict, std::memory_order_relaxed);
  }
  return verdict == kGood;
}

void ParsedTransaction::adopt_verdict(const ParsedTransaction& same) const {
  const std::uint8_t verdict = same.keys_verdict_.load(std::memory_order_relaxed);
  if (verdict != kUnknown) keys_verdict_.store(verdict, std::memory_order_relaxed);
}

TxId Transaction::id() const { return TxId{transaction_hash(bcs::encode(*this)).bytes}; }

SignedTransaction sign_transaction(Transaction transaction, const SigningKey& key) {
  Signature signature = key.sign(kDomain, transaction.chain, bcs::encode(transaction));
  return {std::move(transaction), key.public_key(), signature};
}

SignedTransaction sign_transaction(Transaction transaction, const Signer& signer) {
  Signature signature = signer.sign(kDomain, transaction.chain, bcs::encode(transaction));
  return {std::move(transaction), signer.public_key(), signature};
}

Bytes transaction_message(const Transaction& transaction) {
  Bytes message = to_bytes(view(kDomain));
  message.push_back(0);
  append(message, transaction.chain.bytes);
  append(message, bcs::encode(transaction));
  return message;
}

Stand make_stand(const ChainId& chain, const Address& validator, const Signer& consensus_key) {
  return {consensus_key.public_key(), consensus_key.sign(kPossessionDomain, chain, validator.bytes)};
}

bool verify_possession(const Stand& stand, const ChainId& chain, const Address& validator,
                       const SignatureVerifier& verifier) {
  return verifier.verify(stand.consensus_key, kPossessionDomain, chain, validator.bytes, stand.possession);
}

Result<TxPtr> parse_transaction(Bytes bytes) {
  if (bytes.size() > limits::kMaxTransactionBytes) {
    return Error(ErrorCode::kTooLarge, "a transaction has " + std::to_string(bytes.size()) + " bytes, at most " +
                                           std::to_string(limits::kMaxTransactionBytes) + " are allowed");
  }
  auto content = bcs::decode<SignedTransaction>(bytes);
  if (!content) return content.error();
  return derive(std::move(bytes), std::move(*content));
}

TxPtr make_transaction(SignedTransaction content) {
  Bytes bytes = bcs::encode(content);
  return derive(std::move(bytes), std::move(content));
}

bool verify_transaction(const ParsedTransaction& transaction, const SignatureVerifier& verifier) {
  const SignedTransaction& content = transaction.content;
  return verifier.verify(content.key, kDomain, content.transaction.chain, unsigned_bytes(transaction),
                         content.signature);
}

}  // namespace medchain
