#include "passphrase.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "common/files.h"
#include "medchain/key_file.h"

namespace program {
namespace {

using medchain::Bytes;
using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;
using medchain::SecretBytes;

constexpr std::size_t kMaxPassphraseBytes = 1024;
constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;

const char* environment() { return std::getenv("MEDCHAIN_PASSPHRASE"); }

class EchoOff {
 public:
  EchoOff() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    restore_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~EchoOff() {
    if (restore_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  termios before_{};
  bool restore_ = false;
};

SecretBytes read_line() {
  SecretBytes line(kMaxPassphraseBytes);
  std::size_t size = 0;
  char c = 0;
  while (size < kMaxPassphraseBytes && ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
    line.expose_mutable()[size++] = static_cast<std::uint8_t>(c);
  }
  return SecretBytes::copy_of(line.expose().first(size));
}

}  // namespace

Result<SecretBytes> ask_passphrase(const std::string& prompt) {
  if (const char* given = environment()) return SecretBytes::copy_of(medchain::view(given));
  if (::isatty(STDIN_FILENO) == 0) {
    return Error(ErrorCode::kInvalidArgument,
                 prompt + ": a passphrase is needed; set MEDCHAIN_PASSPHRASE, or run this at a terminal");
  }
  fmt::print(stderr, "{}: ", prompt);
  EchoOff quiet;
  SecretBytes line = read_line();
  fmt::print(stderr, "\n");
  return line;
}

Result<SecretBytes> ask_new_passphrase() {
  auto first = ask_passphrase("new passphrase");
  if (!first) return first.error();
  if (first->size() == 0) return Error(ErrorCode::kInvalidArgument, "the passphrase is empty");
  if (environment() != nullptr) return first;
  auto second = ask_passphrase("once more");
  if (!second) return second.error();
  if (!medchain::equal_secret(first->expose(), second->expose())) {
    return Error(ErrorCode::kInvalidArgument, "the two passphrases differ; nothing was written");
  }
  return first;
}

Result<medchain::KeyPair> read_protected_key(const std::filesystem::path& path) {
  auto text = programs::read_file(path, kMaxKeyFileBytes);
  if (!text) return text.error();
  bool needs = medchain::key_file_needs_passphrase(*text);
  medchain::wipe(*text);
  if (!needs) return medchain::read_key_file(path, std::nullopt);
  auto passphrase = ask_passphrase("passphrase of " + path.string());
  if (!passphrase) return passphrase.error();
  return medchain::read_key_file(path, medchain::text(passphrase->expose()));
}

}  // namespace program
