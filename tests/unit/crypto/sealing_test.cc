#include "medchain/sealing.h"

#include "chunk_cipher.h"
#include "fixtures.h"
#include "front_reader.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

TEST_CASE("every reader opens what was sealed, with its author and context") {
  const People& all = people();
  std::size_t size = GENERATE(0, 1, 255, 256, 257, 512, 1000, 200000);
  RecordContext record{random_fixed<32, ChainIdTag>(), random_fixed<32, RecordIdTag>()};
  SealOptions options{.author = &all.carol.signing, .record = record, .chunk_size = 256};
  auto sealed = seal(document(size), {all.alice.public_keys(), all.bob.public_keys()}, options);
  REQUIRE(sealed.ok());
  for (const KeyPair* reader : {&all.alice, &all.bob}) {
    auto opened = open(*sealed, *reader);
    REQUIRE(opened.ok());
    CHECK(opened->plaintext == document(size));
    CHECK(opened->author == all.carol.signing.public_key());
    CHECK(opened->context == SealContext(record));
  }
  CHECK(code_of(open(*sealed, all.dave)) == ErrorCode::kPermissionDenied);
  CHECK(code_of(open(*sealed, all.carol)) == ErrorCode::kPermissionDenied);
}

TEST_CASE("without an author nobody is named, and each file has an id of its own") {
  const People& all = people();
  auto first = seal(view("hello"), {all.bob.public_keys()});
  auto second = seal(view("hello"), {all.bob.public_keys()});
  auto opened = open(*first, all.bob);
  REQUIRE(opened.ok());
  CHECK(text(opened->plaintext) == "hello");
  CHECK_FALSE(opened->author.has_value());
  CHECK(std::holds_alternative<FileContext>(opened->context));
  CHECK(opened->context != open(*second, all.bob)->context);
}

TEST_CASE("a P-256 author signs as an Ed25519 one does") {
  const People& all = people();
  auto sealed = seal(view("hello"), {all.alice.public_keys()}, {.author = &all.bob.signing});
  auto opened = open(*sealed, all.alice);
  REQUIRE(opened.ok());
  CHECK(opened->author == all.bob.signing.public_key());
}

TEST_CASE("many readers of both algorithms") {
  std::vector<KeyPair> readers;
  std::vector<PublicKeys> shown;
  for (int i = 0; i < 40; ++i) {
    readers.push_back(KeyPair::generate(i % 2 == 0 ? KeyAlgorithm::kEd25519 : KeyAlgorithm::kP256));
    shown.push_back(readers.back().public_keys());
  }
  auto sealed = seal(document(1000), shown, {.author = &readers[0].signing});
  REQUIRE(sealed.ok());
  for (const KeyPair& reader : readers) CHECK(open(*sealed, reader)->plaintext == document(1000));
}

TEST_CASE("readers are checked before anything is sealed") {
  const People& all = people();
  CHECK(code_of(seal(view("x"), {})) == ErrorCode::kInvalidArgument);
  CHECK(code_of(seal(view("x"), {all.bob.public_keys(), all.bob.public_keys()})) == ErrorCode::kInvalidArgument);
  PublicKeys forged = all.bob.public_keys();
  forged.sealing = all.dave.sealing.public_key();  // what a node that wants to read would hand out
  CHECK(code_of(seal(view("x"), {forged})) == ErrorCode::kAuthentication);
  CHECK(code_of(seal(view("x"), std::vector<PublicKeys>(kMaxWraps + 1))) == ErrorCode::kInvalidArgument);
  for (std::uint32_t size : {0u, 255u, kMaxChunkSize + 1}) {
    CHECK(code_of(seal(view("x"), {all.bob.public_keys()}, {.chunk_size = size})) == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a reader can add another, and the author's signature stays valid") {
  const People& all = people();
  auto sealed = seal(document(700), {all.alice.public_keys()}, {.author = &all.carol.signing, .chunk_size = 256});
  auto for_two = add_reader(*sealed, all.alice, all.bob.public_keys());
  REQUIRE(for_two.ok());
  auto for_three = add_reader(*for_two, all.bob, all.dave.public_keys());  // whom an added reader adds
  REQUIRE(for_three.ok());
  for (const KeyPair* reader : {&all.alice, &all.bob, &all.dave}) {
    auto opened = open(*for_three, *reader);
    REQUIRE(opened.ok());
    CHECK(opened->plaintext == document(700));
    CHECK(opened->author == all.carol.signing.public_key());
  }
  CHECK(inspect(*for_three)->readers ==
        std::vector<Address>{all.alice.address(), all.bob.address(), all.dave.address()});
  CHECK(code_of(add_reader(*for_two, all.alice, all.bob.public_keys())) == ErrorCode::kConflict);
  CHECK(code_of(add_reader(*for_two, all.dave, all.carol.public_keys())) == ErrorCode::kPermissionDenied);
  PublicKeys forged = all.dave.public_keys();
  forged.sealing = all.bob.sealing.public_key();
  CHECK(code_of(add_reader(*for_two, all.alice, forged)) == ErrorCode::kAuthentication);
  CHECK(code_of(add_reader(view("no envelope"), all.alice, all.bob.public_keys())) != ErrorCode{});
}

TEST_CASE("anyone can see for whom an envelope is, and who claims to have written it") {
  const People& all = people();
  auto sealed = seal(view("x"), {all.alice.public_keys(), all.bob.public_keys()},
                     {.author = &all.carol.signing, .chunk_size = 4096});
  auto info = inspect(*sealed);
  REQUIRE(info.ok());
  CHECK(info->chunk_size == 4096);
  CHECK(info->author == all.carol.signing.public_key());
  CHECK(info->readers == std::vector<Address>{all.alice.address(), all.bob.address()});
}

TEST_CASE("the plaintext does not show, and the size tells no more than it must") {
  const People& all = people();
  std::string secret = "the patient's name is in here, and it is long enough to be found";
  auto sealed = seal(view(secret), {all.alice.public_keys()});
  CHECK(text(*sealed).find("patient") == std::string::npos);
  std::size_t front = envelope::read_front(*sealed)->size();
  CHECK(sealed->size() == front + 4 + secret.size() + 16 + envelope::trailer_size(false));
}

TEST_CASE("no more than 2^31 chunks under one key, so that the counter never wraps") {
  envelope::ContentKey key = envelope::ContentKey::random(FileContext{});
  envelope::ChunkCipher sealing(key, Hash{}, envelope::kMaxChunks - 1);
  Bytes out(24);
  CHECK(sealing.seal(view("last"), false, out).ok());
  CHECK(code_of(sealing.seal(view("more"), true, out)) == ErrorCode::kTooLarge);
  envelope::ChunkCipher opening(key, Hash{}, envelope::kMaxChunks - 1);
  Bytes plaintext(4);
  CHECK(opening.open(ByteView(out).subspan(4), false, plaintext).ok());
  CHECK(text(plaintext) == "last");
  CHECK(code_of(opening.open(ByteView(out).subspan(4), false, plaintext)) == ErrorCode::kTooLarge);
}
