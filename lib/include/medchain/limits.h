// Every limit of the ledger, in one place, related to one another by static assertions. Sizes are in bytes.
// Limits that a consortium may choose are Parameters of its genesis (genesis.h), bounded by those here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace medchain::limits {

inline constexpr std::size_t kMaxTransactionBytes = 64 * 1024;  // signed transaction, without its payload
inline constexpr std::size_t kMaxBlockBytes = 8 * 1024 * 1024;  // header and transactions
inline constexpr std::size_t kMaxHeaderBytes = 16 * 1024;       // with its parent's certificate
inline constexpr std::size_t kMinBlockBytes = kMaxTransactionBytes + kMaxHeaderBytes;  // least max_block_bytes
inline constexpr std::size_t kMaxBlockTransactions = 16 * 1024;
inline constexpr std::size_t kMaxBlockPayloadBytes = 64 * 1024 * 1024;  // payloads that travel with one block
inline constexpr std::size_t kMaxPayloadBytes = 16 * 1024 * 1024;       // all parts of one transaction's payload
inline constexpr std::size_t kMaxPayloadParts = 1 + 256;                // the sealed body, and a wrap for each reader
inline constexpr std::size_t kMaxReaders = 256;
inline constexpr std::size_t kMaxLabelBytes = 128;  // labels of devices, names of institutions
inline constexpr std::size_t kMaxVotedCandidates = 16;
inline constexpr std::size_t kMaxCommittee = 100;
inline constexpr std::size_t kMaxCandidates = 1000;
inline constexpr std::size_t kMaxUnbondings = 32;  // at once, of one account
inline constexpr std::size_t kMaxGenesisParticipants = 100'000;
inline constexpr std::size_t kMaxGenesisTextBytes = 128 * 1024 * 1024;     // genesis.json
inline constexpr std::uint64_t kMaxTimeMs = (std::uint64_t{1} << 53) - 1;  // of genesis: exact as a JSON number
inline constexpr std::uint64_t kMaxTotalTokens = std::uint64_t{1} << 62;   // sums of all balances and stakes stay below
inline constexpr std::uint32_t kMaxReplayWindow = 8192;                    // heights
inline constexpr std::size_t kMaxMessageBytes = 96 * 1024 * 1024;          // one message between nodes
inline constexpr std::size_t kMaxListed = 16 * 1024;                       // transactions or payloads in such a message
inline constexpr std::size_t kMaxHandovers = 100'000;                      // in one receipt proof
inline constexpr std::size_t kMaxReceiptProofBytes = 64 * 1024 * 1024;

static_assert(kMaxCommittee * 70 + 1024 <= kMaxHeaderBytes, "a certificate by the largest committee fits a header");
static_assert(kMinBlockBytes <= kMaxBlockBytes, "the largest transaction fits a block, whatever its parameters");
static_assert(kMaxTransactionBytes * 16 <= kMaxBlockBytes, "a block holds many of the largest transactions");
static_assert(kMaxPayloadBytes <= kMaxBlockPayloadBytes, "the largest payload fits a block");
static_assert(kMaxBlockBytes + kMaxBlockPayloadBytes < kMaxMessageBytes, "a block and its payloads fit one message");
static_assert(kMaxListed >= kMaxBlockTransactions, "the payloads of a whole block fit one message");
static_assert(kMaxPayloadParts == 1 + kMaxReaders);
static_assert(kMaxVotedCandidates <= kMaxCandidates && kMaxCommittee <= kMaxCandidates);

}  // namespace medchain::limits
