#include "readers.h"

#include <algorithm>

namespace medchain::gateway {
namespace {

constexpr std::uint64_t kAskAgainMs = 1'000;
constexpr std::size_t kMaxKnown = 10'000;
constexpr int kAttempts = 20;
constexpr std::uint64_t kBlocksBack = 4;  // that a busy chain may have added between proof and header

Error not_now(std::string_view what) { return {ErrorCode::kUnavailable, std::string(what)}; }

}  // namespace

bool Readers::young(std::uint64_t block_ms, std::uint64_t now_ms) const {
  const std::uint64_t apart = std::max(block_ms, now_ms) - std::min(block_ms, now_ms);
  return apart <= max_age_ms_;
}

// A node proves at its newest state: the block of that height, or one just before the newest, must have this root.
Result<std::optional<Readers::Proved>> Readers::match(Ledger& node, const StateProof& proof, std::uint64_t now_ms) {
  auto block = chain_.latest(node);
  for (std::uint64_t back = 0;; ++back) {
    if (!block) return block.error();
    const BlockHeader& header = block->header;
    if (!young(header.time_ms, now_ms)) return not_now("the node's newest block is too old to prove anything by");
    if (verify_state_proof(proof, header.state_root)) return std::optional(Proved{proof.value, header.time_ms});
    if (back == kBlocksBack || header.height.value <= 1) return std::optional<Proved>();
    block = chain_.block(node, header.height.previous());
  }
}

Result<Readers::Proved> Readers::prove(Ledger& node, const StateKey& key, std::uint64_t now_ms) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto proof = node.state_proof(key);
    if (!proof) return proof.error();
    if (!(proof->key == key)) return Error(ErrorCode::kAuthentication, "the node proved another key of the state");
    auto matched = match(node, *proof, now_ms);
    if (!matched) return matched.error();
    if (*matched) return std::move(**matched);
  }
  return not_now("no proof of the node matched a block");
}

Result<std::optional<Participant>> Readers::participant(Ledger& node, const Address& address, std::uint64_t now_ms,
                                                        std::uint64_t& proved_ms) {
  auto proved = prove(node, state_key::participant(address), now_ms);
  if (!proved) return proved.error();
  proved_ms = std::min(proved_ms, proved->block_ms);
  if (!proved->value) return std::optional<Participant>();
  auto participant = bcs::decode<Participant>(*proved->value);
  if (!participant) return Error(ErrorCode::kUnsupportedVersion, "the state holds a participant of an unknown form");
  MEDCHAIN_TRY(participant->keys.check());
  return std::optional<Participant>(std::move(*participant));
}

Result<Readers::Known> Readers::prove_all(Ledger& node, const Address& patient, std::uint64_t now_ms) {
  Known known{{}, now_ms, UINT64_MAX};
  auto subject = participant(node, patient, now_ms, known.proved_ms);
  if (!subject) return subject.error();
  if (!*subject || (*subject)->role != Role::kPatient || (*subject)->suspended) {
    return Error(ErrorCode::kInadmissible, "the device's subject is no registered patient in good standing");
  }
  known.readers.push_back({patient, (*subject)->keys});
  auto list = prove(node, state_key::standing_readers(patient), now_ms);
  if (!list) return list.error();
  known.proved_ms = std::min(known.proved_ms, list->block_ms);
  if (!list->value) return known;
  auto standing = bcs::decode<StandingReaders>(*list->value);
  if (!standing) return Error(ErrorCode::kUnsupportedVersion, "the state holds standing readers of an unknown form");
  for (const Address& address : standing->readers) {
    auto reader = participant(node, address, now_ms, known.proved_ms);
    if (!reader) return reader.error();
    if (*reader && !(*reader)->suspended) known.readers.push_back({address, (*reader)->keys});
  }
  return known;
}

Result<std::vector<Reader>> Readers::of(Ledger& node, const Address& patient, std::uint64_t now_ms) {
  auto found = known_.find(patient);
  const bool usable = found != known_.end() && young(found->second.proved_ms, now_ms);
  if (usable && now_ms < found->second.asked_ms + kAskAgainMs) return found->second.readers;
  auto known = prove_all(node, patient, now_ms);
  if (!known) return known.error();
  if (known_.size() >= kMaxKnown) known_.clear();
  auto readers = known->readers;
  known_.insert_or_assign(patient, std::move(*known));
  return readers;
}

}  // namespace medchain::gateway
