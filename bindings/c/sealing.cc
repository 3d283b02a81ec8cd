// Documents sealed and opened in memory.
#include "medchain/sealing.h"

#include "handles.h"
#include "medchain/limits.h"

namespace medchain::c {
namespace {

static_assert(MEDCHAIN_MAX_READERS == kMaxWraps);
static_assert(limits::kMaxPayloadBytes <= MEDCHAIN_MAX_DOCUMENT);
// What a document of that size may become with the smallest chunks and all readers, original and added.
constexpr std::size_t kMaxEnvelope = kMaxDocument + kMaxDocument / kMinChunkSize * 20 + 2 * kMaxWraps * 256 + 64 * 1024;

}  // namespace

Result<SealOptions> seal_options_in(const medchain_seal_options* given) {
  SealOptions options;
  if (given == nullptr) return options;
  auto checked = options_in(given, "options");
  if (!checked) return checked.error();
  if ((checked->chain == nullptr) != (checked->record == nullptr)) {
    return unusable("options", "name a chain without a record, or a record without its chain");
  }
  if (checked->reserved != 0) return unusable("options", "have a reserved field that is not 0");
  if (checked->author != nullptr) options.author = &checked->author->pair.signing;
  if (checked->chain != nullptr) {
    options.record = RecordContext{convert<ChainId>(*checked->chain), convert<RecordId>(*checked->record)};
  }
  if (checked->chunk_size != 0) options.chunk_size = checked->chunk_size;
  return options;
}

Result<std::vector<PublicKeys>> readers_in(const medchain_public_keys* const* readers, std::size_t count,
                                           std::size_t limit) {
  if (count > limit) {
    return Error(ErrorCode::kTooLarge, std::to_string(count) + " readers, at most " + std::to_string(limit));
  }
  if (readers == nullptr && count > 0) return missing("readers");
  std::vector<PublicKeys> all;
  for (std::size_t i = 0; i < count; ++i) {
    if (readers[i] == nullptr) return missing("reader " + std::to_string(i));
    all.push_back(readers[i]->keys);
  }
  return all;
}

Result<void> clear_opened(medchain_opened* about) {
  return about == nullptr ? Result<void>() : clear_answer(about, "about");
}

void opened_out(const Opened& opened, medchain_opened* about) {
  if (about == nullptr) return;
  medchain_opened answer{};
  if (opened.author) {
    answer.has_author = 1;
    answer.author = convert<medchain_address>(address_of(*opened.author));
  }
  if (const auto* record = std::get_if<RecordContext>(&opened.context)) {
    answer.has_record = 1;
    answer.chain = convert<medchain_chain_id>(record->chain);
    answer.record = convert<medchain_record_id>(record->record);
  }
  answer_out(answer, *about);
}

}  // namespace medchain::c

using namespace medchain;
using c::call;
using c::present;

medchain_status medchain_seal(const void* document, size_t size, const medchain_public_keys* const* readers,
                              size_t count, const medchain_seal_options* options, medchain_buffer* envelope) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(envelope, "envelope"));
    auto plaintext = c::bytes_in(document, size, c::kMaxDocument, "document");
    if (!plaintext) return plaintext.error();
    auto to = c::readers_in(readers, count, kMaxWraps);
    if (!to) return to.error();
    auto how = c::seal_options_in(options);
    if (!how) return how.error();
    auto sealed = seal(*plaintext, *to, *how);
    if (!sealed) return sealed.error();
    c::bytes_out(*sealed, *envelope);
    return {};
  });
}

medchain_status medchain_open(const void* envelope, size_t size, const medchain_keys* reader, medchain_buffer* document,
                              medchain_opened* about) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(document, "document"));
    MEDCHAIN_TRY(c::clear_opened(about));
    auto sealed = c::bytes_in(envelope, size, c::kMaxEnvelope, "envelope");
    if (!sealed) return sealed.error();
    MEDCHAIN_TRY(present(reader, "reader"));
    auto opened = open(*sealed, reader->pair);
    if (!opened) return opened.error();
    c::secret_out(opened->plaintext, *document);
    c::opened_out(*opened, about);
    return {};
  });
}

medchain_status medchain_add_reader(const void* envelope, size_t size, const medchain_keys* holder,
                                    const medchain_public_keys* reader, medchain_buffer* extended) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(extended, "extended"));
    auto sealed = c::bytes_in(envelope, size, c::kMaxEnvelope, "envelope");
    if (!sealed) return sealed.error();
    MEDCHAIN_TRY(present(holder, "holder"));
    MEDCHAIN_TRY(present(reader, "reader"));
    auto made = add_reader(*sealed, holder->pair, reader->keys);
    if (!made) return made.error();
    c::bytes_out(*made, *extended);
    return {};
  });
}
