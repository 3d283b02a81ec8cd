#include "fixtures.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

namespace {

constexpr std::uint32_t kChunk = 256;

Result<Bytes> seal_in_pieces(ByteView plaintext, std::size_t piece, const SigningKey* author) {
  Bytes out;
  auto sealer =
      Sealer::create({people().alice.public_keys()}, {.author = author, .chunk_size = kChunk}, append_to(out));
  if (!sealer) return sealer.error();
  for (std::size_t at = 0; at < plaintext.size(); at += piece) {
    MEDCHAIN_TRY(sealer->write(plaintext.subspan(at, std::min(piece, plaintext.size() - at))));
  }
  MEDCHAIN_TRY(sealer->finish());
  return out;
}

Result<Opened> open_in_pieces(ByteView envelope, std::size_t piece, const KeyPair& reader, Bytes& out) {
  Opener opener(reader, append_to(out));
  for (std::size_t at = 0; at < envelope.size(); at += piece) {
    MEDCHAIN_TRY(opener.write(envelope.subspan(at, std::min(piece, envelope.size() - at))));
  }
  return opener.finish();
}

}  // namespace

TEST_CASE("pieces of any size give the same as the whole") {
  const People& all = people();
  for (std::size_t size : {0, 1, 255, 256, 257, 511, 512, 513, 3000}) {
    for (std::size_t piece : {1, 3, 255, 256, 257, 1000, 100000}) {
      CAPTURE(size, piece);
      auto sealed = seal_in_pieces(document(size), piece, size % 2 == 0 ? &all.carol.signing : nullptr);
      REQUIRE(sealed.ok());
      CHECK(open(*sealed, all.alice)->plaintext == document(size));
      Bytes out;
      auto opened = open_in_pieces(*sealed, piece, all.alice, out);
      REQUIRE(opened.ok());
      CHECK(out == document(size));
      CHECK(opened->author.has_value() == (size % 2 == 0));
      CHECK(opened->plaintext.empty());
    }
  }
}

TEST_CASE("empty pieces change nothing") {
  const People& all = people();
  Bytes out;
  auto sealer = Sealer::create({all.alice.public_keys()}, {}, append_to(out));
  REQUIRE(sealer->write({}).ok());
  REQUIRE(sealer->write(view("hello")).ok());
  REQUIRE(sealer->write({}).ok());
  REQUIRE(sealer->finish().ok());
  Bytes plaintext;
  Opener opener(all.alice, append_to(plaintext));
  REQUIRE(opener.write({}).ok());
  REQUIRE(opener.write(out).ok());
  REQUIRE(opener.write({}).ok());
  REQUIRE(opener.finish().ok());
  CHECK(text(plaintext) == "hello");
}

TEST_CASE("chunks come out as they are authenticated, and nothing of a damaged one does") {
  const People& all = people();
  auto sealed = seal_in_pieces(document(4 * kChunk), 10000, nullptr);
  Bytes damaged = *sealed;
  damaged[damaged.size() - 33 - (kChunk + 20) - 1] ^= 1;  // in the tag of the third of four chunks
  Bytes out;
  auto opened = open_in_pieces(damaged, 100, all.alice, out);
  CHECK(code_of(opened) == ErrorCode::kAuthentication);
  CHECK(out == document(2 * kChunk));
}

TEST_CASE("an error sticks") {
  const People& all = people();
  auto sealed = seal(view("hello"), {all.alice.public_keys()});
  Bytes out;
  Opener opener(all.bob, append_to(out));
  CHECK(code_of(opener.write(*sealed)) == ErrorCode::kPermissionDenied);
  CHECK(code_of(opener.write(*sealed)) == ErrorCode::kPermissionDenied);
  CHECK(code_of(opener.finish()) == ErrorCode::kPermissionDenied);
  CHECK(out.empty());
}

TEST_CASE("an error of the sink ends the operation") {
  const People& all = people();
  Error full(ErrorCode::kIo, "disk full");
  auto refuse_after = [&full](int calls) {
    return [&full, calls](ByteView) mutable { return calls-- > 0 ? Result<void>() : Result<void>(full); };
  };
  CHECK(code_of(Sealer::create({all.alice.public_keys()}, {}, refuse_after(0))) == ErrorCode::kIo);
  auto sealer = Sealer::create({all.alice.public_keys()}, {.chunk_size = kChunk}, refuse_after(2));
  REQUIRE(sealer.ok());
  CHECK(code_of(sealer->write(document(1000))) == ErrorCode::kIo);
  CHECK(code_of(sealer->write(view("more"))) == ErrorCode::kIo);
  CHECK(code_of(sealer->finish()) == ErrorCode::kIo);

  auto sealed = seal(document(1000), {all.alice.public_keys()}, {.chunk_size = kChunk});
  Opener opener(all.alice, refuse_after(1));
  CHECK(code_of(opener.write(*sealed)) == ErrorCode::kIo);
  CHECK(code_of(opener.finish()) == ErrorCode::kIo);
}

TEST_CASE("finish comes once") {
  const People& all = people();
  Bytes sealed;
  auto sealer = Sealer::create({all.alice.public_keys()}, {}, append_to(sealed));
  REQUIRE(sealer->finish().ok());
  std::size_t size = sealed.size();
  CHECK(code_of(sealer->write(view("late"))) == ErrorCode::kInvalidArgument);
  CHECK(code_of(sealer->finish()) == ErrorCode::kInvalidArgument);
  CHECK(sealed.size() == size);
  Bytes out;
  Opener opener(all.alice, append_to(out));
  REQUIRE(opener.write(sealed).ok());
  REQUIRE(opener.finish().ok());
  CHECK(code_of(opener.finish()) == ErrorCode::kInvalidArgument);
}

TEST_CASE("sealer and opener can move while at work") {
  const People& all = people();
  Bytes sealed;
  auto created = Sealer::create({all.alice.public_keys()}, {.chunk_size = kChunk}, append_to(sealed));
  Sealer sealer = std::move(*created);
  REQUIRE(sealer.write(document(600)).ok());
  Sealer moved = std::move(sealer);
  REQUIRE(moved.finish().ok());
  Bytes out;
  Opener opener(all.alice, append_to(out));
  REQUIRE(opener.write(ByteView(sealed).first(500)).ok());
  Opener other = std::move(opener);
  REQUIRE(other.write(ByteView(sealed).subspan(500)).ok());
  REQUIRE(other.finish().ok());
  CHECK(out == document(600));
}
