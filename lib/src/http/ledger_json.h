// What a node tells about the ledger, as JSON; written only. Conventions are those of transaction_json.h; proofs carry
// their canonical bytes too ("bcs", base64), since a verifier wants these and not their readable form.
#pragma once

#include "json_text.h"
#include "medchain/receipt.h"
#include "medchain/rpc/client.h"
#include "medchain/state.h"
#include "transaction_json.h"

namespace medchain::http {

OrderedJson json_of(const BlockHeader& header);  // with "hash"
OrderedJson json_of(const Block& block);         // header, and transactions with "id"
OrderedJson json_of(const Certificate& certificate);
OrderedJson json_of(const Receipt& receipt);  // status by name, and its sentence
OrderedJson json_of(const CertifiedBlock& block);
// In a list of blocks: what fits one line of a table.
OrderedJson summary_of(const BlockHeader& header, const Certificate& certificate);
OrderedJson summary_of(const CertifiedBlock& block);
OrderedJson json_of(const ReceiptProof& proof);
OrderedJson json_of(const StateProof& proof);
OrderedJson json_of(const StateKey& key);

OrderedJson json_of(const Account& account);
OrderedJson json_of(const Participant& participant);
OrderedJson json_of(const Candidate& candidate);
OrderedJson json_of(const Record& record);
OrderedJson json_of(const Access& access);
OrderedJson json_of(const Member& member);
OrderedJson json_of(const Committee& committee);
OrderedJson json_of(const Parameters& parameters);
OrderedJson json_of(const rpc::NodeStatus& status);
OrderedJson json_of(const rpc::BlockSummary& block);    // header, hash, certificate, receipts
OrderedJson json_of(const rpc::TransactionInfo& info);  // "bcs" alone when its bytes are no transaction
OrderedJson json_of(const rpc::AccountInfo& info);
OrderedJson json_of(const rpc::RecordInfo& info);
OrderedJson json_of(const rpc::ReleasedRecord& released);  // body and wrap in base64

}  // namespace medchain::http
