// Transactions as JSON; transaction_members.h lists what each kind of body holds.
//
//   {"chain":"<hex>","sender":"med1...","valid_until":1200,"salt":"<decimal>",
//    "contract":"tokens","kind":"transfer","body":{"to":"med1...","amount":"5"},
//    "key":{"algorithm":"ed25519","public":"<hex>"},"signature":"<hex>"}
//
// What a client signs are the canonical bytes (BCS, lib/src/ledger/FORMAT.md), never this text: reading what was
// written gives the same bytes. Amounts and salts are decimal strings; heights, rounds, views, times and sizes are
// numbers; bytes are lower-case hexadecimal.
#pragma once

#include <string>
#include <string_view>

#include "json_text.h"
#include "medchain/peer_message.h"
#include "medchain/transaction.h"

namespace medchain::http {

OrderedJson json_of(const Transaction& transaction);  // without key and signature
OrderedJson json_of(const SignedTransaction& transaction);
OrderedJson json_of(const Body& body);  // {"contract":...,"kind":...,"body":{...}}
OrderedJson json_of(const SigningPublicKey& key);
OrderedJson json_of(const SealingPublicKey& key);
OrderedJson json_of(const PublicKeys& keys);
OrderedJson json_of(const Ballot& ballot);
std::string_view name_of(VoteType type);  // "proposal", "prepare", "commit", "view_change"

std::string_view contract_name(const Body& body);

// A value that is part of a larger one: `pointer` says where it stands. kMalformed names the member, what was expected
// and what is there. Form only: that the signature is good, and that the state admits it, is judged elsewhere.
Result<Transaction> read_transaction(const Json& json, std::string pointer = "");
Result<SignedTransaction> read_signed_transaction(const Json& json, std::string pointer = "");
// {"transaction": {as above} or "<base64 of the canonical bytes>", "payload": ["<base64>", ...]}; "payload" may be
// left out. The canonical bytes are passed on as they are: parse_transaction() judges them.
Result<Submission> read_submission(const Json& json, std::string pointer = "");

// Of a whole text.
Result<Transaction> read_transaction_text(std::string_view text);
Result<SignedTransaction> read_signed_transaction_text(std::string_view text);
Result<Submission> read_submission_text(std::string_view text);

// The largest text of one transaction, and of one submission with its payload, that may be worth reading.
inline constexpr std::size_t kMaxTransactionText = 4 * limits::kMaxTransactionBytes;
inline constexpr std::size_t kMaxSubmissionText =
    kMaxTransactionText + limits::kMaxPayloadBytes / 3 * 4 + 8 * limits::kMaxPayloadParts + 1024;

}  // namespace medchain::http
