#include "medchain/hash.h"

#include "support/catch.h"

using namespace medchain;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
  CHECK(sha256(ByteView()).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256(view("abc")).hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(view("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).hex() ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(Bytes(1000000, 'a')).hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("parts are hashed as their concatenation") {
  CHECK(sha256({view("a"), view(""), view("bc")}) == sha256(view("abc")));
  CHECK(sha256({}) == sha256(ByteView()));
}

TEST_CASE("a domain and a zero byte go in front") {
  using namespace std::string_view_literals;
  CHECK(hash_with_domain("medchain/example/v1", {view("a"), view("b")}) == sha256(view("medchain/example/v1\0ab"sv)));
  CHECK(hash_with_domain("medchain/example/v1", {}) != hash_with_domain("medchain/example/v2", {}));
  // More parts than the quick path takes.
  CHECK(hash_with_domain("d", {view("1"), view("2"), view("3"), view("4"), view("5"), view("6"), view("7"), view("8"),
                               view("9"), view("a"), view("b"), view("c"), view("d"), view("e"), view("f")}) ==
        sha256(view("d\000123456789abcdef"sv)));
}

TEST_CASE("the incremental form agrees, and starts over after finish") {
  Sha256 hash;
  for (char c : std::string("abc")) hash.update({reinterpret_cast<const std::uint8_t*>(&c), 1});
  CHECK(hash.finish() == sha256(view("abc")));
  CHECK(hash.finish() == sha256(ByteView()));
  hash.update(view("abc"));
  Sha256 moved = std::move(hash);
  CHECK(moved.finish() == sha256(view("abc")));
}
