#include "check.h"

static const char kText[] = "diagnosis";

typedef struct people {
  medchain_keys *gateway, *patient, *doctor;
  medchain_public_keys *to_patient, *to_doctor;
  medchain_address doctor_address, patient_address;
  medchain_chain_id chain;
  medchain_terms terms; /* of the gateway */
} people;

/* Two ids of one request differ; its bytes give the same one back; cut off or altered they are refused. */
static void check_submission(medchain_submission* made) {
  medchain_transaction_id id, again;
  medchain_submission* back = NULL;
  medchain_buffer bytes;
  size_t size, step;
  CHECK_OK(medchain_submission_id(made, &id));
  CHECK_OK(medchain_submission_encode(made, &bytes));
  CHECK_OK(medchain_submission_decode(bytes.data, bytes.size, &back));
  CHECK_OK(medchain_submission_id(back, &again));
  CHECK(memcmp(&id, &again, sizeof id) == 0);
  medchain_submission_free(back);
  step = bytes.size / 50 + 1;
  for (size = 0; size < bytes.size; size += step) {
    uint8_t* part = exact_copy(bytes.data, size);
    CHECK_FAILS(medchain_submission_decode(part, size, &back), MEDCHAIN_MALFORMED);
    CHECK(back == NULL);
    free(part);
  }
  bytes.data[bytes.size - 1] ^= 1; /* of the payload, or its number of parts */
  CHECK_FAILS(medchain_submission_decode(bytes.data, bytes.size, &back), MEDCHAIN_MALFORMED);
  medchain_buffer_free(&bytes);
  medchain_submission_free(made);
}

static void test_small_ones(const people* who) {
  medchain_submission* made = NULL;
  medchain_record_id record = {{7}};
  medchain_address readers[2];
  medchain_terms rotated = who->terms;
  readers[0] = who->doctor_address;
  readers[1] = who->patient_address;
  rotated.sender_address = &who->patient_address;
  CHECK_OK(medchain_transfer(&who->terms, &who->doctor_address, 5, &made));
  check_submission(made);
  CHECK_OK(medchain_transfer(&rotated, &who->doctor_address, UINT64_MAX, &made));
  check_submission(made);
  CHECK_OK(medchain_revoke(&who->terms, &record, &who->doctor_address, &made));
  check_submission(made);
  CHECK_OK(medchain_set_readers(&who->terms, readers, 2, &made));
  check_submission(made);
  CHECK_OK(medchain_set_readers(&who->terms, NULL, 0, &made));
  check_submission(made);
  readers[1] = readers[0];
  CHECK_FAILS(medchain_set_readers(&who->terms, readers, 2, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_set_readers(&who->terms, readers, SIZE_MAX, &made), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_set_readers(&who->terms, NULL, 1, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_revoke(&who->terms, NULL, readers, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_revoke(&who->terms, &record, NULL, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(made == NULL);
}

static void test_terms(const people* who) {
  medchain_terms terms = who->terms;
  medchain_submission* made = NULL;
  medchain_transaction_id id;
  medchain_buffer out;
  terms.chain = NULL;
  CHECK_FAILS(medchain_transfer(&terms, &who->doctor_address, 5, &made), MEDCHAIN_INVALID_ARGUMENT);
  terms = who->terms;
  terms.sender = NULL;
  CHECK_FAILS(medchain_transfer(&terms, &who->doctor_address, 5, &made), MEDCHAIN_INVALID_ARGUMENT);
  terms.struct_size = 0;
  CHECK_FAILS(medchain_transfer(&terms, &who->doctor_address, 5, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_transfer(NULL, &who->doctor_address, 5, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_transfer(&who->terms, NULL, 5, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_transfer(&who->terms, &who->doctor_address, 5, NULL), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_submission_id(NULL, &id), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_submission_encode(NULL, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_submission_part(NULL, 0, &out), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_submission_decode(NULL, 1, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_submission_decode("x", SIZE_MAX, &made), MEDCHAIN_TOO_LARGE);
  medchain_submission_free(NULL);
}

/* A put gives body and wraps; whoever has one can open it, and only as what it is; a grant adds another's. */
static void test_records(const people* who) {
  medchain_put_options options = {sizeof options, &who->patient_address, 1700000000000u, MEDCHAIN_DIAGNOSIS, 0, NULL};
  const medchain_public_keys* to = who->to_patient;
  medchain_terms patient = who->terms;
  medchain_record_place place;
  medchain_submission *put = NULL, *grant = NULL;
  medchain_buffer body, wrap, granted, none, document;
  medchain_opened about;
  about.struct_size = sizeof about;
  patient.sender = who->patient;
  CHECK_OK(medchain_put(&who->terms, &options, kText, strlen(kText), &to, 1, &place, &put));
  CHECK_OK(medchain_submission_part(put, 0, &body));
  CHECK_OK(medchain_submission_part(put, 1, &wrap));
  CHECK_FAILS(medchain_submission_part(put, 2, &none), MEDCHAIN_NOT_FOUND);
  CHECK_FAILS(medchain_submission_part(put, SIZE_MAX, &none), MEDCHAIN_NOT_FOUND);
  CHECK_OK(medchain_record_open(body.data, body.size, wrap.data, wrap.size, &place.content_commitment, who->patient,
                                &document, &about));
  CHECK_TEXT(document, kText);
  CHECK(about.has_author == 1 && about.has_record == 1);
  CHECK(memcmp(&about.record, &place.record, sizeof about.record) == 0);
  CHECK(memcmp(&about.chain, &who->chain, sizeof about.chain) == 0);
  medchain_buffer_free(&document);
  CHECK_OK(medchain_grant(&patient, &place.record, body.data, body.size, wrap.data, wrap.size, who->to_doctor, NULL,
                          &grant));
  CHECK_OK(medchain_submission_part(grant, 0, &granted));
  CHECK_OK(medchain_record_open(body.data, body.size, granted.data, granted.size, &place.content_commitment,
                                who->doctor, &document, NULL));
  CHECK_TEXT(document, kText);
  medchain_buffer_free(&document);
  CHECK_FAILS(medchain_record_open(body.data, body.size, granted.data, granted.size, &place.content_commitment,
                                   who->patient, &document, NULL),
              MEDCHAIN_PERMISSION_DENIED);
  place.content_commitment.bytes[0] ^= 1;
  CHECK_FAILS(medchain_record_open(body.data, body.size, wrap.data, wrap.size, &place.content_commitment, who->patient,
                                   &document, NULL),
              MEDCHAIN_AUTHENTICATION);
  CHECK(document.data == NULL);
  CHECK_FAILS(medchain_record_open(body.data, body.size - 1, wrap.data, wrap.size, &place.content_commitment,
                                   who->patient, &document, NULL),
              MEDCHAIN_MALFORMED);
  medchain_submission_free(put);
  CHECK_FAILS(medchain_grant(&patient, &place.record, body.data, body.size, wrap.data, wrap.size - 1, who->to_doctor,
                             NULL, &put),
              MEDCHAIN_MALFORMED);
  medchain_buffer_free(&body);
  medchain_buffer_free(&wrap);
  medchain_buffer_free(&granted);
  check_submission(grant);
}

static void test_put_arguments(const people* who) {
  medchain_put_options options = {sizeof options, &who->patient_address, 0, MEDCHAIN_OTHER, 0, NULL};
  const medchain_public_keys* to[2];
  const medchain_address* addresses[2];
  medchain_record_place place;
  medchain_submission* made = NULL;
  to[0] = to[1] = who->to_patient;
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 2, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 0, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 257, &place, &made), MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 16 * 1024 * 1024 + 1, to, 1, &place, &made),
              MEDCHAIN_TOO_LARGE);
  CHECK_FAILS(medchain_put(&who->terms, &options, NULL, 9, to, 1, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 1, NULL, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK_FAILS(medchain_put(&who->terms, NULL, kText, 9, to, 1, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  options.kind = 8;
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 1, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  options.kind = -1;
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 1, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  options.kind = MEDCHAIN_OTHER;
  options.subject = NULL;
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 1, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  CHECK(made == NULL);
  options.subject = &who->patient_address;
  to[1] = who->to_doctor;
  addresses[0] = NULL; /* follows from the keys */
  addresses[1] = &who->patient_address;
  options.reader_addresses = addresses;
  CHECK_FAILS(medchain_put(&who->terms, &options, kText, 9, to, 2, &place, &made), MEDCHAIN_INVALID_ARGUMENT);
  addresses[1] = &who->doctor_address;
  CHECK_OK(medchain_put(&who->terms, &options, NULL, 0, to, 2, &place, &made));
  check_submission(made);
}

static void test_put_too_large_once_sealed(const people* who) {
  medchain_put_options options = {sizeof options, &who->patient_address, 0, MEDCHAIN_IMAGING, 0, NULL};
  const medchain_public_keys* to = who->to_patient;
  medchain_record_place place;
  medchain_submission* made = NULL;
  size_t size = 16 * 1024 * 1024;
  uint8_t* document = calloc(size, 1);
  if (document == NULL) abort();
  CHECK_FAILS(medchain_put(&who->terms, &options, document, size, &to, 1, &place, &made), MEDCHAIN_TOO_LARGE);
  CHECK(made == NULL);
  CHECK_OK(medchain_put(&who->terms, &options, document, size - 65536, &to, 1, &place, &made));
  medchain_submission_free(made);
  free(document);
}

void test_transactions(void) {
  people who;
  memset(&who, 0, sizeof who);
  who.gateway = new_keys(MEDCHAIN_ED25519);
  who.patient = new_keys(MEDCHAIN_P256);
  who.doctor = new_keys(MEDCHAIN_ED25519);
  who.to_patient = public_of(who.patient);
  who.to_doctor = public_of(who.doctor);
  CHECK_OK(medchain_keys_address(who.patient, &who.patient_address));
  CHECK_OK(medchain_keys_address(who.doctor, &who.doctor_address));
  who.chain.bytes[0] = 42;
  who.terms.struct_size = sizeof who.terms;
  who.terms.chain = &who.chain;
  who.terms.sender = who.gateway;
  who.terms.valid_until = 1000;
  test_small_ones(&who);
  test_terms(&who);
  test_records(&who);
  test_put_arguments(&who);
  test_put_too_large_once_sealed(&who);
  medchain_public_keys_free(who.to_patient);
  medchain_public_keys_free(who.to_doctor);
  medchain_keys_free(who.gateway);
  medchain_keys_free(who.patient);
  medchain_keys_free(who.doctor);
}
