// Documents sealed and opened piece by piece.
#include <memory>
#include <optional>

#include "handles.h"

// Each keeps a copy of its key, which the C++ stream only borrows. `ended`: by finish or an error; then the C++ stream
// is not asked again.
struct medchain_sealer {
  std::optional<medchain::SigningKey> author{};
  std::optional<medchain::Sealer> stream{};
  bool ended = false;
};

struct medchain_opener {
  medchain::KeyPair reader;
  std::optional<medchain::Opener> stream{};
  bool ended = false;
};

namespace medchain::c {
namespace {

// The caller's callback as ours.
Sink sink_of(medchain_sink sink, void* context) {
  return [sink, context](ByteView bytes) -> Result<void> {
    medchain_status answer = sink(context, bytes.data(), bytes.size());
    if (answer == MEDCHAIN_OK) return {};
    bool known = answer >= MEDCHAIN_INVALID_ARGUMENT && answer <= MEDCHAIN_INTERNAL;
    return Error(known ? static_cast<ErrorCode>(answer) : ErrorCode::kIo,
                 "the sink refused the output, with " + std::to_string(answer));
  };
}

// Until `work` has succeeded the stream counts as ended: whatever leaves it half done, a call from its own sink too.
template <class Stream, class Work>
Result<void> use_stream(Stream* stream, bool last, Work work) {
  MEDCHAIN_TRY(present(stream, "stream"));
  if (stream->ended) return unusable("stream", "has ended, by an error or its finish");
  stream->ended = true;
  MEDCHAIN_TRY(work(*stream->stream));
  stream->ended = last;
  return {};
}

template <class Stream>
medchain_status write_to(Stream* stream, const void* data, std::size_t size) {
  return call([&]() -> Result<void> {
    auto piece = bytes_in(data, size, kMaxDocument, "data");
    if (!piece) return piece.error();
    return use_stream(stream, false, [&](auto& inner) { return inner.write(*piece); });
  });
}

}  // namespace
}  // namespace medchain::c

using namespace medchain;
using c::call;
using c::present;

medchain_status medchain_sealer_new(const medchain_public_keys* const* readers, size_t count,
                                    const medchain_seal_options* options, medchain_sink sink, void* context,
                                    medchain_sealer** sealer) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(sealer, "sealer"));
    auto to = c::readers_in(readers, count, kMaxWraps);
    if (!to) return to.error();
    auto how = c::seal_options_in(options);
    if (!how) return how.error();
    if (sink == nullptr) return c::missing("sink");
    auto made = std::make_unique<medchain_sealer>();
    if (how->author != nullptr) how->author = &made->author.emplace(how->author->clone());
    auto stream = Sealer::create(*to, *how, c::sink_of(sink, context));
    if (!stream) return stream.error();
    made->stream = std::move(*stream);
    *sealer = made.release();
    return {};
  });
}

medchain_status medchain_sealer_write(medchain_sealer* sealer, const void* data, size_t size) {
  return c::write_to(sealer, data, size);
}

medchain_status medchain_sealer_finish(medchain_sealer* sealer) {
  return call([&] { return c::use_stream(sealer, true, [](Sealer& stream) { return stream.finish(); }); });
}

void medchain_sealer_free(medchain_sealer* sealer) { delete sealer; }

medchain_status medchain_opener_new(const medchain_keys* reader, medchain_sink sink, void* context,
                                    medchain_opener** opener) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(opener, "opener"));
    MEDCHAIN_TRY(present(reader, "reader"));
    if (sink == nullptr) return c::missing("sink");
    std::unique_ptr<medchain_opener> made(new medchain_opener{reader->pair.clone()});
    made->stream.emplace(made->reader, c::sink_of(sink, context));
    *opener = made.release();
    return {};
  });
}

medchain_status medchain_opener_write(medchain_opener* opener, const void* data, size_t size) {
  return c::write_to(opener, data, size);
}

medchain_status medchain_opener_finish(medchain_opener* opener, medchain_opened* about) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::clear_opened(about));
    return c::use_stream(opener, true, [&](Opener& stream) -> Result<void> {
      auto opened = stream.finish();
      if (!opened) return opened.error();
      c::opened_out(*opened, about);
      return {};
    });
  });
}

void medchain_opener_free(medchain_opener* opener) { delete opener; }
