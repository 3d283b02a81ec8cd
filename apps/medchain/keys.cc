// medchain keys new, keys show.
#include "medchain/key_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "arguments.h"
#include "commands.h"
#include "common/files.h"
#include "passphrase.h"

namespace program {
namespace {

using medchain::Error;
using medchain::ErrorCode;
using medchain::PublicKeys;
using medchain::Result;
using std::filesystem::path;

constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;

struct NewOptions {
  std::string algorithm = "ed25519";
  std::string out;
  bool passphrase = false;
};

struct ShowOptions {
  std::string file;
};

Report report_of(const PublicKeys& keys) {
  Report report;
  report.add("address", keys.address().text())
      .add("algorithm", std::string(to_string(keys.signing.algorithm)))
      .add("signing_key", medchain::to_hex(keys.signing.bytes()))
      .add("sealing_key", medchain::to_hex(keys.sealing.bytes()));
  return report;
}

path public_path(const path& key) {
  path pub = key;
  return pub.extension() == ".key" ? pub.replace_extension(".pub") : path(key.string() + ".pub");
}

Result<void> write_pair(const path& out, const medchain::KeyPair& keys, std::optional<std::string_view> passphrase) {
  path pub = public_path(out);
  std::error_code ignored;
  if (std::filesystem::exists(pub, ignored)) {
    return Error(ErrorCode::kConflict, pub.string() + " exists; keys are never overwritten");
  }
  MEDCHAIN_TRY(medchain::write_key_file(out, keys, passphrase));
  return medchain::write_public_key_file(pub, keys.public_keys());
}

Result<void> run_new(Program& program, const NewOptions& options) {
  auto algorithm = argument("--algorithm", options.algorithm, medchain::parse_key_algorithm(options.algorithm));
  if (!algorithm) return algorithm.error();
  std::optional<medchain::SecretBytes> passphrase;
  if (options.passphrase) {
    auto asked = ask_new_passphrase();
    if (!asked) return asked.error();
    passphrase = std::move(*asked);
  }
  auto keys = medchain::KeyPair::generate(*algorithm);
  std::optional<std::string_view> given;
  if (passphrase) given = medchain::text(passphrase->expose());
  MEDCHAIN_TRY(write_pair(options.out, keys, given));
  Report report = report_of(keys.public_keys());
  report.add("secret_file", options.out).add("public_file", public_path(options.out).string());
  program.output.print(report);
  return {};
}

Result<void> run_show(Program& program, const ShowOptions& options) {
  auto text = programs::read_file(options.file, kMaxKeyFileBytes);
  if (!text) return text.error();
  bool is_public = medchain::text(*text).find("PUBLIC") != std::string_view::npos;
  medchain::wipe(*text);
  if (is_public) {
    auto keys = medchain::read_public_key_file(options.file);
    if (!keys) return keys.error();
    program.output.print(report_of(*keys));
    return {};
  }
  auto keys = read_protected_key(options.file);
  if (!keys) return keys.error();
  program.output.print(report_of(keys->public_keys()));
  return {};
}

}  // namespace

void add_key_commands(CLI::App& app, Program& program) {
  auto* keys = app.add_subcommand("keys", "Make and show keys; no network needed");
  keys->require_subcommand(1);

  auto fresh = std::make_shared<NewOptions>();
  auto* make = keys->add_subcommand("new", "Make a key pair: FILE.key (secret, mode 0600) and FILE.pub");
  make->add_option("--algorithm", fresh->algorithm, "ed25519 or p256")->capture_default_str();
  make->add_option("--out", fresh->out, "The secret key file; never overwritten")->required();
  make->add_flag("--passphrase", fresh->passphrase, "Protect the file: asks, or takes MEDCHAIN_PASSPHRASE");
  program.on(make, fresh, run_new);

  auto shown = std::make_shared<ShowOptions>();
  auto* show = keys->add_subcommand("show", "Show the address and public keys of a .key or .pub file");
  show->add_option("FILE", shown->file, "Key file")->required();
  program.on(show, shown, run_show);
}

}  // namespace program
