// The consensus key of a producer: made on its host, used there alone, never copied. `FILE.unused` beside the key file
// says that the key has never signed anything, so that its vote log may begin wherever the node first starts.
// `FILE.retiring` is the key before, with which the node votes until the committee lists the new one.
#pragma once

#include <filesystem>

#include "medchain/result.h"

namespace medchaind {

std::filesystem::path unused_mark(const std::filesystem::path& consensus_key);
std::filesystem::path retiring_key(const std::filesystem::path& consensus_key);
medchain::Result<void> mark_unused(const std::filesystem::path& consensus_key);
// Gone for good, also after a power failure, once this returns. Nothing to do when there is none.
medchain::Result<void> remove_unused_mark(const std::filesystem::path& consensus_key);
medchain::Result<void> remove_retiring_key(const std::filesystem::path& consensus_key);

// `medchaind new-consensus-key`: puts a new key in the place of the one that the configuration names, which becomes the
// retiring one if it was ever used, and tells on stdout what comes next. MEDCHAIN_PASSPHRASE protects the new file when
// it is set.
medchain::Result<void> new_consensus_key(const std::filesystem::path& config_file);

}  // namespace medchaind
