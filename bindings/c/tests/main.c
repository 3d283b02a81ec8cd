#include "check.h"

unsigned checks_made = 0;
unsigned checks_failed = 0;

void check_that(int holds, const char* what, const char* file, int line) {
  ++checks_made;
  if (holds) return;
  ++checks_failed;
  fprintf(stderr, "%s:%d: %s does not hold\n", file, line, what);
}

void check_status(medchain_status got, medchain_status expected, const char* what, const char* file, int line) {
  ++checks_made;
  if (got == expected && (got == MEDCHAIN_OK || strlen(medchain_last_error()) > 0)) return;
  ++checks_failed;
  fprintf(stderr, "%s:%d: %s: %s, expected %s (%s)\n", file, line, what, medchain_status_name(got),
          medchain_status_name(expected), medchain_last_error());
}

static void* must(void* made) {
  if (made != NULL) return made;
  fprintf(stderr, "cannot go on: %s\n", medchain_last_error());
  exit(1);
}

medchain_keys* new_keys(medchain_algorithm algorithm) {
  medchain_keys* keys = NULL;
  CHECK_OK(medchain_keys_generate(algorithm, &keys));
  return must(keys);
}

medchain_public_keys* public_of(const medchain_keys* keys) {
  medchain_public_keys* public_keys = NULL;
  CHECK_OK(medchain_keys_public(keys, &public_keys));
  return must(public_keys);
}

uint8_t* exact_copy(const void* data, size_t size) {
  uint8_t* copy = must(malloc(size > 0 ? size : 1));
  if (size > 0) memcpy(copy, data, size);
  return copy;
}

int main(int count, char** arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: unit_c FIXTURE\n");
    return 2;
  }
  test_layout();
  test_keys();
  test_sealing();
  test_streams();
  test_transactions();
  test_receipts(arguments[1]);
  printf("%u checks, %u failed\n", checks_made, checks_failed);
  return checks_failed == 0 && checks_made > 0 ? 0 : 1;
}
