#include "consensus_key.h"

#include <fmt/format.h>

#include <cstdlib>

#include "common/files.h"
#include "config.h"
#include "medchain/key_file.h"

namespace medchaind {

using medchain::Error;
using medchain::ErrorCode;
using medchain::KeyPair;
using medchain::Result;
using programs::Path;
using programs::write_file;

Path unused_mark(const Path& consensus_key) { return consensus_key.string() + ".unused"; }

Path retiring_key(const Path& consensus_key) { return consensus_key.string() + ".retiring"; }

Result<void> mark_unused(const Path& consensus_key) {
  return write_file(unused_mark(consensus_key), {}, programs::kPublicMode);
}

Result<void> remove_unused_mark(const Path& consensus_key) { return programs::remove_file(unused_mark(consensus_key)); }

Result<void> remove_retiring_key(const Path& consensus_key) {
  return programs::remove_file(retiring_key(consensus_key));
}

namespace {

constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;

// A key that has signed nothing is needed nowhere. What it was to replace may still be.
Result<void> retire(const Path& file) {
  std::error_code ignored;
  if (std::filesystem::exists(unused_mark(file), ignored) || !std::filesystem::exists(file, ignored)) return {};
  auto text = programs::read_file(file, kMaxKeyFileBytes);
  if (!text) return text.error();
  auto written = write_file(retiring_key(file), *text, programs::kPrivateMode);
  medchain::wipe(*text);
  return written;
}

}  // namespace

Result<void> new_consensus_key(const Path& config_file) {
  auto config = read_config(config_file);
  if (!config) return config.error();
  if (!config->consensus_key) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} names no consensus_key, so this node follows; name the file to make, and try again",
                             config_file.string()));
  }
  const Path& file = *config->consensus_key;
  const char* passphrase = std::getenv("MEDCHAIN_PASSPHRASE");
  KeyPair keys = KeyPair::generate(medchain::KeyAlgorithm::kEd25519);
  medchain::SecretBytes text =
      medchain::encode_key_file(keys, passphrase ? std::optional<std::string_view>(passphrase) : std::nullopt);
  MEDCHAIN_TRY(retire(file));
  // The mark comes last: it must never stand beside the old key, which has voted.
  MEDCHAIN_TRY(programs::remove_file(unused_mark(file)));
  MEDCHAIN_TRY(write_file(file, text.expose(), programs::kPrivateMode));
  Path public_file = file;
  public_file.replace_extension(".pub");
  std::string public_text = medchain::encode_public_key_file(keys.public_keys());
  MEDCHAIN_TRY(write_file(public_file, medchain::view(public_text), programs::kPublicMode));
  MEDCHAIN_TRY(mark_unused(file));
  fmt::print(
      "{} holds a new consensus key {}.\n"
      "Next: (re)start the node, then let the network know, with the node's account:\n"
      "  medchain --node {} --ca {} --key {} stand {}\n"
      "The node votes with it from the next committee on, and until then with the one before. Neither copy nor back up "
      "these files.\n",
      file.string(), medchain::to_hex(keys.signing.public_key().bytes()), config->client_listen, config->ca.string(),
      config->node_key.string(), file.string());
  return {};
}

}  // namespace medchaind
