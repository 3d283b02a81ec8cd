/* What compiled programs rely on: sizes, places and numbers. Fields may be added at the end of a struct with a
 * struct_size, and then its size here changes; nothing else here ever does. */
#include "check.h"

#define SAME(name, condition) typedef char layout_##name[(condition) ? 1 : -1]
#define SIZE(type, size) SAME(type##_sizeof, sizeof(type) == (size))
#define PLACE(type, field, place) SAME(type##_##field, offsetof(type, field) == (place))

SIZE(medchain_status, 4);
SIZE(medchain_algorithm, 4);
SIZE(medchain_record_kind, 4);
SIZE(medchain_address, 32);
SIZE(medchain_chain_id, 32);
SIZE(medchain_record_id, 32);
SIZE(medchain_transaction_id, 32);
SIZE(medchain_hash, 32);
SIZE(medchain_record_place, 64);
PLACE(medchain_record_place, content_commitment, 32);

/* Of 64-bit machines, whose ABIs agree on these. */
#if UINTPTR_MAX == UINT64_MAX
SIZE(medchain_buffer, 16);
PLACE(medchain_buffer, size, 8);

SIZE(medchain_seal_options, 40);
PLACE(medchain_seal_options, author, 8);
PLACE(medchain_seal_options, chain, 16);
PLACE(medchain_seal_options, record, 24);
PLACE(medchain_seal_options, chunk_size, 32);

SIZE(medchain_opened, 112);
PLACE(medchain_opened, has_author, 8);
PLACE(medchain_opened, has_record, 12);
PLACE(medchain_opened, author, 16);
PLACE(medchain_opened, chain, 48);
PLACE(medchain_opened, record, 80);

SIZE(medchain_terms, 40);
PLACE(medchain_terms, chain, 8);
PLACE(medchain_terms, sender, 16);
PLACE(medchain_terms, sender_address, 24);
PLACE(medchain_terms, valid_until, 32);

SIZE(medchain_put_options, 40);
PLACE(medchain_put_options, subject, 8);
PLACE(medchain_put_options, time_ms, 16);
PLACE(medchain_put_options, kind, 24);
PLACE(medchain_put_options, reader_addresses, 32);

SIZE(medchain_verified, 168);
PLACE(medchain_verified, outcome, 8);
PLACE(medchain_verified, signatures, 12);
PLACE(medchain_verified, transaction, 16);
PLACE(medchain_verified, sender, 48);
PLACE(medchain_verified, block, 80);
PLACE(medchain_verified, height, 112);
PLACE(medchain_verified, time_ms, 120);
PLACE(medchain_verified, has_record, 128);
PLACE(medchain_verified, record, 136);

SIZE(medchain_client_options, 56);
PLACE(medchain_client_options, node, 8);
PLACE(medchain_client_options, ca, 16);
PLACE(medchain_client_options, identity, 24);
PLACE(medchain_client_options, address, 32);
PLACE(medchain_client_options, chain, 40);
PLACE(medchain_client_options, timeout_ms, 48);

SIZE(medchain_node_status, 160);
PLACE(medchain_node_status, chain, 8);
PLACE(medchain_node_status, node, 40);
PLACE(medchain_node_status, height, 72);
PLACE(medchain_node_status, block, 80);
PLACE(medchain_node_status, state_root, 112);
PLACE(medchain_node_status, time_ms, 144);
PLACE(medchain_node_status, peers, 152);
PLACE(medchain_node_status, replay_window, 156);

SIZE(medchain_block, 136);
PLACE(medchain_block, height, 8);
PLACE(medchain_block, hash, 32);
PLACE(medchain_block, state_root, 64);
PLACE(medchain_block, producer, 96);
PLACE(medchain_block, transactions, 128);
PLACE(medchain_block, signatures, 132);

SIZE(medchain_released, 192);
PLACE(medchain_released, author, 8);
PLACE(medchain_released, subject, 40);
PLACE(medchain_released, transaction, 72);
PLACE(medchain_released, content_commitment, 104);
PLACE(medchain_released, time_ms, 136);
PLACE(medchain_released, height, 144);
PLACE(medchain_released, kind, 152);
PLACE(medchain_released, body, 160);
PLACE(medchain_released, wrap, 176);
#endif

static const char* const kStatusNames[] = {"ok",          "invalid_argument", "malformed",      "unsupported_version",
                                           "too_large",   "not_found",        "authentication", "permission_denied",
                                           "conflict",    "inadmissible",     "corrupt",        "io",
                                           "unavailable", "timeout",          "internal"};

void test_layout(void) {
  int i;
  CHECK(MEDCHAIN_INTERNAL == 14 && MEDCHAIN_TIMEOUT == 13 && MEDCHAIN_AUTHENTICATION == 6);
  CHECK(MEDCHAIN_OTHER == 7 && MEDCHAIN_P256 == 1);
  for (i = MEDCHAIN_OK; i <= MEDCHAIN_INTERNAL; ++i) CHECK(strcmp(medchain_status_name(i), kStatusNames[i]) == 0);
  CHECK(strcmp(medchain_status_name(15), "unknown") == 0);
  CHECK(strcmp(medchain_status_name(-1), "unknown") == 0);
  CHECK(strcmp(medchain_outcome_name(MEDCHAIN_SUCCESS), "success") == 0);
  CHECK(strcmp(medchain_outcome_name(2), "insufficient_balance") == 0);
  CHECK(strcmp(medchain_outcome_name(MEDCHAIN_NO_OUTCOME), "unknown") == 0);
  CHECK(strchr(medchain_version(), '.') != NULL);
}
