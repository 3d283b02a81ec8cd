#include "check.h"

static char path_text[4096];

static const char* path(const char* directory, const char* name) {
  snprintf(path_text, sizeof path_text, "%s/%s", directory, name);
  return path_text;
}

static medchain_buffer load(const char* directory, const char* name) {
  FILE* file = fopen(path(directory, name), "rb");
  medchain_buffer content = {NULL, 0};
  size_t room = 1 << 20;
  if (file == NULL) abort();
  content.data = malloc(room);
  if (content.data == NULL) abort();
  content.size = fread(content.data, 1, room, file);
  fclose(file);
  return content; /* ours: freed with free() */
}

static void test_verified(const char* fixture, const medchain_genesis* genesis) {
  medchain_verified verified;
  medchain_chain_id chain;
  memset(&verified, 0, sizeof verified);
  verified.struct_size = sizeof verified;
  CHECK_OK(medchain_receipt_verify_file(genesis, path(fixture, "put.receipt"), &verified));
  CHECK(verified.outcome == MEDCHAIN_SUCCESS && verified.signatures == 1 && verified.height >= 1);
  CHECK(verified.has_record == 1);
  CHECK_OK(medchain_receipt_verify_file(genesis, path(fixture, "failed.receipt"), &verified));
  CHECK(strcmp(medchain_outcome_name(verified.outcome), "insufficient_balance") == 0);
  CHECK(verified.has_record == 0);
  CHECK_OK(medchain_genesis_chain(genesis, &chain));
  CHECK_FAILS(medchain_receipt_verify_file(genesis, path(fixture, "none.receipt"), &verified), MEDCHAIN_NOT_FOUND);
  CHECK(verified.outcome == MEDCHAIN_NO_OUTCOME && verified.height == 0);
  CHECK_FAILS(medchain_receipt_verify_file(genesis, fixture, &verified), MEDCHAIN_IO);
  CHECK_FAILS(medchain_receipt_verify_file(genesis, "/dev/zero", &verified), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_receipt_verify_file(genesis, NULL, &verified), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_receipt_verify_file(genesis, path(fixture, "genesis.json"), &verified),
              MEDCHAIN_UNSUPPORTED_VERSION);
}

/* Cut off at any byte, with any one altered, or with more behind it, a receipt proves nothing. */
static void test_damage(const char* fixture, const medchain_genesis* genesis) {
  medchain_buffer receipt = load(fixture, "put.receipt");
  medchain_verified verified;
  size_t i;
  verified.struct_size = sizeof verified;
  CHECK_OK(medchain_receipt_verify(genesis, receipt.data, receipt.size, &verified));
  for (i = 0; i < receipt.size; ++i) {
    uint8_t* copy = exact_copy(receipt.data, i);
    CHECK(medchain_receipt_verify(genesis, copy, i, &verified) != MEDCHAIN_OK);
    CHECK(verified.outcome == MEDCHAIN_NO_OUTCOME);
    free(copy);
    copy = exact_copy(receipt.data, receipt.size);
    copy[i] ^= 1;
    CHECK(medchain_receipt_verify(genesis, copy, receipt.size, &verified) != MEDCHAIN_OK);
    free(copy);
  }
  free(receipt.data);
}

static void test_genesis(const char* fixture) {
  medchain_buffer json = load(fixture, "genesis.json"), receipt = load(fixture, "put.receipt");
  medchain_genesis *genesis = NULL, *other = NULL;
  medchain_verified verified;
  medchain_chain_id chain;
  verified.struct_size = sizeof verified;
  CHECK_OK(medchain_genesis_parse(json.data, json.size, &genesis));
  CHECK_OK(medchain_genesis_read(path(fixture, "other.json"), &other));
  CHECK_FAILS(medchain_receipt_verify(other, receipt.data, receipt.size, &verified), MEDCHAIN_CONFLICT);
  CHECK_FAILS(medchain_receipt_verify(NULL, receipt.data, receipt.size, &verified), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_receipt_verify(genesis, NULL, 1, &verified), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_receipt_verify(genesis, NULL, 0, &verified), MEDCHAIN_MALFORMED);
  CHECK_FAILS(medchain_receipt_verify(genesis, receipt.data, SIZE_MAX, &verified), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_receipt_verify(genesis, receipt.data, receipt.size, NULL), MEDCHAIN_INVALID_ARGUMENT);
  verified.struct_size = 8;
  CHECK_FAILS(medchain_receipt_verify(genesis, receipt.data, receipt.size, &verified), MEDCHAIN_INVALID_ARGUMENT);
  medchain_genesis_free(genesis);
  medchain_genesis_free(other);
  CHECK_FAILS(medchain_genesis_parse(json.data, json.size / 2, &genesis), MEDCHAIN_MALFORMED);
  CHECK(genesis == NULL);
  CHECK_FAILS(medchain_genesis_parse(json.data, SIZE_MAX, &genesis), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_genesis_parse(NULL, 1, &genesis), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_genesis_read(path(fixture, "none.json"), &genesis), MEDCHAIN_NOT_FOUND);
  CHECK_FAILS(medchain_genesis_read("", &genesis), MEDCHAIN_NOT_FOUND);
  CHECK_FAILS(medchain_genesis_chain(NULL, &chain), MEDCHAIN_INVALID_ARGUMENT);
  medchain_genesis_free(NULL);
  free(json.data);
  free(receipt.data);
}

void test_receipts(const char* fixture) {
  medchain_genesis* genesis = NULL;
  CHECK_OK(medchain_genesis_read(path(fixture, "genesis.json"), &genesis));
  test_verified(fixture, genesis);
  test_damage(fixture, genesis);
  test_genesis(fixture);
  medchain_genesis_free(genesis);
}
