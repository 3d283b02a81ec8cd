/* The client calls of medchain.h against a network that runs: started and judged by tests/integration/c_client_test.py.
 *
 *   c_client NODE CA GENESIS GATEWAY_KEY PATIENT_KEY DOCTOR_KEY */
#define _POSIX_C_SOURCE 200809L
#include <medchain.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK(call) expect(call, MEDCHAIN_OK, #call, __LINE__)
#define FAILS(call, status) expect(call, status, #call, __LINE__)
#define HOLDS(condition) holds(!!(condition), #condition, __LINE__)

static unsigned made = 0;

static void holds(int right, const char* what, int line) {
  ++made;
  if (right) return;
  fprintf(stderr, "client_test.c:%d: %s does not hold (%s)\n", line, what, medchain_last_error());
  exit(1);
}

static void expect(medchain_status got, medchain_status expected, const char* what, int line) {
  ++made;
  if (got == expected) return;
  fprintf(stderr, "client_test.c:%d: %s: %s, expected %s (%s)\n", line, what, medchain_status_name(got),
          medchain_status_name(expected), medchain_last_error());
  exit(1);
}

static const char kText[] = "{\"resourceType\":\"Observation\"}";

typedef struct person {
  medchain_keys* keys;
  medchain_address address;
  medchain_client* client;
} person;

typedef struct scene {
  const char* node;
  char* ca;
  medchain_genesis* genesis;
  medchain_chain_id chain;
  person gateway, patient, doctor;
} scene;

static char* text_of(const char* path) {
  FILE* file = fopen(path, "rb");
  char* text = calloc(1, 65536);
  if (file == NULL || text == NULL) abort();
  HOLDS(fread(text, 1, 65535, file) > 0);
  fclose(file);
  return text;
}

static medchain_client_options options_of(const scene* all, const medchain_keys* identity) {
  medchain_client_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.node = all->node;
  options.ca = all->ca;
  options.identity = identity;
  options.chain = &all->chain;
  return options;
}

static void enter(const scene* all, person* who, const char* path) {
  medchain_client_options options;
  OK(medchain_keys_read(path, NULL, &who->keys));
  OK(medchain_keys_address(who->keys, &who->address));
  options = options_of(all, who->keys);
  OK(medchain_client_connect(&options, &who->client));
}

static void refused_connections(const scene* all) {
  medchain_client_options options = options_of(all, NULL);
  medchain_client* client = NULL;
  medchain_chain_id other = {{1}};
  medchain_keys* stranger = NULL;
  options.chain = &other;
  FAILS(medchain_client_connect(&options, &client), MEDCHAIN_CONFLICT);
  options = options_of(all, NULL);
  options.node = "127.0.0.1:1";
  FAILS(medchain_client_connect(&options, &client), MEDCHAIN_UNAVAILABLE);
  options.node = NULL;
  FAILS(medchain_client_connect(&options, &client), MEDCHAIN_INVALID_ARGUMENT);
  options = options_of(all, NULL);
  options.ca = "no certificate";
  HOLDS(medchain_client_connect(&options, &client) != MEDCHAIN_OK);
  OK(medchain_keys_generate(MEDCHAIN_P256, &stranger));
  options = options_of(all, stranger);
  FAILS(medchain_client_connect(&options, &client), MEDCHAIN_PERMISSION_DENIED);
  FAILS(medchain_client_connect(NULL, &client), MEDCHAIN_INVALID_ARGUMENT);
  FAILS(medchain_client_connect(&options, NULL), MEDCHAIN_INVALID_ARGUMENT);
  HOLDS(client == NULL);
  medchain_client_free(NULL);
  medchain_keys_free(stranger);
}

static void guest(const scene* all) {
  medchain_client_options options = options_of(all, NULL);
  medchain_client* client = NULL;
  medchain_node_status status;
  medchain_block block;
  medchain_released released;
  medchain_record_id record = {{1}};
  status.struct_size = sizeof status;
  block.struct_size = sizeof block;
  released.struct_size = sizeof released;
  OK(medchain_client_connect(&options, &client));
  OK(medchain_client_status(client, &status));
  HOLDS(memcmp(&status.chain, &all->chain, sizeof status.chain) == 0 && status.replay_window > 0);
  OK(medchain_client_block(client, 1, &block));
  HOLDS(block.height == 1 && block.signatures >= 1);
  OK(medchain_client_block(client, 0, &block));
  HOLDS(block.height >= status.height);
  HOLDS(medchain_client_block(client, UINT64_MAX, &block) != MEDCHAIN_OK && block.height == 0);
  FAILS(medchain_client_fetch(client, &record, &released), MEDCHAIN_PERMISSION_DENIED);
  HOLDS(released.body.data == NULL);
  medchain_client_free(client);
}

static medchain_terms terms_of(const scene* all, const person* who) {
  medchain_terms terms;
  medchain_node_status status;
  memset(&terms, 0, sizeof terms);
  status.struct_size = sizeof status;
  OK(medchain_client_status(who->client, &status));
  terms.struct_size = sizeof terms;
  terms.chain = &all->chain;
  terms.sender = who->keys;
  terms.valid_until = status.height + status.replay_window / 2;
  return terms;
}

/* Submits, waits, and checks the receipt from the genesis alone. */
static uint32_t finish(const scene* all, const person* who, medchain_submission* submission) {
  medchain_transaction_id id;
  medchain_buffer receipt;
  medchain_verified verified;
  uint32_t outcome = 0;
  verified.struct_size = sizeof verified;
  OK(medchain_submission_id(submission, &id));
  FAILS(medchain_client_receipt(who->client, &id, &receipt), MEDCHAIN_NOT_FOUND);
  OK(medchain_client_submit(who->client, submission));
  OK(medchain_client_wait_receipt(who->client, &id, 60000, &outcome));
  OK(medchain_client_receipt(who->client, &id, &receipt));
  OK(medchain_receipt_verify(all->genesis, receipt.data, receipt.size, &verified));
  HOLDS(verified.outcome == outcome && memcmp(&verified.transaction, &id, sizeof id) == 0);
  HOLDS(memcmp(&verified.sender, &who->address, sizeof who->address) == 0);
  medchain_buffer_free(&receipt);
  medchain_submission_free(submission);
  return outcome;
}

static medchain_record_place put(const scene* all) {
  medchain_terms terms = terms_of(all, &all->gateway);
  medchain_put_options options;
  medchain_public_keys* patient = NULL;
  const medchain_public_keys* to;
  medchain_record_place place;
  medchain_submission* submission = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.subject = &all->patient.address;
  options.time_ms = 1700000000000u;
  options.kind = MEDCHAIN_DIAGNOSIS;
  OK(medchain_client_public_keys(all->gateway.client, &all->patient.address, &patient));
  to = patient;
  OK(medchain_put(&terms, &options, kText, strlen(kText), &to, 1, &place, &submission));
  medchain_public_keys_free(patient);
  HOLDS(finish(all, &all->gateway, submission) == MEDCHAIN_SUCCESS);
  return place;
}

static void opens(const scene* all, const person* who, const medchain_record_id* record, medchain_status expected) {
  const medchain_genesis* trusted[2];
  medchain_buffer document;
  medchain_opened about;
  int i;
  trusted[0] = all->genesis;
  trusted[1] = NULL;
  about.struct_size = sizeof about;
  for (i = 0; i < 2; ++i) {
    FAILS(medchain_client_open_record(who->client, trusted[i], record, who->keys, &document, &about), expected);
    if (expected != MEDCHAIN_OK) continue;
    HOLDS(document.size == strlen(kText) && memcmp(document.data, kText, document.size) == 0);
    HOLDS(memcmp(&about.author, &all->gateway.address, sizeof about.author) == 0);
    medchain_buffer_free(&document);
  }
}

static void grant_and_revoke(const scene* all, const medchain_record_place* place) {
  medchain_terms terms = terms_of(all, &all->patient);
  medchain_public_keys* doctor = NULL;
  medchain_submission* submission = NULL;
  medchain_released released;
  memset(&released, 0, sizeof released);
  released.struct_size = sizeof released;
  OK(medchain_client_fetch(all->patient.client, &place->record, &released));
  HOLDS(released.kind == MEDCHAIN_DIAGNOSIS && released.time_ms == 1700000000000u);
  HOLDS(memcmp(&released.content_commitment, &place->content_commitment, sizeof(medchain_hash)) == 0);
  OK(medchain_client_public_keys(all->patient.client, &all->doctor.address, &doctor));
  OK(medchain_grant(&terms, &place->record, released.body.data, released.body.size, released.wrap.data,
                    released.wrap.size, doctor, NULL, &submission));
  medchain_released_free(&released);
  medchain_public_keys_free(doctor);
  HOLDS(finish(all, &all->patient, submission) == MEDCHAIN_SUCCESS);
  opens(all, &all->doctor, &place->record, MEDCHAIN_OK);
  OK(medchain_revoke(&terms, &place->record, &all->doctor.address, &submission));
  HOLDS(finish(all, &all->patient, submission) == MEDCHAIN_SUCCESS);
  opens(all, &all->doctor, &place->record, MEDCHAIN_PERMISSION_DENIED);
}

static void others(const scene* all) {
  medchain_terms terms = terms_of(all, &all->patient);
  medchain_submission* submission = NULL;
  medchain_transaction_id unknown = {{1}};
  medchain_public_keys* keys = NULL;
  medchain_address nobody = {{1}};
  uint32_t outcome = 0;
  OK(medchain_set_readers(&terms, &all->doctor.address, 1, &submission));
  HOLDS(finish(all, &all->patient, submission) == MEDCHAIN_SUCCESS);
  OK(medchain_transfer(&terms, &all->doctor.address, 5, &submission));
  HOLDS(strcmp(medchain_outcome_name(finish(all, &all->patient, submission)), "insufficient_balance") == 0);
  FAILS(medchain_client_wait_receipt(all->patient.client, &unknown, 1, &outcome), MEDCHAIN_TIMEOUT);
  HOLDS(outcome == MEDCHAIN_NO_OUTCOME);
  FAILS(medchain_client_public_keys(all->patient.client, &nobody, &keys), MEDCHAIN_NOT_FOUND);
  terms.valid_until = 1;
  OK(medchain_transfer(&terms, &all->doctor.address, 5, &submission));
  FAILS(medchain_client_submit(all->patient.client, submission), MEDCHAIN_INADMISSIBLE);
  medchain_submission_free(submission);
}

static void leave(person* who) {
  medchain_client_free(who->client);
  medchain_keys_free(who->keys);
}

int main(int count, char** arguments) {
  scene all;
  medchain_record_place place;
  if (count != 7) return 2;
  memset(&all, 0, sizeof all);
  all.node = arguments[1];
  all.ca = text_of(arguments[2]);
  OK(medchain_genesis_read(arguments[3], &all.genesis));
  OK(medchain_genesis_chain(all.genesis, &all.chain));
  refused_connections(&all);
  guest(&all);
  enter(&all, &all.gateway, arguments[4]);
  enter(&all, &all.patient, arguments[5]);
  enter(&all, &all.doctor, arguments[6]);
  place = put(&all);
  opens(&all, &all.patient, &place.record, MEDCHAIN_OK);
  opens(&all, &all.doctor, &place.record, MEDCHAIN_PERMISSION_DENIED);
  grant_and_revoke(&all, &place);
  others(&all);
  leave(&all.gateway);
  leave(&all.patient);
  leave(&all.doctor);
  medchain_genesis_free(all.genesis);
  free(all.ca);
  printf("%u checks\n", made);
  return 0;
}
