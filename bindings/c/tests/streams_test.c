#include "check.h"

enum { kDocumentSize = 300000, kPiece = 7777 };

typedef struct collected {
  uint8_t* data;
  size_t size;
  medchain_status answer;   /* of the sink */
  medchain_sealer* reenter; /* a stream that the sink wrongly writes to */
  medchain_status reentered;
} collected;

static medchain_status collect(void* context, const uint8_t* data, size_t size) {
  collected* to = context;
  if (to->reenter != NULL) to->reentered = medchain_sealer_write(to->reenter, "x", 1);
  if (to->answer != MEDCHAIN_OK) return to->answer;
  to->data = realloc(to->data, to->size + size + 1);
  if (to->data == NULL) abort();
  memcpy(to->data + to->size, data, size);
  to->size += size;
  return MEDCHAIN_OK;
}

static void seal_all(const medchain_public_keys* to, const medchain_keys* author, const uint8_t* document,
                     collected* envelope) {
  medchain_seal_options options = {sizeof options, author, NULL, NULL, 1024, 0};
  medchain_sealer* sealer = NULL;
  size_t at, piece;
  CHECK_OK(medchain_sealer_new(&to, 1, &options, collect, envelope, &sealer));
  for (at = 0; at < kDocumentSize; at += piece) {
    piece = kDocumentSize - at < kPiece ? kDocumentSize - at : kPiece;
    CHECK_OK(medchain_sealer_write(sealer, document + at, piece));
  }
  CHECK_OK(medchain_sealer_write(sealer, NULL, 0));
  CHECK_FAILS(medchain_sealer_write(sealer, NULL, 1), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_sealer_write(sealer, document, SIZE_MAX), MEDCHAIN_TOO_LARGE);
  CHECK_OK(medchain_sealer_finish(sealer));
  CHECK_FAILS(medchain_sealer_finish(sealer), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_sealer_write(sealer, document, 1), MEDCHAIN_INVALID_ARGUMENT);
  medchain_sealer_free(sealer);
}

/* The opener lives longer than the handle of its key. */
static medchain_status open_all(medchain_keys* reader, const collected* envelope, size_t size, collected* document,
                                medchain_opened* about) {
  medchain_opener* opener = NULL;
  medchain_status status = MEDCHAIN_OK;
  size_t at;
  CHECK_OK(medchain_opener_new(reader, collect, document, &opener));
  medchain_keys_free(reader);
  for (at = 0; at < size && status == MEDCHAIN_OK; at += 1000) {
    status = medchain_opener_write(opener, envelope->data + at, size - at < 1000 ? size - at : 1000);
  }
  if (status == MEDCHAIN_OK) status = medchain_opener_finish(opener, about);
  CHECK_FAILS(medchain_opener_finish(opener, NULL), MEDCHAIN_INVALID_ARGUMENT);
  medchain_opener_free(opener);
  return status;
}

static medchain_keys* copy_of(const medchain_keys* keys) {
  medchain_keys* copy = NULL;
  medchain_buffer text;
  CHECK_OK(medchain_keys_encode(keys, NULL, &text));
  CHECK_OK(medchain_keys_decode(text.data, text.size, NULL, &copy));
  medchain_buffer_free(&text);
  return copy;
}

static void test_round_trip(const medchain_keys* reader, const medchain_public_keys* to, const uint8_t* document) {
  medchain_keys *author = new_keys(MEDCHAIN_P256), *stranger = new_keys(MEDCHAIN_P256);
  collected envelope = {NULL, 0, 0, NULL, 0}, opened = {NULL, 0, 0, NULL, 0};
  medchain_opened about;
  memset(&about, 0, sizeof about);
  about.struct_size = sizeof about;
  seal_all(to, author, document, &envelope);
  CHECK_OK(open_all(copy_of(reader), &envelope, envelope.size, &opened, &about));
  CHECK(opened.size == kDocumentSize && memcmp(opened.data, document, kDocumentSize) == 0);
  CHECK(about.has_author == 1);
  opened.size = 0;
  CHECK_FAILS(open_all(copy_of(reader), &envelope, envelope.size - 1, &opened, &about), MEDCHAIN_MALFORMED);
  CHECK(about.has_author == 0);
  CHECK_FAILS(open_all(stranger, &envelope, envelope.size, &opened, NULL), MEDCHAIN_PERMISSION_DENIED);
  envelope.data[envelope.size / 2] ^= 1;
  CHECK_FAILS(open_all(copy_of(reader), &envelope, envelope.size, &opened, NULL), MEDCHAIN_AUTHENTICATION);
  medchain_keys_free(author);
  free(envelope.data);
  free(opened.data);
}

static void test_sinks(const medchain_public_keys* to, const uint8_t* document) {
  collected full = {NULL, 0, MEDCHAIN_UNAVAILABLE, NULL, 0};
  medchain_sealer* sealer = NULL;
  CHECK_FAILS(medchain_sealer_new(&to, 1, NULL, collect, &full, &sealer), MEDCHAIN_UNAVAILABLE);
  CHECK(sealer == NULL);
  full.answer = MEDCHAIN_OK;
  CHECK_OK(medchain_sealer_new(&to, 1, NULL, collect, &full, &sealer));
  full.answer = 4711; /* no status: as if the system had refused */
  CHECK_FAILS(medchain_sealer_write(sealer, document, kDocumentSize), MEDCHAIN_IO);
  CHECK_FAILS(medchain_sealer_finish(sealer), MEDCHAIN_INVALID_ARGUMENT);
  medchain_sealer_free(sealer);
  full.answer = MEDCHAIN_OK;
  CHECK_OK(medchain_sealer_new(&to, 1, NULL, collect, &full, &sealer));
  full.reenter = sealer;
  CHECK_OK(medchain_sealer_write(sealer, document, kDocumentSize));
  CHECK(full.reentered == MEDCHAIN_INVALID_ARGUMENT);
  medchain_sealer_free(sealer); /* without finish */
  free(full.data);
}

static void test_arguments(const medchain_keys* reader, const medchain_public_keys* to) {
  medchain_sealer* sealer = NULL;
  medchain_opener* opener = NULL;
  medchain_opened wrong;
  collected out = {NULL, 0, 0, NULL, 0};
  memset(&wrong, 0, sizeof wrong);
  CHECK_FAILS(medchain_sealer_new(&to, 1, NULL, NULL, NULL, &sealer), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_sealer_new(NULL, 1, NULL, collect, &out, &sealer), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_sealer_new(&to, 1, NULL, collect, &out, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_sealer_write(NULL, "x", 1), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_sealer_finish(NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_opener_new(NULL, collect, &out, &opener), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_opener_new(reader, NULL, &out, &opener), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_opener_write(NULL, "x", 1), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_opener_finish(NULL, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(sealer == NULL && opener == NULL);
  CHECK_OK(medchain_opener_new(reader, collect, &out, &opener));
  CHECK_FAILS(medchain_opener_finish(opener, &wrong), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_opener_finish(opener, NULL), MEDCHAIN_MALFORMED); /* nothing was read */
  medchain_opener_free(opener);
  medchain_opener_free(NULL);
  medchain_sealer_free(NULL);
}

void test_streams(void) {
  medchain_keys* reader = new_keys(MEDCHAIN_ED25519);
  medchain_public_keys* to = public_of(reader);
  uint8_t* document = malloc(kDocumentSize);
  size_t i;
  if (document == NULL) abort();
  for (i = 0; i < kDocumentSize; ++i) document[i] = (uint8_t)(i * 31 >> 3);
  test_round_trip(reader, to, document);
  test_sinks(to, document);
  test_arguments(reader, to);
  free(document);
  medchain_public_keys_free(to);
  medchain_keys_free(reader);
}
