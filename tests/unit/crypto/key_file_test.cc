#include "medchain/key_file.h"

#include <sys/stat.h>

#include <fstream>

#include "armour.h"
#include "fixtures.h"
#include "key_file_format.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;
namespace fs = std::filesystem;

namespace {

constexpr crypto::PassphraseCost kCheap{1, 8192};

bool same_keys(const KeyPair& a, const KeyPair& b) {
  return a.signing.public_key() == b.signing.public_key() && a.sealing.public_key() == b.sealing.public_key() &&
         equal_secret(a.signing.secret().expose(), b.signing.secret().expose()) &&
         equal_secret(a.sealing.secret().expose(), b.sealing.secret().expose());
}

// A directory of its own, gone at the end.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("medchain-keys-" + random_fixed<16, struct FolderTag>().hex());
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
};

// The armour of a body that was changed, with a checksum that is right again.
SecretBytes rebuilt(const SecretBytes& text, const std::function<void(Bytes&)>& change) {
  Bytes body = to_bytes(crypto::remove_armour("MEDCHAIN SECRET KEY", text.expose())->expose());
  change(body);
  return crypto::armour("MEDCHAIN SECRET KEY", body);
}

}  // namespace

TEST_CASE("a plain key file gives the keys back") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  KeyPair keys = KeyPair::generate(algorithm);
  SecretBytes text = encode_key_file(keys, std::nullopt);
  auto back = decode_key_file(text.expose(), std::nullopt);
  REQUIRE(back.ok());
  CHECK(same_keys(keys, *back));
  CHECK_FALSE(key_file_needs_passphrase(text.expose()));
  CHECK(decode_key_file(text.expose(), "needless").ok());
}

TEST_CASE("a passphrase protects the secrets, at the cost that users get") {
  KeyPair keys = KeyPair::generate(KeyAlgorithm::kP256);
  SecretBytes text = encode_key_file(keys, "correct horse");
  CHECK(key_file_needs_passphrase(text.expose()));
  auto back = decode_key_file(text.expose(), "correct horse");
  REQUIRE(back.ok());
  CHECK(same_keys(keys, *back));
}

TEST_CASE("a wrong, a missing and an empty passphrase are told apart") {
  KeyPair keys = KeyPair::generate(KeyAlgorithm::kEd25519);
  SecretBytes text = crypto::encode_key_file_with_cost(keys, "correct horse", kCheap);
  CHECK(code_of(decode_key_file(text.expose(), "battery staple")) == ErrorCode::kAuthentication);
  CHECK(code_of(decode_key_file(text.expose(), "")) == ErrorCode::kAuthentication);
  CHECK(code_of(decode_key_file(text.expose(), std::nullopt)) == ErrorCode::kInvalidArgument);
  CHECK(decode_key_file(text.expose(), "correct horse").ok());
  SecretBytes empty = crypto::encode_key_file_with_cost(keys, "", kCheap);
  CHECK(decode_key_file(empty.expose(), "").ok());
}

TEST_CASE("every changed bit of a key file is refused") {
  KeyPair keys = KeyPair::generate(KeyAlgorithm::kEd25519);
  bool protect = GENERATE(false, true);
  std::optional<std::string_view> passphrase;
  if (protect) passphrase = "correct horse";
  SecretBytes text = crypto::encode_key_file_with_cost(keys, passphrase, kCheap);
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto result = decode_key_file(with_bit_flipped(text.expose(), bit), passphrase);
    REQUIRE(code_of(result) == ErrorCode::kMalformed);
  }
  for (std::size_t size = 0; size < text.size(); ++size) {
    REQUIRE(code_of(decode_key_file(text.expose().first(size), passphrase)) == ErrorCode::kMalformed);
  }
  for (std::string_view tail : {"\n", " ", "x", "-----END MEDCHAIN SECRET KEY-----\n"}) {
    Bytes longer = to_bytes(text.expose());
    append(longer, view(tail));
    CHECK(code_of(decode_key_file(longer, passphrase)) == ErrorCode::kMalformed);
  }
}

TEST_CASE("secrets that do not belong to the public keys are refused, with a right checksum too") {
  KeyPair keys = KeyPair::generate(KeyAlgorithm::kEd25519);
  SecretBytes text = encode_key_file(keys, std::nullopt);
  // version, protection, signing secret, sealing secret (whose first and last bits X25519 ignores): see FORMAT.md
  for (std::size_t at : {2u, 2u + 32u + 1u}) {
    auto changed = rebuilt(text, [at](Bytes& body) { body[at] ^= 1; });
    CHECK(code_of(decode_key_file(changed.expose(), std::nullopt)) == ErrorCode::kMalformed);
  }
  auto longer = rebuilt(text, [](Bytes& body) { body.push_back(0); });
  CHECK(code_of(decode_key_file(longer.expose(), std::nullopt)) == ErrorCode::kMalformed);
  auto newer = rebuilt(text, [](Bytes& body) { body[0] = 2; });
  CHECK(code_of(decode_key_file(newer.expose(), std::nullopt)) == ErrorCode::kUnsupportedVersion);
  auto binding = rebuilt(text, [](Bytes& body) { body.back() ^= 1; });
  CHECK(code_of(decode_key_file(binding.expose(), std::nullopt)) == ErrorCode::kAuthentication);
}

TEST_CASE("a key file cannot ask for hours or for all memory") {
  SecretBytes text =
      crypto::encode_key_file_with_cost(KeyPair::generate(KeyAlgorithm::kEd25519), "correct horse", kCheap);
  // version, protection, salt (16), passes (8), memory (8)
  for (std::size_t at : {2u + 16u + 1u, 2u + 16u + 8u + 4u}) {
    auto costly = rebuilt(text, [at](Bytes& body) { body[at] = 0xff; });
    CHECK(code_of(decode_key_file(costly.expose(), "correct horse")) == ErrorCode::kTooLarge);
  }
  auto free = rebuilt(text, [](Bytes& body) { body[2 + 16] = 0; });
  CHECK(code_of(decode_key_file(free.expose(), "correct horse")) == ErrorCode::kTooLarge);
}

TEST_CASE("a public key file holds the public keys, and its binding is checked") {
  auto algorithm = GENERATE(KeyAlgorithm::kEd25519, KeyAlgorithm::kP256);
  PublicKeys keys = KeyPair::generate(algorithm).public_keys();
  std::string text = encode_public_key_file(keys);
  CHECK(*decode_public_key_file(text) == keys);
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    Bytes altered = with_bit_flipped(view(text), bit);
    REQUIRE_FALSE(decode_public_key_file(medchain::text(altered)).ok());
  }
  PublicKeys forged = keys;
  forged.sealing = KeyPair::generate(algorithm).sealing.public_key();
  CHECK(code_of(decode_public_key_file(encode_public_key_file(forged))) == ErrorCode::kAuthentication);
  SecretBytes secret = encode_key_file(KeyPair::generate(algorithm), std::nullopt);
  CHECK(code_of(decode_public_key_file(medchain::text(secret.expose()))) == ErrorCode::kMalformed);
  CHECK(code_of(decode_key_file(view(text), std::nullopt)) == ErrorCode::kMalformed);
}

TEST_CASE("key files on disk: private, never overwritten, refused when others may read them") {
  Folder folder;
  KeyPair keys = KeyPair::generate(KeyAlgorithm::kP256);
  fs::path path = folder.path / "alice.key";
  REQUIRE(write_key_file(path, keys, std::nullopt).ok());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(same_keys(*read_key_file(path, std::nullopt), keys));

  CHECK(code_of(write_key_file(path, KeyPair::generate(KeyAlgorithm::kP256), std::nullopt)) == ErrorCode::kConflict);
  CHECK(same_keys(*read_key_file(path, std::nullopt), keys));

  fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
  auto open_to_group = read_key_file(path, std::nullopt);
  CHECK(code_of(open_to_group) == ErrorCode::kPermissionDenied);
  CHECK(open_to_group.error().message().find("chmod 600") != std::string::npos);

  CHECK(code_of(read_key_file(folder.path / "nobody.key", std::nullopt)) == ErrorCode::kNotFound);
  CHECK(code_of(read_key_file(folder.path, std::nullopt)) == ErrorCode::kInvalidArgument);
  CHECK_FALSE(write_key_file(folder.path / "no" / "such" / "folder.key", keys, std::nullopt).ok());
}

TEST_CASE("public key files on disk") {
  Folder folder;
  PublicKeys keys = KeyPair::generate(KeyAlgorithm::kEd25519).public_keys();
  fs::path path = folder.path / "alice.pub";
  REQUIRE(write_public_key_file(path, keys).ok());
  CHECK(*read_public_key_file(path) == keys);
  CHECK(code_of(write_public_key_file(path, keys)) == ErrorCode::kConflict);
  std::ofstream(folder.path / "huge.pub") << std::string(100000, 'x');
  CHECK(code_of(read_public_key_file(folder.path / "huge.pub")) == ErrorCode::kMalformed);
  std::ofstream(folder.path / "empty.pub");
  CHECK(code_of(read_public_key_file(folder.path / "empty.pub")) == ErrorCode::kMalformed);
}
