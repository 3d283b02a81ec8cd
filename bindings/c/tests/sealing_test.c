#include "check.h"

typedef struct people {
  medchain_keys *author, *reader, *stranger;
  medchain_public_keys* to[3]; /* reader, author, stranger */
} people;

static const char kText[] = "heart rate 68/min";

static void refused(const people* who, const void* envelope, size_t size, medchain_status status) {
  medchain_buffer document = {NULL, 0};
  CHECK_FAILS(medchain_open(envelope, size, who->reader, &document, NULL), status);
  CHECK(document.data == NULL && document.size == 0);
}

static void test_round_trip(const people* who) {
  medchain_seal_options options = {sizeof options, who->author, NULL, NULL, 256, 0};
  medchain_opened about;
  medchain_address author;
  medchain_buffer envelope, document, extended;
  memset(&about, 0xff, sizeof about);
  about.struct_size = sizeof about;
  CHECK_OK(medchain_seal(kText, strlen(kText), (const medchain_public_keys* const*)who->to, 1, &options, &envelope));
  CHECK_OK(medchain_open(envelope.data, envelope.size, who->reader, &document, &about));
  CHECK_TEXT(document, kText);
  CHECK_OK(medchain_keys_address(who->author, &author));
  CHECK(about.struct_size == sizeof about && about.has_author == 1 && about.has_record == 0);
  CHECK(memcmp(&about.author, &author, sizeof author) == 0);
  medchain_buffer_free(&document);
  CHECK_FAILS(medchain_open(envelope.data, envelope.size, who->stranger, &document, &about),
              MEDCHAIN_PERMISSION_DENIED);
  CHECK(about.has_author == 0);
  CHECK_FAILS(medchain_add_reader(envelope.data, envelope.size, who->stranger, who->to[2], &extended),
              MEDCHAIN_PERMISSION_DENIED);
  CHECK_FAILS(medchain_add_reader(envelope.data, envelope.size, who->reader, who->to[0], &extended), MEDCHAIN_CONFLICT);
  CHECK_OK(medchain_add_reader(envelope.data, envelope.size, who->reader, who->to[2], &extended));
  CHECK_OK(medchain_open(extended.data, extended.size, who->stranger, &document, NULL));
  CHECK_TEXT(document, kText);
  medchain_buffer_free(&document);
  medchain_buffer_free(&extended);
  medchain_buffer_free(&envelope);
}

/* Cut off at any byte, with any one altered, or with more behind it, an envelope is refused. */
static void test_damage(const people* who) {
  medchain_buffer envelope, document;
  size_t i;
  CHECK_OK(medchain_seal(kText, strlen(kText), (const medchain_public_keys* const*)who->to, 1, NULL, &envelope));
  for (i = 0; i < envelope.size; ++i) {
    uint8_t* part = exact_copy(envelope.data, i);
    CHECK(medchain_open(part, i, who->reader, &document, NULL) != MEDCHAIN_OK && document.data == NULL);
    free(part);
    part = exact_copy(envelope.data, envelope.size);
    part[i] ^= 1;
    CHECK(medchain_open(part, envelope.size, who->reader, &document, NULL) != MEDCHAIN_OK && document.data == NULL);
    free(part);
  }
  medchain_buffer_free(&envelope);
  refused(who, "", 0, MEDCHAIN_MALFORMED);
  refused(who, NULL, 0, MEDCHAIN_MALFORMED);
  refused(who, NULL, 5, MEDCHAIN_INVALID_ARGUMENT);
  refused(who, kText, SIZE_MAX, MEDCHAIN_TOO_LARGE);
}

static void test_empty_document(const people* who) {
  medchain_buffer envelope, document;
  CHECK_OK(medchain_seal(NULL, 0, (const medchain_public_keys* const*)who->to, 3, NULL, &envelope));
  CHECK_OK(medchain_open(envelope.data, envelope.size, who->stranger, &document, NULL));
  CHECK(document.data == NULL && document.size == 0);
  medchain_buffer_free(&envelope);
  medchain_buffer_free(&document);
}

static void test_arguments(const people* who) {
  const medchain_public_keys* const* to = (const medchain_public_keys* const*)who->to;
  const medchain_public_keys *holes[2] = {NULL, NULL}, *twice[2];
  medchain_buffer out;
  medchain_opened about = {0, 0, 0, {{0}}, {{0}}, {{0}}};
  twice[0] = twice[1] = who->to[0];
  holes[0] = who->to[0];
  CHECK_FAILS(medchain_seal(NULL, 1, to, 1, NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_seal(kText, SIZE_MAX, to, 1, NULL, &out), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_seal(kText, (size_t)MEDCHAIN_MAX_DOCUMENT + 1, to, 1, NULL, &out), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_seal(kText, 1, to, SIZE_MAX, NULL, &out), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_seal(kText, 1, to, 0, NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_seal(kText, 1, NULL, 1, NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_seal(kText, 1, holes, 2, NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_seal(kText, 1, twice, 2, NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_seal(kText, 1, to, 1, NULL, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_open(kText, 1, NULL, &out, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_open(kText, 1, who->reader, NULL, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_open(kText, 1, who->reader, &out, &about), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(strstr(medchain_last_error(), "struct_size") != NULL);
  about.struct_size = SIZE_MAX;
  CHECK_FAILS(medchain_open(kText, 1, who->reader, &out, &about), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_add_reader(kText, 1, NULL, who->to[0], &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_add_reader(kText, 1, who->reader, NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_add_reader("", 0, who->reader, who->to[2], &out), MEDCHAIN_MALFORMED);
}

/* A caller of a later release, whose struct is longer: right while it asks for nothing that is new. */
static void test_versions(const people* who) {
  struct {
    medchain_seal_options known;
    uint64_t later;
  } options;
  struct {
    medchain_opened known;
    uint64_t later;
  } about;
  medchain_chain_id chain = {{1}};
  medchain_buffer envelope, document;
  const medchain_public_keys* const* to = (const medchain_public_keys* const*)who->to;
  memset(&options, 0, sizeof options);
  memset(&about, 0xff, sizeof about);
  options.known.struct_size = sizeof options;
  about.known.struct_size = sizeof about;
  CHECK_OK(medchain_seal(kText, 5, to, 1, &options.known, &envelope));
  CHECK_OK(medchain_open(envelope.data, envelope.size, who->reader, &document, &about.known));
  CHECK(about.later == 0 && about.known.struct_size == sizeof about && about.known.has_author == 0);
  medchain_buffer_free(&document);
  medchain_buffer_free(&envelope);
  options.later = 1;
  CHECK_FAILS(medchain_seal(kText, 5, to, 1, &options.known, &envelope), MEDCHAIN_UNSUPPORTED_VERSION);
  options.later = 0;
  options.known.chain = &chain; /* without a record */
  CHECK_FAILS(medchain_seal(kText, 5, to, 1, &options.known, &envelope), MEDCHAIN_INVALID_ARGUMENT);
  options.known.chain = NULL;
  options.known.chunk_size = 255;
  CHECK_FAILS(medchain_seal(kText, 5, to, 1, &options.known, &envelope), MEDCHAIN_INVALID_ARGUMENT);
  options.known.chunk_size = 0;
  options.known.struct_size = sizeof(medchain_seal_options) - 1;
  CHECK_FAILS(medchain_seal(kText, 5, to, 1, &options.known, &envelope), MEDCHAIN_INVALID_ARGUMENT);
}

void test_sealing(void) {
  people who = {new_keys(MEDCHAIN_ED25519), new_keys(MEDCHAIN_P256), new_keys(MEDCHAIN_ED25519), {NULL, NULL, NULL}};
  who.to[0] = public_of(who.reader);
  who.to[1] = public_of(who.author);
  who.to[2] = public_of(who.stranger);
  test_round_trip(&who);
  test_damage(&who);
  test_empty_document(&who);
  test_arguments(&who);
  test_versions(&who);
  medchain_public_keys_free(who.to[0]);
  medchain_public_keys_free(who.to[1]);
  medchain_public_keys_free(who.to[2]);
  medchain_keys_free(who.author);
  medchain_keys_free(who.reader);
  medchain_keys_free(who.stranger);
}
