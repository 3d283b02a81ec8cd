// medchain seal, open: files, in bounded memory and without a network.
#include "medchain/sealing.h"

#include <fmt/format.h>

#include "commands.h"
#include "common/files.h"
#include "medchain/key_file.h"
#include "passphrase.h"
#include "progress_bar.h"

namespace program {
namespace {

using medchain::ByteView;
using medchain::Error;
using medchain::ErrorCode;
using medchain::PublicKeys;
using medchain::Result;
using programs::OutputFile;

struct SealCommand {
  std::vector<std::string> to;
  std::string file;
  std::string out;
  std::uint32_t chunk_size = medchain::kDefaultChunkSize;
};

struct OpenCommand {
  std::string file;
  std::string out;
  std::string author;
};

Result<std::vector<PublicKeys>> read_readers(const std::vector<std::string>& files) {
  std::vector<PublicKeys> readers;
  for (const std::string& file : files) {
    auto keys = medchain::read_public_key_file(file);
    if (!keys) return keys.error();
    readers.push_back(*keys);
  }
  return readers;
}

// The author's key is the one on the command line only: sealing to somebody must not sign by an environment's accident.
Result<std::optional<medchain::KeyPair>> read_author(const GlobalOptions& options) {
  if (options.key.empty()) return std::optional<medchain::KeyPair>{};
  auto keys = read_protected_key(options.key);
  if (!keys) return keys.error();
  return std::optional<medchain::KeyPair>(std::move(*keys));
}

std::uint64_t size_of(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);  // a pipe has none
  return error ? 0 : size;
}

Result<void> run_seal(Program& program, const SealCommand& command) {
  auto readers = read_readers(command.to);
  if (!readers) return readers.error();
  auto author = read_author(program.options);
  if (!author) return author.error();
  auto out = OutputFile::create(command.out, programs::kPublicMode);
  if (!out) return out.error();

  medchain::SealOptions options;
  if (author->has_value()) options.author = &(*author)->signing;
  options.chunk_size = command.chunk_size;
  std::uint64_t written = 0;
  auto sealer = medchain::Sealer::create(*readers, options, [&](ByteView bytes) {
    written += bytes.size();
    return out->write(bytes);
  });
  if (!sealer) return sealer.error();
  ProgressBar bar("seal", size_of(command.file));
  MEDCHAIN_TRY(programs::stream_file(command.file, [&](ByteView piece) {
    bar.advance(piece.size());
    return sealer->write(piece);
  }));
  MEDCHAIN_TRY(sealer->finish());
  MEDCHAIN_TRY(out->commit());
  bar.hide();

  std::vector<std::string> addresses;
  for (const PublicKeys& reader : *readers) addresses.push_back(reader.address().text());
  Report report;
  report.add("sealed", command.out).add("bytes", written).add("readers", std::move(addresses));
  report.add("author", author->has_value() ? (*author)->address().text() : std::string("none"));
  program.output.print(report);
  return {};
}

Result<void> check_author(const OpenCommand& command, const medchain::Opened& opened) {
  if (command.author.empty()) return {};
  auto expected = medchain::read_public_key_file(command.author);
  if (!expected) return expected.error();
  if (!opened.author || *opened.author != expected->signing) {
    return Error(ErrorCode::kAuthentication,
                 fmt::format("{} is not signed by {}; nothing was written", command.file, expected->address().text()));
  }
  return {};
}

Result<void> run_open(Program& program, const OpenCommand& command) {
  auto settings = resolve(program.options);
  if (!settings) return settings.error();
  auto keys = read_identity(*settings);
  if (!keys) return keys.error();
  auto out = OutputFile::create(command.out, programs::kPrivateMode);
  if (!out) return out.error();

  std::uint64_t written = 0;
  medchain::Opener opener(*keys, [&](ByteView bytes) {
    written += bytes.size();
    return out->write(bytes);
  });
  ProgressBar bar("open", size_of(command.file));
  auto read = programs::stream_file(command.file, [&](ByteView piece) -> Result<void> {
    bar.advance(piece.size());
    auto taken = opener.write(piece);
    if (!taken) return taken.error().in(command.file);
    return {};
  });
  if (!read) return read.error();
  auto opened = opener.finish();
  if (!opened) return opened.error().in(command.file);
  MEDCHAIN_TRY(check_author(command, *opened));
  // Only now is it known to be whole and by its author: until here the plaintext stood under a temporary name.
  MEDCHAIN_TRY(out->commit());
  bar.hide();

  Report report;
  report.add("opened", command.out).add("bytes", written);
  report.add("author", opened->author ? medchain::address_of(*opened->author).text() : std::string("none"));
  program.output.print(report);
  return {};
}

}  // namespace

void add_seal_commands(CLI::App& app, Program& program) {
  auto sealing = std::make_shared<SealCommand>();
  auto* seal =
      app.add_subcommand("seal", "Seal a file to readers; with --key, signed by its author; no network needed");
  seal->add_option("--to", sealing->to, "Public key file of a reader; may be repeated")
      ->required()
      ->allow_extra_args(false);
  seal->add_option("FILE", sealing->file, "File to seal")->required();
  seal->add_option("--out", sealing->out, "Sealed file; replaced when complete")->required();
  seal->add_option("--chunk-size", sealing->chunk_size, "Bytes sealed at a time")->capture_default_str();
  program.on(seal, sealing, run_seal);

  auto opening = std::make_shared<OpenCommand>();
  auto* open = app.add_subcommand("open", "Open a sealed file with --key; no network needed");
  open->add_option("FILE", opening->file, "Sealed file")->required();
  open->add_option("--out", opening->out, "Opened file (mode 0600); appears only when everything is verified")
      ->required();
  open->add_option("--author", opening->author, "Public key file: refuse unless it signed");
  program.on(open, opening, run_open);
}

}  // namespace program
