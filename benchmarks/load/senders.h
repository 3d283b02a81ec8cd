// Accounts that exist for a measurement alone. Their keys follow from their numbers, so that nothing need be stored.
// They protect nothing.
#pragma once

#include <filesystem>

#include "medchain/genesis.h"
#include "medchain/transaction.h"

namespace medchain::benchmark {

KeyPair sender(std::size_t number);

// Institutions that admit further accounts.
inline constexpr std::size_t kRegistrars = 16;
KeyPair registrar(std::size_t number);

// Puts the registrars and the first `count` senders, these with tokens, into the genesis of every node in `network`, a
// directory that `medchaind init` made and of which no node has started. A transaction may then wait for
// `replay_window` heights. Gives the genesis.
Result<Genesis> add_senders(const std::filesystem::path& network, std::size_t count, std::uint32_t replay_window);

}  // namespace medchain::benchmark
