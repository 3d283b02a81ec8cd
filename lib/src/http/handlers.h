// What is behind each route, by what it is about: one file each.
#pragma once

#include "exchange.h"

namespace medchain::http {

// handlers_node.cc
Outcome get_status(Call& call);
Outcome get_health(Call& call);
Outcome get_readiness(Call& call);
Outcome get_openapi(Call& call);
Outcome get_metrics(Call& call);

// handlers_chain.cc
Outcome get_parameters(Call& call);
Outcome get_committee(Call& call);
Outcome get_round(Call& call);
Outcome list_candidates(Call& call);
Outcome list_blocks(Call& call);
Outcome get_latest_block(Call& call);
Outcome get_block(Call& call);
Outcome list_block_transactions(Call& call);

// handlers_submit.cc
Outcome submit_transactions(Call& call);
Outcome encode_transaction(Call& call);
Outcome dry_run_transaction(Call& call);

// handlers_accounts.cc
Outcome get_transaction(Call& call);
Outcome get_receipt(Call& call);
Outcome get_participant(Call& call);
Outcome get_account(Call& call);
Outcome list_account_transactions(Call& call);

// handlers_records.cc
Outcome list_records(Call& call);
Outcome get_record(Call& call);
Outcome get_payload(Call& call);
Outcome list_record_transactions(Call& call);

// handlers_proofs.cc
Outcome prove_account(Call& call);
Outcome prove_participant(Call& call);
Outcome prove_candidate(Call& call);
Outcome prove_record(Call& call);
Outcome prove_access(Call& call);
Outcome prove_standing_readers(Call& call);

// /v1/openapi.json; made from openapi.json when building.
extern const std::string_view kOpenApi;

}  // namespace medchain::http
