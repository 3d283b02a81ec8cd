// What sealing and opening documents cost beside AES-256-GCM alone, over the same bytes in the same chunks.
//
//   seal, open                whole documents: the reader's keys checked and a key wrapped, or unwrapped, each time,
//   and
//                             the result in memory of its own
//   seal/stream, open/stream  the next bytes of a long document, when all that is paid once is paid
#include "medchain/sealing.h"

#include <cstring>

#include "load/senders.h"
#include "providers.h"

namespace medchain::benchmark {
namespace {

constexpr std::size_t kChunk = kDefaultChunkSize;
constexpr std::size_t kTag = 16;
constexpr std::size_t kLong = 64;  // chunks of the document that is opened piece by piece
const std::vector<std::int64_t> kDocuments{1024, 64 * 1024, 1024 * 1024};
const std::vector<std::int64_t> kPieces{64 * 1024, 1024 * 1024};

std::size_t size_of(const State& state) { return static_cast<std::size_t>(state.range(0)); }

using Nonce = std::array<std::uint8_t, 12>;
Nonce nonce_of(std::uint64_t number) {
  Nonce nonce{};
  std::memcpy(nonce.data(), &number, sizeof number);
  return nonce;
}

// --- AES-256-GCM alone: never twice with one nonce, into and out of one buffer of a chunk

void seal_raw(State& state, const crypto::Provider& provider) {
  const Bytes plaintext(size_of(state), 1);
  Bytes out(std::min(kChunk, plaintext.size()) + kTag);
  auto context = provider.aes_256_gcm(Bytes(32, 2));
  std::uint64_t next = 0;
  for (auto _ : state) {
    for (std::size_t at = 0; at < plaintext.size(); at += out.size() - kTag) {
      context->seal(nonce_of(next++), {}, ByteView(plaintext).subspan(at, out.size() - kTag), out);
      ::benchmark::DoNotOptimize(out.data());
    }
  }
  count_bytes(state, plaintext.size());
}

void open_raw(State& state, const crypto::Provider& provider) {
  Bytes out(std::min(kChunk, size_of(state)));
  auto context = provider.aes_256_gcm(Bytes(32, 2));
  std::vector<Bytes> chunks(kLong, Bytes(out.size() + kTag));
  for (std::size_t i = 0; i < kLong; ++i) context->seal(nonce_of(i), {}, Bytes(out.size(), 1), chunks[i]);
  std::size_t next = 0;
  for (auto _ : state) {
    for (std::size_t at = 0; at < size_of(state); at += out.size(), next = (next + 1) % kLong) {
      check(context->open(nonce_of(next), {}, chunks[next], out));
      ::benchmark::DoNotOptimize(out.data());
    }
  }
  count_bytes(state, size_of(state));
}

// --- whole documents

void seal_document(State& state, const crypto::Provider&) {
  const Bytes plaintext(size_of(state), 1);
  const KeyPair reader = sender(0);
  const std::vector<PublicKeys> readers{reader.public_keys()};
  for (auto _ : state) {
    auto sealed = seal(plaintext, readers);
    check(sealed.ok());
    ::benchmark::DoNotOptimize(sealed->data());
  }
  check(open(*seal(plaintext, readers), reader)->plaintext == plaintext);
  count_bytes(state, plaintext.size());
}

void open_document(State& state, const crypto::Provider&) {
  const Bytes plaintext(size_of(state), 1);
  const KeyPair reader = sender(0);
  const Bytes sealed = *seal(plaintext, {reader.public_keys()});
  for (auto _ : state) check(open(sealed, reader).ok());
  count_bytes(state, plaintext.size());
}

// --- streams; what comes out is looked at where it is, as a file or socket would take it

void seal_stream(State& state, const crypto::Provider&) {
  const Bytes piece(size_of(state), 1);
  std::size_t written = 0;
  auto sealer = Sealer::create({sender(0).public_keys()}, {}, [&](ByteView bytes) {
    ::benchmark::DoNotOptimize(bytes.data());
    written += bytes.size();
    return Result<void>();
  });
  check(sealer.ok());
  for (auto _ : state) check(sealer->write(piece).ok());
  check(sealer->finish().ok() && written > state.iterations() * piece.size());
  count_bytes(state, piece.size());
}

// The envelope of a document of kLong chunks as the Sealer writes it: its front, the chunks, its trailer.
std::vector<Bytes> long_envelope(const PublicKeys& reader) {
  std::vector<Bytes> parts;
  auto sealer = Sealer::create({reader}, {}, [&](ByteView bytes) {
    parts.push_back(to_bytes(bytes));
    return Result<void>();
  });
  check(sealer.ok() && sealer->write(Bytes(kLong * kChunk, 1)).ok() && sealer->finish().ok());
  check(parts.size() == 1 + kLong + 1);
  return parts;
}

void open_stream(State& state, const crypto::Provider&) {
  const KeyPair reader = sender(0);
  const std::vector<Bytes> parts = long_envelope(reader.public_keys());
  const auto sink = [](ByteView bytes) {
    ::benchmark::DoNotOptimize(bytes.data());
    return Result<void>();
  };
  Opener opener(reader, sink);
  check(opener.write(parts[0]).ok());
  std::size_t next = 1;
  for (auto _ : state) {
    for (std::size_t at = 0; at < size_of(state); at += kChunk) check(opener.write(parts[next++]).ok());
    if (next <= kLong) continue;
    state.PauseTiming();
    check(opener.write(parts[next]).ok() && opener.finish().ok());
    opener = Opener(reader, sink);
    check(opener.write(parts[0]).ok());
    next = 1;
    state.ResumeTiming();
  }
  count_bytes(state, size_of(state));
}

const bool kSealing =
    with_each_provider("seal", seal_document, kDocuments) && with_each_provider("seal/raw", seal_raw, kDocuments) &&
    with_each_provider("open", open_document, kDocuments) && with_each_provider("open/raw", open_raw, kDocuments) &&
    with_each_provider("seal/stream", seal_stream, kPieces) &&
    with_each_provider("seal/stream/raw", seal_raw, kPieces) &&
    with_each_provider("open/stream", open_stream, kPieces) && with_each_provider("open/stream/raw", open_raw, kPieces);

}  // namespace
}  // namespace medchain::benchmark
