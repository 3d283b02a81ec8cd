// Key files: FILE.key holds both secret keys of a participant (mode 0600), FILE.pub what may be given to anyone.
//
// Both are text: a BEGIN line, base64 of 64 characters a line, an END line; see lib/src/crypto/FORMAT.md. Reading is
// strict: one valid text per content, closed by a checksum, so that a damaged file is told apart from a wrong
// passphrase.
//
//   auto keys = KeyPair::generate(KeyAlgorithm::kEd25519);
//   write_key_file("alice.key", keys, "correct horse battery staple");
//   write_public_key_file("alice.pub", keys.public_keys());
//   auto back = read_key_file("alice.key", "correct horse battery staple");
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "medchain/keys.h"

namespace medchain {

// The text of a key file. With a passphrase the secrets are encrypted under it (Argon2id, RFC 9106, with libsodium's
// "moderate" cost: under a second and 256 MiB; XChaCha20-Poly1305).
SecretBytes encode_key_file(const KeyPair& keys, std::optional<std::string_view> passphrase);
// kMalformed: not a key file, or damaged. kAuthentication: the passphrase is wrong. kInvalidArgument: it is missing.
// kTooLarge: the file asks for more work or memory than any of ours. A passphrase that a plain file does not need is
// ignored.
Result<KeyPair> decode_key_file(ByteView text, std::optional<std::string_view> passphrase);
// Whether to ask for one. False for what is not a key file, too.
bool key_file_needs_passphrase(ByteView text);

std::string encode_public_key_file(const PublicKeys& keys);
Result<PublicKeys> decode_public_key_file(std::string_view text);  // binding checked

// Files. Writing creates the file with mode 0600 (0644 for .pub), never overwrites (kConflict), and syncs it. Reading a
// secret key file that group or others may read is kPermissionDenied, with the chmod that helps.
Result<void> write_key_file(const std::filesystem::path& path, const KeyPair& keys,
                            std::optional<std::string_view> passphrase);
Result<KeyPair> read_key_file(const std::filesystem::path& path, std::optional<std::string_view> passphrase);
Result<void> write_public_key_file(const std::filesystem::path& path, const PublicKeys& keys);
Result<PublicKeys> read_public_key_file(const std::filesystem::path& path);

}  // namespace medchain
