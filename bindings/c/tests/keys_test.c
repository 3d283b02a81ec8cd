#define _POSIX_C_SOURCE 200809L
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static int same(const medchain_keys* a, const medchain_keys* b) {
  medchain_address of_a, of_b;
  CHECK_OK(medchain_keys_address(a, &of_a));
  CHECK_OK(medchain_keys_address(b, &of_b));
  return memcmp(&of_a, &of_b, sizeof of_a) == 0;
}

static void test_text(void) {
  medchain_keys *keys = new_keys(MEDCHAIN_P256), *back = NULL;
  medchain_buffer text, locked;
  uint8_t* copy;
  size_t size;
  CHECK_OK(medchain_keys_encode(keys, NULL, &text));
  CHECK_OK(medchain_keys_decode(text.data, text.size, NULL, &back));
  CHECK(same(keys, back));
  medchain_keys_free(back);
  for (size = 0; size < text.size; size += 37) {
    copy = exact_copy(text.data, size);
    CHECK_FAILS(medchain_keys_decode(copy, size, NULL, &back), MEDCHAIN_MALFORMED);
    CHECK(back == NULL);
    free(copy);
  }
  text.data[text.size / 2] ^= 1;
  CHECK_FAILS(medchain_keys_decode(text.data, text.size, NULL, &back), MEDCHAIN_MALFORMED);
  CHECK_OK(medchain_keys_encode(keys, "correct horse", &locked));
  CHECK_FAILS(medchain_keys_decode(locked.data, locked.size, "wrong", &back), MEDCHAIN_AUTHENTICATION);
  CHECK_FAILS(medchain_keys_decode(locked.data, locked.size, NULL, &back), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_OK(medchain_keys_decode(locked.data, locked.size, "correct horse", &back));
  CHECK(same(keys, back));
  medchain_keys_free(back);
  CHECK_FAILS(medchain_keys_decode(text.data, SIZE_MAX, NULL, &back), MEDCHAIN_TOO_LARGE);
  CHECK(back == NULL);
  medchain_keys_free(keys);
  medchain_buffer_free(&locked);
  CHECK(locked.data == NULL && locked.size == 0);
  text.size = SIZE_MAX; /* the library does not believe it */
  medchain_buffer_free(&text);
}

static void test_files(void) {
  char directory[] = "/tmp/medchain-c.XXXXXX", path[64], pub[64], long_path[5000];
  medchain_keys *keys = new_keys(MEDCHAIN_ED25519), *back = NULL;
  medchain_public_keys *public_keys = public_of(keys), *public_back = NULL;
  CHECK(mkdtemp(directory) != NULL);
  snprintf(path, sizeof path, "%s/a.key", directory);
  snprintf(pub, sizeof pub, "%s/a.pub", directory);
  memset(long_path, 'a', sizeof long_path);
  long_path[sizeof long_path - 1] = '\0';
  CHECK_OK(medchain_keys_write(keys, path, NULL));
  CHECK_FAILS(medchain_keys_write(keys, path, NULL), MEDCHAIN_CONFLICT);
  CHECK_OK(medchain_keys_read(path, NULL, &back));
  CHECK(same(keys, back));
  medchain_keys_free(back);
  CHECK(chmod(path, 0644) == 0);
  CHECK_FAILS(medchain_keys_read(path, NULL, &back), MEDCHAIN_PERMISSION_DENIED);
  CHECK(back == NULL);
  CHECK_FAILS(medchain_keys_read(NULL, NULL, &back), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_keys_read(long_path, NULL, &back), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_keys_read(path, long_path, &back), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_keys_write(NULL, path, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_OK(medchain_public_keys_write(public_keys, pub));
  CHECK_OK(medchain_public_keys_read(pub, &public_back));
  medchain_public_keys_free(public_back);
  CHECK_FAILS(medchain_public_keys_read(path, &public_back), MEDCHAIN_MALFORMED);
  CHECK_FAILS(medchain_public_keys_read(directory, &public_back), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(public_back == NULL);
  CHECK(unlink(path) == 0 && unlink(pub) == 0 && rmdir(directory) == 0);
  medchain_public_keys_free(public_keys);
  medchain_keys_free(keys);
}

static void test_public(void) {
  medchain_keys* keys = new_keys(MEDCHAIN_P256);
  medchain_public_keys *public_keys = public_of(keys), *back = NULL;
  medchain_address own, shown;
  medchain_buffer text;
  CHECK_OK(medchain_public_keys_encode(public_keys, &text));
  CHECK_OK(medchain_public_keys_decode(text.data, text.size, &back));
  CHECK_OK(medchain_public_keys_address(back, &shown));
  CHECK_OK(medchain_keys_address(keys, &own));
  CHECK(memcmp(&own, &shown, sizeof own) == 0);
  medchain_public_keys_free(back);
  CHECK_FAILS(medchain_public_keys_decode(text.data, text.size - 1, &back), MEDCHAIN_MALFORMED);
  CHECK_FAILS(medchain_public_keys_decode(NULL, 1, &back), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_public_keys_decode(text.data, (size_t)1 << 40, &back), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_public_keys_address(NULL, &shown), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_public_keys_address(public_keys, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_public_keys_encode(public_keys, NULL), MEDCHAIN_INVALID_ARGUMENT);
  medchain_buffer_free(&text);
  medchain_public_keys_free(public_keys);
  medchain_keys_free(keys);
}

static void test_addresses(void) {
  medchain_keys* keys = new_keys(MEDCHAIN_ED25519);
  medchain_address address, back;
  char text[MEDCHAIN_ADDRESS_TEXT], hex[MEDCHAIN_HEX_TEXT];
  char* long_text = malloc(100000);
  CHECK_OK(medchain_keys_address(keys, &address));
  CHECK_OK(medchain_address_text(&address, text, sizeof text));
  CHECK(strlen(text) == MEDCHAIN_ADDRESS_TEXT - 1 && strncmp(text, "med1", 4) == 0);
  CHECK_OK(medchain_address_parse(text, &back));
  CHECK(memcmp(&address, &back, sizeof back) == 0);
  text[10] = text[10] == 'q' ? 'p' : 'q';
  CHECK_FAILS(medchain_address_parse(text, &back), MEDCHAIN_MALFORMED);
  CHECK(back.bytes[0] == 0 && back.bytes[31] == 0);
  CHECK_FAILS(medchain_address_parse("", &back), MEDCHAIN_MALFORMED);
  CHECK_FAILS(medchain_address_parse(NULL, &back), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_address_parse(text, NULL), MEDCHAIN_INVALID_ARGUMENT);
  memset(long_text, 'm', 100000);
  long_text[99999] = '\0';
  CHECK_FAILS(medchain_address_parse(long_text, &back), MEDCHAIN_TOO_LARGE);
  free(long_text);
  CHECK_FAILS(medchain_address_text(&address, text, sizeof text - 1), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(text[0] == '\0');
  CHECK_FAILS(medchain_address_text(&address, text, 0), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_address_text(NULL, text, sizeof text), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_OK(medchain_hex_text(&address, sizeof address, hex, sizeof hex));
  CHECK_OK(medchain_hex_parse(hex, &back, sizeof back));
  CHECK(memcmp(&address, &back, sizeof back) == 0);
  CHECK_FAILS(medchain_hex_parse(hex, &back, sizeof back - 1), MEDCHAIN_MALFORMED);
  CHECK_FAILS(medchain_hex_parse("xy", &back, 1), MEDCHAIN_MALFORMED);
  CHECK_FAILS(medchain_hex_parse("00", NULL, 1), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_hex_text(&address, SIZE_MAX, hex, SIZE_MAX), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_hex_text(&address, sizeof address, hex, sizeof hex - 1), MEDCHAIN_INVALID_ARGUMENT);
  medchain_keys_free(keys);
}

void test_keys(void) {
  medchain_keys* keys = NULL;
  medchain_public_keys* public_keys = NULL;
  CHECK_FAILS(medchain_keys_generate(2, &keys), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_keys_generate(-1, &keys), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_keys_generate(MEDCHAIN_P256, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_keys_public(NULL, &public_keys), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(keys == NULL && public_keys == NULL);
  medchain_keys_free(NULL);
  medchain_public_keys_free(NULL);
  medchain_buffer_free(NULL);
  test_text();
  test_files();
  test_public();
  test_addresses();
}
