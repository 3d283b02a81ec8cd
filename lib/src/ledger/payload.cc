#include "medchain/merkle.h"
#include "medchain/transaction.h"

namespace medchain {
namespace {

Error mismatch(std::string_view what, std::uint64_t found, std::uint64_t expected) {
  return {ErrorCode::kMalformed, "the payload has " + std::to_string(found) + " " + std::string(what) +
                                     ", its transaction commits to " + std::to_string(expected)};
}

Result<void> check_limits(const Payload& payload) {
  if (payload.parts.size() > limits::kMaxPayloadParts) {
    return Error(ErrorCode::kTooLarge, "the payload has " + std::to_string(payload.parts.size()) + " parts, at most " +
                                           std::to_string(limits::kMaxPayloadParts) + " are allowed");
  }
  if (payload.bytes() > limits::kMaxPayloadBytes) {
    return Error(ErrorCode::kTooLarge, "the payload has " + std::to_string(payload.bytes()) + " bytes, at most " +
                                           std::to_string(limits::kMaxPayloadBytes) + " are allowed");
  }
  return {};
}

}  // namespace

Hash Payload::root() const {
  std::vector<Hash> leaves;
  leaves.reserve(parts.size());
  for (const Bytes& part : parts) leaves.push_back(merkle::leaf_hash(part));
  return merkle::root(leaves);
}

std::uint64_t Payload::bytes() const {
  std::uint64_t sum = 0;
  for (const Bytes& part : parts) sum += part.size();
  return sum;
}

std::optional<PayloadCommitment> payload_of(const Body& body) {
  if (auto* records = std::get_if<RecordsBody>(&body)) {
    const Put& put = std::get<Put>(*records);
    return PayloadCommitment{put.payload_root, put.payload_bytes, 1 + put.readers.size()};
  }
  if (auto* consent = std::get_if<ConsentBody>(&body)) {
    if (auto* grant = std::get_if<Grant>(consent))
      return PayloadCommitment{grant->payload_root, grant->payload_bytes, 1};
  }
  return std::nullopt;
}

Result<void> check_payload(const Body& body, const Payload& payload) {
  auto commitment = payload_of(body);
  if (!commitment) {
    if (payload.parts.empty()) return {};
    return Error(ErrorCode::kMalformed, "a payload came with a transaction (" + body_name(body) + ") that has none");
  }
  MEDCHAIN_TRY(check_limits(payload));
  if (payload.parts.size() != commitment->parts) return mismatch("parts", payload.parts.size(), commitment->parts);
  if (payload.bytes() != commitment->bytes) return mismatch("bytes", payload.bytes(), commitment->bytes);
  if (payload.root() != commitment->root) {
    return Error(ErrorCode::kMalformed, "the payload's root is " + payload.root().hex() +
                                            ", its transaction commits to " + commitment->root.hex());
  }
  return {};
}

}  // namespace medchain
