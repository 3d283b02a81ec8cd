// What somebody with keys and patience builds by hand. Each attack is built completely, and must be caught by the check
// that is there for it.
#include "envelope_reader.h"
#include "envelope_writer.h"
#include "fixtures.h"
#include "medchain/hpke.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;
using envelope::ContentKey;

namespace {

bool says(const Result<Opened>& result, std::string_view part) {
  return !result.ok() && result.error().message().find(part) != std::string::npos;
}

Bytes written(envelope::Plan plan, ByteView plaintext) {
  Bytes out;
  envelope::EnvelopeWriter writer(std::move(plan), append_to(out));
  REQUIRE(writer.start().ok());
  REQUIRE(writer.write(plaintext).ok());
  REQUIRE(writer.finish().ok());
  return out;
}

// A wrap that is right in everything but the key that it holds.
Wrap wrap_of_other_key(const PublicKeys& reader, const SealContext& context, const envelope::KeyCommitment& commitment,
                       ByteView key) {
  bcs::Encoder aad;
  bcs::write(aad, context);
  bcs::write(aad, reader.address());
  bcs::write(aad, commitment);
  auto sealed = hpke::seal(reader.sealing, view("medchain/wrap/v1"), aad.take(), key);
  return {reader.address(), reader.sealing.algorithm, sealed->enc, sealed->ciphertext};
}

}  // namespace

TEST_CASE("two content keys in one envelope: each reader would see another document") {
  const People& all = people();
  SealContext context = FileContext{random_fixed<32, FileIdTag>()};
  ContentKey honest = ContentKey::random(context);
  ContentKey second = ContentKey::random(context);

  SECTION("the second key under the first one's commitment") {
    std::vector<Wrap> wraps{
        *envelope::wrap_to(all.alice.public_keys(), honest),
        wrap_of_other_key(all.bob.public_keys(), context, honest.commitment(), second.secret().expose())};
    Bytes envelope = written({std::move(honest), wraps, 256, &all.carol.signing, true}, document(300));
    CHECK(open(envelope, all.alice).ok());
    auto opened = open(envelope, all.bob);
    CHECK(code_of(opened) == ErrorCode::kAuthentication);
    CHECK(says(opened, "another content key"));
  }
  SECTION("the second key under its own commitment") {
    std::vector<Wrap> wraps{*envelope::wrap_to(all.alice.public_keys(), honest),
                            *envelope::wrap_to(all.bob.public_keys(), second)};
    Bytes envelope = written({std::move(honest), wraps, 256, &all.carol.signing, true}, document(300));
    CHECK(open(envelope, all.alice).ok());
    CHECK(says(open(envelope, all.bob), "wrap does not open"));
  }
  SECTION("a commitment in the header that no key has") {
    std::vector<Wrap> wraps{*envelope::wrap_to(all.alice.public_keys(), honest)};
    Bytes envelope = written({std::move(honest), wraps, 256, nullptr, true}, document(300));
    auto front = envelope::read_front(envelope);
    std::size_t at = front->header_bytes().size() - 1 - 32;  // before the author, who is absent
    envelope[at] ^= 1;
    CHECK(says(open(envelope, all.alice), "wrap does not open"));
  }
}

TEST_CASE("a reader who swaps the payload, keeping header, wraps and the author's signature") {
  const People& all = people();
  auto sealed = seal(document(100), {all.alice.public_keys(), all.bob.public_keys()},
                     {.author = &all.carol.signing, .chunk_size = 256});
  auto front = envelope::read_front(*sealed);
  // Bob is a reader, so he has the content key, and can make chunks that authenticate.
  auto key = envelope::unwrap(front->wraps()[1], all.bob, front->header());
  REQUIRE(key.ok());
  envelope::ChunkCipher cipher(*key, envelope::header_hash(front->header_bytes()));
  Bytes chunk(4 + 100 + 16);
  REQUIRE(cipher.seal(Bytes(100, 'X'), true, chunk).ok());
  Bytes swapped = to_bytes(ByteView(*sealed).first(front->size()));
  append(swapped, chunk);
  append(swapped, ByteView(*sealed).subspan(front->size() + chunk.size()));
  REQUIRE(swapped.size() == sealed->size());
  auto opened = open(swapped, all.alice);
  CHECK(code_of(opened) == ErrorCode::kAuthentication);
  CHECK(says(opened, "author's signature"));
}

TEST_CASE("a reader who writes an envelope of his own cannot put the author's name on it") {
  const People& all = people();
  SealContext context = FileContext{random_fixed<32, FileIdTag>()};
  ContentKey key = ContentKey::random(context);
  std::vector<Wrap> wraps{*envelope::wrap_to(all.alice.public_keys(), key)};
  Bytes by_bob = written({std::move(key), wraps, 256, &all.bob.signing, true}, document(50));
  CHECK(open(by_bob, all.alice)->author == all.bob.signing.public_key());
  // Without any author it opens, and says so.
  auto unsigned_one = seal(document(50), {all.alice.public_keys()});
  CHECK_FALSE(open(*unsigned_one, all.alice)->author.has_value());
}

TEST_CASE("the author cannot be taken off, or exchanged") {
  const People& all = people();
  auto sealed = seal(document(100), {all.alice.public_keys()}, {.author = &all.carol.signing, .chunk_size = 256});
  auto front = envelope::read_front(*sealed);
  auto with_author = [&](std::optional<SigningPublicKey> author) {
    envelope::Header header = front->header();
    header.author = std::move(author);
    Bytes out = bcs::encode(header);
    append(out, ByteView(*sealed).subspan(front->header_bytes().size()));
    return out;
  };
  REQUIRE(open(with_author(front->header().author), all.alice).ok());
  CHECK(says(open(with_author(all.dave.signing.public_key()), all.alice), "chunk 0"));
  Bytes without = with_author(std::nullopt);
  without.resize(without.size() - 65);
  without.push_back(0);
  CHECK(says(open(without, all.alice), "chunk 0"));
}

TEST_CASE("a document has one form: chunks of other sizes are refused, though they authenticate") {
  const People& all = people();
  SealContext context = FileContext{random_fixed<32, FileIdTag>()};
  auto sealed_in = [&](const std::vector<std::size_t>& sizes) {
    ContentKey key = ContentKey::random(context);
    std::vector<Wrap> wraps{*envelope::wrap_to(all.alice.public_keys(), key)};
    Bytes whole = written({ContentKey(key.secret().clone(), context), wraps, 256, nullptr, true}, {});
    Bytes trailer(whole.end() - 33, whole.end());
    auto front = envelope::read_front(whole);
    whole.resize(front->size());
    envelope::ChunkCipher cipher(key, envelope::header_hash(front->header_bytes()));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      Bytes chunk(4 + sizes[i] + 16);
      REQUIRE(cipher.seal(document(sizes[i]), i + 1 == sizes.size(), chunk).ok());
      append(whole, chunk);
    }
    append(whole, trailer);
    return whole;
  };
  for (const auto& right : {std::vector<std::size_t>{0}, {256}, {256, 1}, {256, 256}}) {
    CHECK(open(sealed_in(right), all.alice).ok());
  }
  for (const auto& wrong : {std::vector<std::size_t>{10, 20}, {255, 256}, {256, 0}, {257}, {0, 256}, {256, 255, 3}}) {
    CHECK(code_of(open(sealed_in(wrong), all.alice)) == ErrorCode::kMalformed);
  }
}

TEST_CASE("a signature of another envelope by the same author does not fit") {
  const People& all = people();
  auto first = seal(document(100), {all.alice.public_keys()}, {.author = &all.carol.signing});
  auto second = seal(document(100), {all.alice.public_keys()}, {.author = &all.carol.signing});
  std::copy(second->end() - 64, second->end(), first->end() - 64);
  CHECK(says(open(*first, all.alice), "author's signature"));
}

TEST_CASE("a wrap moved to another record") {
  const People& all = people();
  ChainId chain = random_fixed<32, ChainIdTag>();
  RecordContext first{chain, random_fixed<32, RecordIdTag>()};
  RecordContext second{chain, random_fixed<32, RecordIdTag>()};
  RecordContext elsewhere{random_fixed<32, ChainIdTag>(), first.record};
  auto a = seal_record(document(100), {all.alice.public_keys()}, first, all.carol.signing);
  auto b = seal_record(document(100), {all.alice.public_keys()}, second, all.carol.signing);
  auto c = seal_record(document(100), {all.alice.public_keys()}, elsewhere, all.carol.signing);
  CHECK(open_record(a->body, a->wraps[0], a->content_commitment, all.alice).ok());
  for (const auto* other : {&*b, &*c}) {
    CHECK(says(open_record(other->body, a->wraps[0], other->content_commitment, all.alice), "wrap does not open"));
    auto attached = attach(other->body, a->wraps);
    REQUIRE(attached.ok());  // nobody without a key can tell
    CHECK(says(open(*attached, all.alice), "wrap does not open"));
  }
  // The same content key on purpose: the context still tells the two apart.
  SecretBytes shared = SecretBytes::random(32);
  ContentKey in_first(shared.clone(), first);
  ContentKey in_second(shared.clone(), second);
  Wrap wrap = *envelope::wrap_to(all.alice.public_keys(), in_first);
  std::vector<Wrap> own{*envelope::wrap_to(all.alice.public_keys(), in_second)};
  Bytes body = written({std::move(in_second), own, 256, &all.carol.signing, false}, document(100));
  CHECK(says(open_record(body, wrap, Hash{}, all.alice), "wrap does not open"));
}

TEST_CASE("a whole record shown in place of another") {
  const People& all = people();
  RecordContext first{ChainId{}, random_fixed<32, RecordIdTag>()};
  RecordContext second{ChainId{}, random_fixed<32, RecordIdTag>()};
  auto a = seal_record(document(100), {all.alice.public_keys()}, first, all.carol.signing);
  auto b = seal_record(document(100), {all.alice.public_keys()}, second, all.carol.signing);
  // The ledger says b's commitment; the node serves a, which is right in itself.
  CHECK(says(open_record(a->body, a->wraps[0], b->content_commitment, all.alice), "commitment"));
}

TEST_CASE("the body of a record must be signed") {
  const People& all = people();
  RecordContext record{ChainId{}, random_fixed<32, RecordIdTag>()};
  ContentKey key = ContentKey::random(record);
  std::vector<Wrap> wraps{*envelope::wrap_to(all.alice.public_keys(), key)};
  Hash commitment = hash_with_domain("medchain/content/v1", {key.content_salt().expose(), document(10)});
  Bytes body = written({std::move(key), wraps, 256, nullptr, false}, document(10));
  CHECK(code_of(open_record(body, wraps[0], commitment, all.alice)) == ErrorCode::kMalformed);
}

TEST_CASE("a wrap for the right reader, made for a key that was stolen and replaced") {
  const People& all = people();
  auto sealed = seal(document(10), {all.alice.public_keys()});
  KeyPair rotated{all.alice.signing.clone(), SealingKey::generate(KeyAlgorithm::kEd25519)};
  CHECK(says(open(*sealed, rotated), "wrap does not open"));
  KeyPair other_kind{all.alice.signing.clone(), SealingKey::generate(KeyAlgorithm::kP256)};
  CHECK(says(open(*sealed, other_kind), "another sealing key"));
}
