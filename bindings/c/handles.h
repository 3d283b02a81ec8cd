// What the opaque handles of medchain.h hold.
#pragma once

#include "call.h"
#include "medchain/genesis.h"
#include "medchain/peer_message.h"
#include "medchain/receipt.h"
#include "medchain/sealing.h"

struct medchain_keys {
  medchain::KeyPair pair;
};

struct medchain_public_keys {
  medchain::PublicKeys keys;
};

struct medchain_submission {
  medchain::Submission content;
  medchain::TxId id;
};

struct medchain_genesis {
  medchain::ChainId chain;
  medchain::Anchor anchor;
};

namespace medchain::c {

inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxDocument = MEDCHAIN_MAX_DOCUMENT;

// `readers`: an array of `count` handles, none of them NULL.
Result<std::vector<PublicKeys>> readers_in(const medchain_public_keys* const* readers, std::size_t count,
                                           std::size_t limit);
// NULL: the defaults. What it points to is borrowed.
Result<SealOptions> seal_options_in(const medchain_seal_options* given);
void opened_out(const Opened& opened, medchain_opened* about);
Result<void> clear_opened(medchain_opened* about);  // NULL is right: not wanted
Result<Wrap> wrap_in(const void* wrap, std::size_t size);
Result<VerifiedReceipt> verify(const medchain_genesis& genesis, const ReceiptProof& proof);

}  // namespace medchain::c
