// A chain of one producer, and transfers for it.
#pragma once

#include "medchain/genesis.h"

namespace medchain::benchmark {

// With `senders` accounts that hold tokens.
Genesis genesis_of(std::size_t senders);
Address producer_of(const Genesis& genesis);
SigningKey consensus_key();  // of that producer

// `count` of them by the first `senders` accounts, each valid at the heights up to and including `until`.
std::vector<TxPtr> transfers(const ChainId& chain, Height until, std::size_t senders, std::size_t count);

}  // namespace medchain::benchmark
