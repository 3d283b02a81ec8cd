// What chance, a bad disk or a vandal does to an envelope: every bit, every length.
#include "envelope_format.h"
#include "fixtures.h"
#include "front_reader.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::test;

namespace {

Bytes small_envelope(const SigningKey* author) {
  const People& all = people();
  auto sealed = seal(document(300), {all.alice.public_keys(), all.bob.public_keys()},
                     {.author = author, .chunk_size = kMinChunkSize});
  return std::move(*sealed);
}

// The envelope in parts: front, chunks with their length words, trailer.
struct Parts {
  Bytes front;
  std::vector<Bytes> chunks;
  Bytes trailer;

  explicit Parts(ByteView envelope) {
    std::size_t at = envelope::read_front(envelope)->size();
    front = to_bytes(envelope.first(at));
    for (bool last = false; !last;) {
      last = (envelope[at + 3] & 0x80) != 0;
      std::size_t size = 4 + envelope[at] + 256u * envelope[at + 1];
      chunks.push_back(to_bytes(envelope.subspan(at, size)));
      at += size;
    }
    trailer = to_bytes(envelope.subspan(at));
  }
  Bytes join() const {
    Bytes whole = front;
    for (const Bytes& chunk : chunks) append(whole, chunk);
    append(whole, trailer);
    return whole;
  }
};

bool refused(ByteView envelope) { return !open(envelope, people().alice).ok(); }

}  // namespace

TEST_CASE("every changed bit of an envelope is refused") {
  bool is_signed = GENERATE(false, true);
  Bytes envelope = small_envelope(is_signed ? &people().carol.signing : nullptr);
  REQUIRE_FALSE(refused(envelope));
  // Without an author only the wraps' root and the chunks protect: also the other reader's wrap, which alice never
  // opens.
  for (std::size_t bit = 0; bit < envelope.size() * 8; ++bit) {
    CAPTURE(bit);
    REQUIRE(refused(with_bit_flipped(envelope, bit)));
  }
}

TEST_CASE("an envelope that is cut off anywhere is refused") {
  for (const SigningKey* author : {static_cast<const SigningKey*>(nullptr), &people().carol.signing}) {
    Bytes envelope = small_envelope(author);
    for (std::size_t size = 0; size < envelope.size(); ++size) {
      CAPTURE(size);
      REQUIRE(code_of(open(ByteView(envelope).first(size), people().alice)) == ErrorCode::kMalformed);
      REQUIRE(refused(ByteView(envelope).subspan(envelope.size() - size)));
    }
  }
}

TEST_CASE("nothing may follow an envelope") {
  Bytes envelope = small_envelope(&people().carol.signing);
  for (std::uint8_t byte : {0, 1, 0x80, 0xff}) {
    Bytes longer = envelope;
    longer.push_back(byte);
    CHECK(code_of(open(longer, people().alice)) == ErrorCode::kMalformed);
  }
  Bytes twice = envelope;
  append(twice, envelope);
  CHECK(code_of(open(twice, people().alice)) == ErrorCode::kMalformed);
}

TEST_CASE("chunks cannot be reordered, dropped, repeated or brought from elsewhere") {
  const People& all = people();
  auto sealed = seal(document(5 * 256), {all.alice.public_keys()}, {.chunk_size = 256});
  const Parts whole{*sealed};
  REQUIRE(whole.chunks.size() == 5);
  REQUIRE_FALSE(refused(whole.join()));
  auto with = [&whole](auto change) {
    Parts parts = whole;
    change(parts);
    return parts.join();
  };
  CHECK(refused(with([](Parts& p) { std::swap(p.chunks[1], p.chunks[2]); })));
  CHECK(refused(with([](Parts& p) { std::swap(p.chunks[3], p.chunks[4]); })));
  CHECK(refused(with([](Parts& p) { p.chunks.erase(p.chunks.begin()); })));
  CHECK(refused(with([](Parts& p) { p.chunks.insert(p.chunks.begin() + 1, p.chunks[1]); })));
  CHECK(refused(with([](Parts& p) { p.chunks.push_back(p.chunks[4]); })));
  CHECK(refused(with([](Parts& p) { p.chunks.pop_back(); })));
  CHECK(refused(with([](Parts& p) {  // truncation that marks what is left as complete
    p.chunks.pop_back();
    p.chunks.back()[3] |= 0x80;
  })));
  CHECK(refused(with([](Parts& p) {  // extension: the last chunk unmarked, and another one
    p.chunks.back()[3] &= 0x7f;
    p.chunks.push_back(p.chunks[0]);
    p.chunks.back()[3] |= 0x80;
  })));
  const Parts other{*seal(document(5 * 256), {all.alice.public_keys()}, {.chunk_size = 256})};
  CHECK(refused(with([&other](Parts& p) { p.chunks[2] = other.chunks[2]; })));
  CHECK(refused(with([&other](Parts& p) { p.chunks = other.chunks; })));
  CHECK(refused(with([&other](Parts& p) { p.front = other.front; })));
}

TEST_CASE("counts and sizes from outside are bounded before anything is kept") {
  Bytes header = bcs::encode(envelope::Header{});
  Bytes many = header;
  append(many, Bytes{0x81, 0x08});  // 1025 wraps
  CHECK(code_of(open(many, people().alice)) == ErrorCode::kTooLarge);
  Bytes more = header;
  append(more, Bytes{0xff, 0xff, 0xff, 0xff, 0x07});
  CHECK(refused(more));
  for (std::uint32_t chunk_size : {0u, 255u, kMaxChunkSize + 1, 0xffffffffu}) {
    envelope::Header odd;
    odd.chunk_size = chunk_size;
    CHECK(code_of(inspect(bcs::encode(odd))) == ErrorCode::kMalformed);
  }
  Bytes unknown_suite = header;
  unknown_suite[1] = 2;
  CHECK(code_of(open(unknown_suite, people().alice)) == ErrorCode::kUnsupportedVersion);
  Bytes unknown_version = header;
  unknown_version[0] = 2;
  CHECK(code_of(open(unknown_version, people().alice)) == ErrorCode::kUnsupportedVersion);
  CHECK(refused(Bytes(100000, 0xff)));
  CHECK(refused({}));
}

TEST_CASE("the wraps of other readers cannot be taken out, added to or doubled in the original list") {
  const People& all = people();
  Bytes sealed = small_envelope(&all.carol.signing);
  auto front = envelope::read_front(sealed);
  auto rebuilt = [&](std::vector<Wrap> wraps, std::vector<Wrap> added) {
    Bytes out = front->header_bytes();
    append(out, bcs::encode(wraps));
    append(out, bcs::encode(added));
    append(out, ByteView(sealed).subspan(front->size()));
    return out;
  };
  const auto& wraps = front->wraps();
  REQUIRE_FALSE(refused(rebuilt(wraps, {})));
  CHECK(code_of(open(rebuilt({wraps[0]}, {}), all.alice)) == ErrorCode::kAuthentication);
  CHECK(code_of(open(rebuilt({wraps[1], wraps[0]}, {}), all.alice)) == ErrorCode::kAuthentication);
  CHECK(code_of(open(rebuilt({wraps[0]}, {wraps[1]}), all.alice)) == ErrorCode::kAuthentication);
  CHECK(code_of(open(rebuilt({wraps[0], wraps[0]}, {}), all.alice)) == ErrorCode::kMalformed);
  CHECK(code_of(open(rebuilt(wraps, {wraps[0]}), all.alice)) == ErrorCode::kMalformed);
  Wrap odd = wraps[1];
  odd.ciphertext.push_back(0);
  CHECK(code_of(open(rebuilt({wraps[0], odd}, {}), all.alice)) == ErrorCode::kMalformed);
}
