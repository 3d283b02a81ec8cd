/* MedChain inside a C program: seals a document, opens it, and checks a receipt without asking anyone.
 *
 *   embed-c genesis.json put.receipt */
#include <medchain.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A program's way to deal with a status: say what it is about, and stop. */
static void must(medchain_status status, const char* doing) {
  if (status == MEDCHAIN_OK) return;
  fprintf(stderr, "%s: %s (%s)\n", doing, medchain_last_error(), medchain_status_name(status));
  exit(1);
}

static int seal_and_open(void) {
  static const char document[] = "{\"resourceType\":\"Observation\",\"code\":\"heart-rate\"}";
  medchain_keys *patient = NULL, *gateway = NULL;
  medchain_public_keys* reader = NULL;
  const medchain_public_keys* readers[1];
  medchain_seal_options options = {0};
  medchain_buffer sealed, opened;
  medchain_opened about = {0};
  int same;

  must(medchain_keys_generate(MEDCHAIN_P256, &patient), "making the patient's keys");
  must(medchain_keys_generate(MEDCHAIN_ED25519, &gateway), "making the gateway's keys");
  must(medchain_keys_public(patient, &reader), "taking the public part");
  readers[0] = reader;
  options.struct_size = sizeof options;
  options.author = gateway;
  must(medchain_seal(document, strlen(document), readers, 1, &options, &sealed), "sealing");
  about.struct_size = sizeof about;
  must(medchain_open(sealed.data, sealed.size, patient, &opened, &about), "opening");
  same = opened.size == strlen(document) && memcmp(opened.data, document, opened.size) == 0 && about.has_author;
  printf("sealed %zu bytes as %zu, opened: %s\n", strlen(document), sealed.size, same ? "the same" : "DIFFERENT");

  medchain_buffer_free(&opened);
  medchain_buffer_free(&sealed);
  medchain_public_keys_free(reader);
  medchain_keys_free(gateway);
  medchain_keys_free(patient);
  return same;
}

int main(int count, char** arguments) {
  medchain_genesis* genesis = NULL;
  medchain_verified verified = {0};
  char id[MEDCHAIN_HEX_TEXT];
  if (count != 3) {
    fprintf(stderr, "usage: embed-c GENESIS RECEIPT\n");
    return 2;
  }
  if (!seal_and_open()) return 1;
  must(medchain_genesis_read(arguments[1], &genesis), "reading the genesis");
  verified.struct_size = sizeof verified;
  must(medchain_receipt_verify_file(genesis, arguments[2], &verified), "verifying the receipt");
  medchain_genesis_free(genesis);
  must(medchain_hex_text(verified.transaction.bytes, sizeof verified.transaction.bytes, id, sizeof id),
       "writing its id");
  printf("transaction %s: %s, final at height %llu by %u signatures\n", id, medchain_outcome_name(verified.outcome),
         (unsigned long long)verified.height, (unsigned)verified.signatures);
  return verified.outcome == MEDCHAIN_SUCCESS ? 0 : 1;
}
