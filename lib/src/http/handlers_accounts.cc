// Transactions and those whom they concern.
#include <algorithm>

#include "handlers.h"
#include "ledger_json.h"
#include "places.h"

namespace medchain::http {
namespace {

constexpr std::string_view kAccountTransactions = "account-transactions";
Reply final_reply(Reply reply, const TxId& id) {
  reply.etag = id.hex() + (reply.content_type == kBytes ? "-bcs" : "");
  return reply;
}

bool concerns(const Transaction& transaction, const Address& address) {
  if (transaction.sender == address) return true;
  const auto mentioned = mentioned_in(transaction).addresses;
  return std::find(mentioned.begin(), mentioned.end(), address) != mentioned.end();
}

}  // namespace

Outcome get_transaction(Call& call) {
  Arguments arguments(call.arguments);
  const TxId id = arguments.fixed<TxId>("id").value_or(TxId{});
  // Until it is final, if the caller likes to wait.
  const std::uint64_t wait_ms = arguments.number("wait_ms", 0, 0, 60'000);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto answer = [&call, id]() -> Reply {
    auto info = call.answers.transaction(id);
    if (!info) return problem_reply(info.error());
    if (call.wants_bytes()) return final_reply(bytes_reply(info->transaction), id);
    return final_reply(json_reply(json_of(*info)), id);
  };
  if (auto visible = call.answers.visibility(); !visible) return problem_reply(visible.error());
  if (wait_ms == 0) return answer();
  auto overdue = call.timer.afterDelay(wait_ms * kj::MILLISECONDS);
  return call.answers.node().wait_receipt(id).ignoreResult().exclusiveJoin(kj::mv(overdue)).then(kj::mv(answer));
}

Outcome get_receipt(Call& call) {
  Arguments arguments(call.arguments);
  const TxId id = arguments.fixed<TxId>("id").value_or(TxId{});
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto proof = call.answers.receipt_proof(id);
  if (!proof) return problem_reply(proof.error());
  // What a verifier is given: complete, and checked offline with `medchain verify-receipt`.
  if (call.wants_bytes()) return final_reply(bytes_reply(encode_receipt_proof(*proof)), id);
  return final_reply(json_reply(json_of(*proof)), id);
}

Outcome get_participant(Call& call) {
  Arguments arguments(call.arguments);
  const Address address = arguments.address("address").value_or(Address{});
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto info = call.answers.account(address);
  if (!info) return problem_reply(info.error());
  if (!info->participant) return problem_reply(Error(ErrorCode::kNotFound, "no participant has this address"));
  OrderedJson json{{"address", address.text()}};
  json.update(json_of(*info->participant));
  json["height"] = info->height.value;
  return json_reply(json);
}

Outcome get_account(Call& call) {
  Arguments arguments(call.arguments);
  const Address address = arguments.address("address").value_or(Address{});
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto visible = call.answers.visibility();
  if (!visible) return problem_reply(visible.error());
  // Balances are not for everybody; an empty one would be a lie.
  if (!visible->account_details(address)) {
    return problem_reply(Error(ErrorCode::kPermissionDenied, "this account is not yours to see"));
  }
  auto info = call.answers.account(address);
  if (!info) return problem_reply(info.error());
  OrderedJson json{{"address", address.text()}};
  json.update(json_of(*info));
  return json_reply(json);
}

Outcome list_account_transactions(Call& call) {
  Arguments arguments(call.arguments);
  const Address address = arguments.address("address").value_or(Address{});
  const std::uint64_t limit = arguments.number("limit", kPageItems, 1, kMaxPageItems);
  const auto behind = read_position<TransactionPlace>(arguments, kAccountTransactions);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto visible = call.answers.visibility();
  if (!visible) return problem_reply(visible.error());
  auto index = call.answers.node().index();
  if (!index) return problem_reply(index.error());
  // Of somebody else, most see only what they share: looked for among their own, so that a page's end tells nothing.
  const Address& listing = visible->every_transaction() ? address : call.answers.caller()->address;
  Places places;
  auto listed = index->transactions(listing, behind, [&](const TransactionPlace& place) { return places.take(place); });
  auto item_of = [address, visible = *visible](const StoredBlock& block,
                                               const TransactionPlace& place) -> std::optional<OrderedJson> {
    const Transaction& transaction = block.certified.block.transactions[place.index]->transaction();
    if (!concerns(transaction, address) || !visible.transaction(transaction)) return std::nullopt;
    return transaction_item(block, place);
  };
  return answer_places(call, listed, std::move(places), limit, kAccountTransactions, std::move(item_of));
}

}  // namespace medchain::http
