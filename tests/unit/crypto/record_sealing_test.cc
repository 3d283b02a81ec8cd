#include "envelope_format.h"
#include "fixtures.h"
#include "front_reader.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

namespace {

struct Sealed {
  RecordContext record{random_fixed<32, ChainIdTag>(), random_fixed<32, RecordIdTag>()};
  SealedParts parts = std::move(*seal_record(document(1000), {people().alice.public_keys(), people().bob.public_keys()},
                                             record, people().carol.signing));
};

}  // namespace

TEST_CASE("each reader opens a record with its wrap alone") {
  const People& all = people();
  Sealed sealed;
  REQUIRE(sealed.parts.wraps.size() == 2);
  CHECK(sealed.parts.wraps[0].reader == all.alice.address());
  CHECK(sealed.parts.wraps[1].reader == all.bob.address());
  const KeyPair* readers[] = {&all.alice, &all.bob};
  for (std::size_t i = 0; i < 2; ++i) {
    auto opened = open_record(sealed.parts.body, sealed.parts.wraps[i], sealed.parts.content_commitment, *readers[i]);
    REQUIRE(opened.ok());
    CHECK(opened->plaintext == document(1000));
    CHECK(opened->author == all.carol.signing.public_key());
    CHECK(opened->context == SealContext(sealed.record));
  }
  CHECK(code_of(open_record(sealed.parts.body, sealed.parts.wraps[0], sealed.parts.content_commitment, all.bob)) ==
        ErrorCode::kPermissionDenied);
}

TEST_CASE("the body has no wraps in it, and opens once they are attached") {
  const People& all = people();
  Sealed sealed;
  CHECK(inspect(sealed.parts.body)->readers.empty());
  CHECK(code_of(open(sealed.parts.body, all.alice)) == ErrorCode::kPermissionDenied);
  auto whole = attach(sealed.parts.body, sealed.parts.wraps);
  REQUIRE(whole.ok());
  CHECK(open(*whole, all.alice)->plaintext == document(1000));
  CHECK(open(*whole, all.bob)->author == all.carol.signing.public_key());
  auto for_bob = attach(sealed.parts.body, {sealed.parts.wraps[1]});  // the others erased
  CHECK(open(*for_bob, all.bob)->plaintext == document(1000));
  CHECK(code_of(open(*for_bob, all.alice)) == ErrorCode::kPermissionDenied);
  auto added = add_reader(*whole, all.alice, all.dave.public_keys());
  CHECK(open(*added, all.dave)->plaintext == document(1000));
}

TEST_CASE("attach refuses what is no body, and wraps that no envelope may have") {
  Sealed sealed;
  auto whole = attach(sealed.parts.body, sealed.parts.wraps);
  CHECK(code_of(attach(*whole, sealed.parts.wraps)) == ErrorCode::kInvalidArgument);
  CHECK(code_of(attach(ByteView(sealed.parts.body).first(80), {})) == ErrorCode::kMalformed);
  CHECK(code_of(attach(sealed.parts.body, {sealed.parts.wraps[0], sealed.parts.wraps[0]})) == ErrorCode::kMalformed);
  CHECK(code_of(attach(sealed.parts.body, {Wrap{}})) == ErrorCode::kMalformed);
  CHECK(code_of(attach(sealed.parts.body, std::vector<Wrap>(kMaxWraps + 1))) == ErrorCode::kTooLarge);
  const People& all = people();
  CHECK(code_of(open_record(*whole, sealed.parts.wraps[0], sealed.parts.content_commitment, all.alice)) ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("a reader makes a wrap for another, as a grant does") {
  const People& all = people();
  Sealed sealed;
  auto wrap = rewrap(sealed.parts.body, sealed.parts.wraps[1], all.bob, all.dave.public_keys());
  REQUIRE(wrap.ok());
  CHECK(wrap->reader == all.dave.address());
  CHECK(open_record(sealed.parts.body, *wrap, sealed.parts.content_commitment, all.dave)->plaintext == document(1000));
  CHECK(code_of(rewrap(sealed.parts.body, sealed.parts.wraps[1], all.alice, all.dave.public_keys())) ==
        ErrorCode::kPermissionDenied);
  PublicKeys forged = all.dave.public_keys();
  forged.sealing = all.bob.sealing.public_key();
  CHECK(code_of(rewrap(sealed.parts.body, sealed.parts.wraps[1], all.bob, forged)) == ErrorCode::kAuthentication);
}

TEST_CASE("the author signs for the record's chain, as FORMAT.md says") {
  Sealed sealed;
  ByteView body = sealed.parts.body;
  auto front = envelope::read_front(body);
  std::size_t end = body.size() - envelope::trailer_size(true);
  Bytes message = to_bytes(hash_with_domain("medchain/envelope-header/v1", {front->header_bytes()}).bytes);
  append(message, envelope::wraps_root(sealed.parts.wraps).bytes);
  append(message, sha256(body.subspan(front->size(), end - front->size())).bytes);
  Signature signature = *Signature::from(body.last(64), "signature");
  const SigningPublicKey& author = people().carol.signing.public_key();
  CHECK(verify(author, "medchain/envelope/v1", sealed.record.chain, message, signature));
  CHECK_FALSE(verify(author, "medchain/envelope/v1", ChainId{}, message, signature));
}

TEST_CASE("the commitment is salted by the content key") {
  const People& all = people();
  RecordContext record;
  auto first = seal_record(view("same"), {all.alice.public_keys()}, record, all.carol.signing);
  auto second = seal_record(view("same"), {all.alice.public_keys()}, record, all.carol.signing);
  CHECK(first->content_commitment != second->content_commitment);  // nobody can guess the content and compare
  Hash wrong = first->content_commitment;
  wrong.bytes[0] ^= 1;
  CHECK(code_of(open_record(first->body, first->wraps[0], wrong, all.alice)) == ErrorCode::kAuthentication);
}

TEST_CASE("every changed bit of a record's body and wrap is refused") {
  const People& all = people();
  auto sealed = seal_record(view("short"), {all.alice.public_keys()}, RecordContext{}, all.carol.signing);
  for (std::size_t bit = 0; bit < sealed->body.size() * 8; ++bit) {
    REQUIRE_FALSE(
        open_record(with_bit_flipped(sealed->body, bit), sealed->wraps[0], sealed->content_commitment, all.alice).ok());
  }
  Bytes wrap = bcs::encode(sealed->wraps[0]);
  for (std::size_t bit = 0; bit < wrap.size() * 8; ++bit) {
    auto altered = bcs::decode<Wrap>(with_bit_flipped(wrap, bit));
    REQUIRE((!altered || !open_record(sealed->body, *altered, sealed->content_commitment, all.alice).ok()));
  }
}
