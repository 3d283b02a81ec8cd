/* MedChain for C, and for whatever calls C: keys, sealing, transactions, receipts, and the client of a node.
 *
 *   medchain_keys *alice = NULL;
 *   if (medchain_keys_generate(MEDCHAIN_P256, &alice) != MEDCHAIN_OK) fail(medchain_last_error());
 *   ...
 *   medchain_keys_free(alice);
 *
 * Every call is short to describe because all follow the same rules.
 *
 * Status. A function that can fail returns a medchain_status; MEDCHAIN_OK is 0. Codes are those of docs/errors.md and
 * never change meaning. medchain_last_error() is the sentence that goes with it, for people. It is kept per thread
 * rather than handed out, so that no call has one more thing to free, and it costs no allocation: it is there when
 * memory is not. No C++ exception leaves the library; being out of memory is MEDCHAIN_UNAVAILABLE (for a secret key,
 * which needs locked memory, it ends the process).
 *
 * Ownership. What is passed in is borrowed for the call, unless its comment says more. What comes out (a handle, a
 * medchain_buffer) belongs to the caller, who frees it with the function that is named for it. Freeing NULL, or an
 * empty buffer, does nothing. When a call fails, its outputs are NULL, empty or zero, so that freeing them is right too
 * (an outcome is MEDCHAIN_NO_OUTCOME then, since 0 is a success).
 *
 * Lengths. Bytes come in as pointer and size in bytes. NULL with a size other than 0 is MEDCHAIN_INVALID_ARGUMENT, and
 * a size above the limit of what it is for is MEDCHAIN_TOO_LARGE, before a byte is read. Strings end with a NUL.
 *
 * Options and answers. A struct whose first field is struct_size grows in later releases, at its end. Set the field to
 * its sizeof, and all else to zero, before the call. A program that was built with an older header keeps working.
 *
 * Threads. Handles do not change, and any number of threads may use one at a time, except medchain_sealer and
 * medchain_opener: one thread at a time. Nothing may use a handle while, or after, it is freed. */
#ifndef MEDCHAIN_H
#define MEDCHAIN_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MEDCHAIN_API __attribute__((visibility("default")))
#else
#define MEDCHAIN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* --- what calls answer */

typedef int32_t medchain_status;
enum {
  MEDCHAIN_OK = 0,
  MEDCHAIN_INVALID_ARGUMENT = 1,    /* the caller's own value is unusable */
  MEDCHAIN_MALFORMED = 2,           /* bytes or text do not follow their format */
  MEDCHAIN_UNSUPPORTED_VERSION = 3, /* a version, suite or option that this library does not know */
  MEDCHAIN_TOO_LARGE = 4,
  MEDCHAIN_NOT_FOUND = 5,
  MEDCHAIN_AUTHENTICATION = 6,    /* a signature, tag, certificate or passphrase does not match */
  MEDCHAIN_PERMISSION_DENIED = 7, /* known, and not allowed */
  MEDCHAIN_CONFLICT = 8,          /* contradicts what is there */
  MEDCHAIN_INADMISSIBLE = 9,      /* a transaction that no block may contain */
  MEDCHAIN_CORRUPT = 10,
  MEDCHAIN_IO = 11,
  MEDCHAIN_UNAVAILABLE = 12, /* not now: overloaded, disconnected, out of memory */
  MEDCHAIN_TIMEOUT = 13,
  MEDCHAIN_INTERNAL = 14
};

/* "not_found"; "ok" for 0, "unknown" for a number that is none. Static. */
MEDCHAIN_API const char* medchain_status_name(medchain_status status);
/* Why the last call on this thread that failed did so, in one sentence of at most 1023 bytes; "" before any has. Holds
 * nothing secret or personal. Valid until the next call that fails on this thread. */
MEDCHAIN_API const char* medchain_last_error(void);
/* Of the library: major.minor.patch. Static. */
MEDCHAIN_API const char* medchain_version(void);

/* --- bytes */

/* Made by the library, which knows its true size; `data` is NULL when `size` is 0. */
typedef struct medchain_buffer {
  uint8_t* data;
  size_t size;
} medchain_buffer;
/* Zeroes the bytes, frees them, and leaves {NULL, 0}. `data` must be as the library gave it. */
MEDCHAIN_API void medchain_buffer_free(medchain_buffer* buffer);

/* 32 bytes that mean one thing each. */
typedef struct medchain_address {
  uint8_t bytes[32];
} medchain_address; /* of a participant */
typedef struct medchain_chain_id {
  uint8_t bytes[32];
} medchain_chain_id; /* the genesis' hash */
typedef struct medchain_record_id {
  uint8_t bytes[32];
} medchain_record_id;
typedef struct medchain_transaction_id {
  uint8_t bytes[32];
} medchain_transaction_id;
typedef struct medchain_hash {
  uint8_t bytes[32];
} medchain_hash;

#define MEDCHAIN_ADDRESS_TEXT 63 /* "med1...", 62 characters and the NUL */
#define MEDCHAIN_HEX_TEXT 65     /* of 32 bytes, 64 characters and the NUL */

/* Strict: bech32m in lower or upper case, never mixed; four wrong characters are always noticed (MEDCHAIN_MALFORMED).
 */
MEDCHAIN_API medchain_status medchain_address_parse(const char* text, medchain_address* address);
/* `capacity`: of `text`, at least MEDCHAIN_ADDRESS_TEXT. */
MEDCHAIN_API medchain_status medchain_address_text(const medchain_address* address, char* text, size_t capacity);
/* Lower-case hexadecimal of `size` bytes, up to 64 KiB; `capacity` at least 2 * size + 1. */
MEDCHAIN_API medchain_status medchain_hex_text(const void* bytes, size_t size, char* text, size_t capacity);
/* Exactly `size` bytes from 2 * size characters of either case. */
MEDCHAIN_API medchain_status medchain_hex_parse(const char* text, void* bytes, size_t size);

/* --- keys */

typedef struct medchain_keys medchain_keys;               /* both secret keys of a participant, in locked memory */
typedef struct medchain_public_keys medchain_public_keys; /* what may be given to anyone; vouched for by itself */

typedef int32_t medchain_algorithm;
enum {
  MEDCHAIN_ED25519 = 0, /* Ed25519 (RFC 8032) and X25519 (RFC 7748) */
  MEDCHAIN_P256 = 1     /* NIST P-256 for both (FIPS 186-5, SP 800-56A) */
};

MEDCHAIN_API medchain_status medchain_keys_generate(medchain_algorithm algorithm, medchain_keys** keys);
/* A key file. `passphrase`: NULL for none, else up to 1024 bytes. MEDCHAIN_AUTHENTICATION: it is wrong.
 * MEDCHAIN_INVALID_ARGUMENT: it is missing. MEDCHAIN_PERMISSION_DENIED: others may read the file. */
MEDCHAIN_API medchain_status medchain_keys_read(const char* path, const char* passphrase, medchain_keys** keys);
/* Creates the file for its owner alone (mode 0600); never overwrites (MEDCHAIN_CONFLICT). */
MEDCHAIN_API medchain_status medchain_keys_write(const medchain_keys* keys, const char* path, const char* passphrase);
/* The text of such a file, up to 64 KiB, for those who keep it elsewhere. Buffers that hold it are secret without a
 * passphrase. */
MEDCHAIN_API medchain_status medchain_keys_decode(const void* text, size_t size, const char* passphrase,
                                                  medchain_keys** keys);
MEDCHAIN_API medchain_status medchain_keys_encode(const medchain_keys* keys, const char* passphrase,
                                                  medchain_buffer* text);
MEDCHAIN_API medchain_status medchain_keys_address(const medchain_keys* keys, medchain_address* address);
MEDCHAIN_API medchain_status medchain_keys_public(const medchain_keys* keys, medchain_public_keys** public_keys);
MEDCHAIN_API void medchain_keys_free(medchain_keys* keys); /* zeroes them */

/* Reading and decoding check that the signing key vouches for the sealing key (MEDCHAIN_AUTHENTICATION). */
MEDCHAIN_API medchain_status medchain_public_keys_read(const char* path, medchain_public_keys** keys);
MEDCHAIN_API medchain_status medchain_public_keys_write(const medchain_public_keys* keys, const char* path);
MEDCHAIN_API medchain_status medchain_public_keys_decode(const void* text, size_t size, medchain_public_keys** keys);
MEDCHAIN_API medchain_status medchain_public_keys_encode(const medchain_public_keys* keys, medchain_buffer* text);
MEDCHAIN_API medchain_status medchain_public_keys_address(const medchain_public_keys* keys, medchain_address* address);
MEDCHAIN_API void medchain_public_keys_free(medchain_public_keys* keys);

/* --- sealing documents to their readers */

#define MEDCHAIN_MAX_DOCUMENT (1024u * 1024u * 1024u) /* bytes in one call; streams have no limit */
#define MEDCHAIN_MAX_READERS 1024u                    /* of an envelope; of a record 256 */

typedef struct medchain_seal_options {
  size_t struct_size;
  const medchain_keys* author;      /* signs the envelope; NULL: nobody does */
  const medchain_chain_id* chain;   /* with `record`: bound to this record of the ledger; */
  const medchain_record_id* record; /* without both: to a random number of its own */
  uint32_t chunk_size;              /* bytes, 256 to 1 MiB; 0: 64 KiB */
  uint32_t reserved;                /* 0 */
} medchain_seal_options;

typedef struct medchain_opened {
  size_t struct_size;
  int32_t has_author;      /* 1: signed, and the signature is right; 0: unsigned */
  int32_t has_record;      /* 1: bound to `record` of `chain` */
  medchain_address author; /* of the key that signed. Whose keys were rotated has another address on the ledger. */
  medchain_chain_id chain;
  medchain_record_id record;
} medchain_opened;

/* Seals to `count` readers, none twice: const medchain_public_keys *readers[] = {alice, bob}. `options` may be NULL. */
MEDCHAIN_API medchain_status medchain_seal(const void* document, size_t size,
                                           const medchain_public_keys* const* readers, size_t count,
                                           const medchain_seal_options* options, medchain_buffer* envelope);
/* MEDCHAIN_PERMISSION_DENIED: not sealed to this reader. MEDCHAIN_AUTHENTICATION: altered. MEDCHAIN_MALFORMED: cut off,
 * extended, or no envelope. `about` may be NULL. */
MEDCHAIN_API medchain_status medchain_open(const void* envelope, size_t size, const medchain_keys* reader,
                                           medchain_buffer* document, medchain_opened* about);
/* The envelope with one more reader, made by one who has it; MEDCHAIN_CONFLICT when `reader` is one already. */
MEDCHAIN_API medchain_status medchain_add_reader(const void* envelope, size_t size, const medchain_keys* holder,
                                                 const medchain_public_keys* reader, medchain_buffer* extended);

/* Streams: documents of any size in bounded memory. Pieces of any size in, bytes out through `sink`, which returns 0,
 * or a medchain_status that ends the operation and is its answer (any other number: MEDCHAIN_IO). It must not call back
 * into the stream, nor throw, nor leave with longjmp. After an error, and after finish, a stream answers an error to
 * all but being freed. Keys and readers need not outlive the call that makes the stream. */
typedef medchain_status (*medchain_sink)(void* context, const uint8_t* data, size_t size);
typedef struct medchain_sealer medchain_sealer;
typedef struct medchain_opener medchain_opener;

MEDCHAIN_API medchain_status medchain_sealer_new(const medchain_public_keys* const* readers, size_t count,
                                                 const medchain_seal_options* options, medchain_sink sink,
                                                 void* context, medchain_sealer** sealer);
MEDCHAIN_API medchain_status medchain_sealer_write(medchain_sealer* sealer, const void* data, size_t size);
/* Without it the envelope is cut off. */
MEDCHAIN_API medchain_status medchain_sealer_finish(medchain_sealer* sealer);
MEDCHAIN_API void medchain_sealer_free(medchain_sealer* sealer);

MEDCHAIN_API medchain_status medchain_opener_new(const medchain_keys* reader, medchain_sink sink, void* context,
                                                 medchain_opener** opener);
MEDCHAIN_API medchain_status medchain_opener_write(medchain_opener* opener, const void* data, size_t size);
/* Only its success says that the document is whole and whose it is: keep the output aside until then. `about` may be
 * NULL. */
MEDCHAIN_API medchain_status medchain_opener_finish(medchain_opener* opener, medchain_opened* about);
MEDCHAIN_API void medchain_opener_free(medchain_opener* opener);

/* --- transactions */

/* A signed transaction with its payload, ready for medchain_client_submit, now or after a restart. */
typedef struct medchain_submission medchain_submission;

MEDCHAIN_API medchain_status medchain_submission_id(const medchain_submission* submission, medchain_transaction_id* id);
/* The whole of it as bytes (BCS), and back. Decoding checks its form and that the payload is what it commits to. */
MEDCHAIN_API medchain_status medchain_submission_encode(const medchain_submission* submission, medchain_buffer* bytes);
MEDCHAIN_API medchain_status medchain_submission_decode(const void* bytes, size_t size,
                                                        medchain_submission** submission);
/* Part `index` of the payload, MEDCHAIN_NOT_FOUND when there is none: of a put the sealed body, then each reader's
 * wrap; of a grant the wrap. */
MEDCHAIN_API medchain_status medchain_submission_part(const medchain_submission* submission, size_t index,
                                                      medchain_buffer* part);
MEDCHAIN_API void medchain_submission_free(medchain_submission* submission);

/* What every transaction says. Each is made with a random salt of its own: two equal requests are two transactions. */
typedef struct medchain_terms {
  size_t struct_size;
  const medchain_chain_id* chain;         /* required */
  const medchain_keys* sender;            /* required; signs */
  const medchain_address* sender_address; /* when the sender's keys were rotated; NULL: follows from the keys */
  uint64_t valid_until; /* the last height that may hold it: above the network's, by at most its replay window */
} medchain_terms;

typedef int32_t medchain_record_kind;
enum {
  MEDCHAIN_VITALS = 0,
  MEDCHAIN_ALARM = 1,
  MEDCHAIN_DIAGNOSIS = 2,
  MEDCHAIN_PRESCRIPTION = 3,
  MEDCHAIN_LABORATORY = 4,
  MEDCHAIN_IMAGING = 5,
  MEDCHAIN_DOCUMENT = 6,
  MEDCHAIN_OTHER = 7
};

/* `amount`: in the smallest unit. */
MEDCHAIN_API medchain_status medchain_transfer(const medchain_terms* terms, const medchain_address* to, uint64_t amount,
                                               medchain_submission** submission);

typedef struct medchain_put_options {
  size_t struct_size;
  const medchain_address* subject; /* required: the patient, who reads it only if named among the readers */
  uint64_t time_ms;                /* when it was observed, Unix time */
  medchain_record_kind kind;       /* everyone in the consortium can see it */
  int32_t reserved;                /* 0 */
  const medchain_address* const* reader_addresses; /* as many as readers, for rotated keys; NULL: follow from them */
} medchain_put_options;

typedef struct medchain_record_place {
  medchain_record_id record;
  medchain_hash content_commitment; /* what medchain_record_open is given, whoever serves the record */
} medchain_record_place;

/* Seals a document to `count` readers, as a record of the ledger; at most 16 MiB once sealed. */
MEDCHAIN_API medchain_status medchain_put(const medchain_terms* terms, const medchain_put_options* options,
                                          const void* document, size_t size, const medchain_public_keys* const* readers,
                                          size_t count, medchain_record_place* place, medchain_submission** submission);
/* Lets `reader` read a record too. The sender holds it: `body` and its own `wrap`, as a node releases them.
 * `reader_address`: when the reader's keys were rotated; NULL: follows from the keys. */
MEDCHAIN_API medchain_status medchain_grant(const medchain_terms* terms, const medchain_record_id* record,
                                            const void* body, size_t body_size, const void* wrap, size_t wrap_size,
                                            const medchain_public_keys* reader, const medchain_address* reader_address,
                                            medchain_submission** submission);
/* Ends it for later reads: what was read was read. */
MEDCHAIN_API medchain_status medchain_revoke(const medchain_terms* terms, const medchain_record_id* record,
                                             const medchain_address* reader, medchain_submission** submission);
/* A patient's standing list: to whom is sealed, besides herself, what is written about her from now on. Replaces the
 * list before; 0 readers end it. */
MEDCHAIN_API medchain_status medchain_set_readers(const medchain_terms* terms, const medchain_address* readers,
                                                  size_t count, medchain_submission** submission);

/* Opens a record's body with the reader's own wrap. The commitment is from the ledger, not from whoever serves the
 * bytes: then nobody can serve another record in its place. */
MEDCHAIN_API medchain_status medchain_record_open(const void* body, size_t body_size, const void* wrap,
                                                  size_t wrap_size, const medchain_hash* content_commitment,
                                                  const medchain_keys* reader, medchain_buffer* document,
                                                  medchain_opened* about);

/* --- receipts: proofs, without any node, that a transaction was final and what it did */

typedef struct medchain_genesis medchain_genesis; /* what a verifier trusts */

MEDCHAIN_API medchain_status medchain_genesis_read(const char* path, medchain_genesis** genesis);
/* The text of genesis.json, up to 128 MiB. */
MEDCHAIN_API medchain_status medchain_genesis_parse(const void* json, size_t size, medchain_genesis** genesis);
MEDCHAIN_API medchain_status medchain_genesis_chain(const medchain_genesis* genesis, medchain_chain_id* chain);
MEDCHAIN_API void medchain_genesis_free(medchain_genesis* genesis);

#define MEDCHAIN_SUCCESS 0u            /* the outcome that took effect; every other had none but its cost */
#define MEDCHAIN_NO_OUTCOME UINT32_MAX /* when a call fails: never mistaken for a success */
/* "insufficient_balance": docs/errors.md has them all; "unknown" for a number that is none. Static. */
MEDCHAIN_API const char* medchain_outcome_name(uint32_t outcome);

typedef struct medchain_verified {
  size_t struct_size;
  uint32_t outcome;    /* MEDCHAIN_SUCCESS, or why it had no effect */
  uint32_t signatures; /* of committee members, on the block */
  medchain_transaction_id transaction;
  medchain_address sender;
  medchain_hash block;
  uint64_t height;
  uint64_t time_ms;   /* of the block, Unix time */
  int32_t has_record; /* 1: it is about `record`, put or granted or revoked */
  uint32_t reserved;
  medchain_record_id record;
} medchain_verified;

/* Checks a receipt, up to 64 MiB, from the genesis alone. MEDCHAIN_CONFLICT: of another chain.
 * MEDCHAIN_AUTHENTICATION, MEDCHAIN_MALFORMED: altered; do not trust it. */
MEDCHAIN_API medchain_status medchain_receipt_verify(const medchain_genesis* genesis, const void* receipt, size_t size,
                                                     medchain_verified* verified);
MEDCHAIN_API medchain_status medchain_receipt_verify_file(const medchain_genesis* genesis, const char* path,
                                                          medchain_verified* verified);

/* --- the client of a node. Not in a library that was built without the network (MEDCHAIN_NODE=OFF). */

typedef struct medchain_client medchain_client; /* from any thread; runs one of its own */

typedef struct medchain_client_options {
  size_t struct_size;
  const char* node;                /* required: HOST:PORT */
  const char* ca;                  /* required: PEM of the consortium's authority, up to 1 MiB */
  const medchain_keys* identity;   /* NULL: a guest, who may ask for status and blocks */
  const medchain_address* address; /* of `identity`, when its keys were rotated; NULL: follows from the keys */
  const medchain_chain_id* chain;  /* refuse a node of another chain; NULL: any */
  uint64_t timeout_ms;             /* of each call, and of connecting; 0: 30,000 */
} medchain_client_options;

typedef struct medchain_node_status {
  size_t struct_size;
  medchain_chain_id chain;
  medchain_address node;
  uint64_t height;
  medchain_hash block;
  medchain_hash state_root;
  uint64_t time_ms; /* of that block */
  uint32_t peers;   /* connected */
  uint32_t replay_window;
} medchain_node_status;

typedef struct medchain_block {
  size_t struct_size;
  uint64_t height;
  uint64_t round;
  uint64_t time_ms;
  medchain_hash hash;
  medchain_hash state_root;
  medchain_address producer;
  uint32_t transactions;
  uint32_t signatures;
} medchain_block;

/* A record as a node releases it to a reader. Freed with medchain_released_free. */
typedef struct medchain_released {
  size_t struct_size;
  medchain_address author;
  medchain_address subject;
  medchain_transaction_id transaction; /* that put it: its receipt proves the rest */
  medchain_hash content_commitment;
  uint64_t time_ms;
  uint64_t height;
  medchain_record_kind kind;
  int32_t reserved;
  medchain_buffer body; /* sealed; with `wrap`, what medchain_record_open takes */
  medchain_buffer wrap;
} medchain_released;

/* MEDCHAIN_UNAVAILABLE: nobody listens. MEDCHAIN_AUTHENTICATION: of another authority. MEDCHAIN_CONFLICT: of another
 * chain. MEDCHAIN_PERMISSION_DENIED: an identity that is not registered. A client does not reconnect. */
MEDCHAIN_API medchain_status medchain_client_connect(const medchain_client_options* options, medchain_client** client);
/* Ends the connection. No call may be under way. */
MEDCHAIN_API void medchain_client_free(medchain_client* client);

MEDCHAIN_API medchain_status medchain_client_status(medchain_client* client, medchain_node_status* status);
/* `height` 0: the latest. */
MEDCHAIN_API medchain_status medchain_client_block(medchain_client* client, uint64_t height, medchain_block* block);
/* Accepted by the node; final only once medchain_client_wait_receipt says so. */
MEDCHAIN_API medchain_status medchain_client_submit(medchain_client* client, const medchain_submission* submission);
/* MEDCHAIN_TIMEOUT: not final within `within_ms`; it may still become so. `outcome`: as in medchain_verified, by the
 * node's word. */
MEDCHAIN_API medchain_status medchain_client_wait_receipt(medchain_client* client, const medchain_transaction_id* id,
                                                          uint64_t within_ms, uint32_t* outcome);
/* What medchain_receipt_verify takes. */
MEDCHAIN_API medchain_status medchain_client_receipt(medchain_client* client, const medchain_transaction_id* id,
                                                     medchain_buffer* receipt);
/* Keys that the address itself vouches for. MEDCHAIN_AUTHENTICATION: they were rotated, and the node's word alone would
 * stand behind them. */
MEDCHAIN_API medchain_status medchain_client_public_keys(medchain_client* client, const medchain_address* address,
                                                         medchain_public_keys** keys);
/* MEDCHAIN_PERMISSION_DENIED: not a reader now. */
MEDCHAIN_API medchain_status medchain_client_fetch(medchain_client* client, const medchain_record_id* record,
                                                   medchain_released* released);
MEDCHAIN_API void medchain_released_free(medchain_released* released);
/* Fetches a record and opens it. With `genesis` its author, commitment and finality are proved by the receipt of the
 * transaction that put it; with NULL they are the node's word, checked against the author's signature.
 * MEDCHAIN_AUTHENTICATION: the node sent something else. `about` may be NULL; its author is the record's. */
MEDCHAIN_API medchain_status medchain_client_open_record(medchain_client* client, const medchain_genesis* genesis,
                                                         const medchain_record_id* record, const medchain_keys* reader,
                                                         medchain_buffer* document, medchain_opened* about);

#ifdef __cplusplus
}
#endif

#endif
