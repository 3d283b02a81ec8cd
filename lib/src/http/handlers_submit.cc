// What changes the ledger: transactions in, as canonical bytes or as JSON; and what helps to make them.
#include <kj/vector.h>

#include <nlohmann/json.hpp>

#include "handlers.h"
#include "ledger_json.h"

namespace medchain::http {
namespace {

constexpr std::size_t kMaxSubmissions = 1'000;  // in one request
constexpr std::uint64_t kMaxWaitMs = 60'000;

struct Parcel {
  std::vector<Submission> submissions{};
  bool many = false;  // asked as a list, and answered as one
};

Result<Parcel> read_list(const Json& json, const std::string& pointer) {
  if (!json.is_array()) return unexpected(pointer, "a list of submissions", json);
  if (json.size() > kMaxSubmissions) {
    return Error(ErrorCode::kTooLarge, pointer + ": at most " + std::to_string(kMaxSubmissions) + " at once");
  }
  Parcel parcel{.many = true};
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto submission = read_submission(json[i], pointer_to(pointer, i));
    if (!submission) return submission.error();
    parcel.submissions.push_back(std::move(*submission));
  }
  return parcel;
}

Result<Parcel> read_parcel(const Call& call) {
  if (call.content_type == kBytes) {
    auto submission =
        bcs::decode<Submission>({reinterpret_cast<const std::uint8_t*>(call.body.data()), call.body.size()});
    if (!submission) return submission.error().in("the body is no Submission");
    Parcel parcel;
    parcel.submissions.push_back(std::move(*submission));
    return parcel;
  }
  auto json = parse_json(call.body, {.bytes = call.body.size(), .values = 1'000'000});
  if (!json) return json.error();
  if (json->is_object() && json->contains("submissions") && json->size() == 1) {
    return read_list((*json)["submissions"], "/submissions");
  }
  auto submission = read_submission(*json);
  if (!submission) return submission.error();
  Parcel parcel;
  parcel.submissions.push_back(std::move(*submission));
  return parcel;
}

bool takes(const Call& call, bool bytes) {
  return call.content_type == kJson || (bytes && call.content_type == kBytes);
}

Reply wrong_type(bool bytes) {
  return problem_reply(problem("unsupported_media_type", std::string("the body is to be ") + std::string(kJson) +
                                                             (bytes ? ", or " + std::string(kBytes) : "")));
}

struct Submitted {
  Result<TxId> accepted;
  std::optional<Receipt> receipt;
};

// To a stranger a refusal tells no more than that: its reason may say who is registered.
Problem problem_to(const Call& call, const Error& error) {
  const bool of_form = error.code() == ErrorCode::kMalformed || error.code() == ErrorCode::kTooLarge ||
                       error.code() == ErrorCode::kUnsupportedVersion || error.code() == ErrorCode::kUnavailable;
  if (error.code() == ErrorCode::kAuthentication) {  // its own signature, not the request's
    return problem_of(Error(ErrorCode::kInadmissible, error.message()));
  }
  if (call.answers.caller() || of_form) return problem_of(error);
  return problem_of(Error(ErrorCode::kInadmissible, "not taken; sign the request to be told why"));
}

OrderedJson item_of(const Call& call, const Submitted& submitted) {
  if (!submitted.accepted) {
    return {{"status", "refused"},
            {"problem", OrderedJson::parse(problem_json(problem_to(call, submitted.accepted.error())))}};
  }
  OrderedJson item{{"id", submitted.accepted->hex()}, {"status", submitted.receipt ? "final" : "accepted"}};
  if (submitted.receipt) item["receipt"] = json_of(*submitted.receipt);
  return item;
}

Reply reply_of(const Call& call, bool many, const std::vector<Submitted>& all) {
  bool final = true;  // nothing is left to wait for
  for (const Submitted& each : all) final = final && (!each.accepted || each.receipt.has_value());
  if (!many) {
    if (!all[0].accepted) return problem_reply(problem_to(call, all[0].accepted.error()));
    Reply reply = json_reply(item_of(call, all[0]), final ? 200 : 202);
    reply.headers.push_back({"location", "/v1/transactions/" + all[0].accepted->hex()});
    return reply;
  }
  OrderedJson items = OrderedJson::array();
  for (const Submitted& each : all) items.push_back(item_of(call, each));
  return json_reply({{"items", std::move(items)}}, final ? 200 : 202);
}

// Fills in the receipts of those that become final in time.
kj::Promise<std::vector<Submitted>> wait_for(Call& call, std::vector<Submitted> all, std::uint64_t wait_ms) {
  struct Waiting {
    std::vector<Submitted> all;
  };
  auto waiting = kj::heap<Waiting>();
  waiting->all = std::move(all);
  auto waits = kj::Vector<kj::Promise<void>>();
  for (Submitted& each : waiting->all) {
    if (!each.accepted) continue;
    waits.add(call.answers.node().wait_receipt(*each.accepted).then([&each](Result<Receipt> receipt) {
      if (receipt) each.receipt = *receipt;
    }));
  }
  auto overdue = call.timer.afterDelay(wait_ms * kj::MILLISECONDS);
  auto& kept = *waiting;
  return kj::joinPromises(waits.releaseAsArray())
      .exclusiveJoin(kj::mv(overdue))
      .then([&kept] { return std::move(kept.all); })
      .attach(kj::mv(waiting));
}

}  // namespace

Outcome submit_transactions(Call& call) {
  Arguments arguments(call.arguments);
  const std::uint64_t wait_ms = arguments.number("wait_ms", 0, 0, kMaxWaitMs);
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  if (!takes(call, true)) return wrong_type(true);
  if (call.answers.caller()) {
    if (auto visible = call.answers.visibility(); !visible) return problem_reply(visible.error());
  }
  auto parcel = read_parcel(call);
  if (!parcel) return problem_reply(parcel.error());
  if (parcel->submissions.empty()) return json_reply({{"items", OrderedJson::array()}});
  const bool many = parcel->many;
  return call.answers.node()
      .submit(std::move(parcel->submissions))
      .then([&call, wait_ms](std::vector<Result<TxId>> results) -> kj::Promise<std::vector<Submitted>> {
        std::vector<Submitted> all;
        for (auto& result : results) all.push_back({std::move(result), std::nullopt});
        if (wait_ms == 0) return kj::mv(all);
        return wait_for(call, std::move(all), wait_ms);
      })
      .then([&call, many](std::vector<Submitted> all) { return reply_of(call, many, all); });
}

// For those without the canonical codec: what to sign, and once it is signed, what to submit.
Outcome encode_transaction(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  if (!takes(call, false)) return wrong_type(false);
  auto json = parse_json(call.body, {.bytes = kMaxTransactionText});
  if (!json) return problem_reply(json.error());
  const bool is_signed = json->is_object() && (json->contains("signature") || json->contains("key"));
  OrderedJson answer;
  auto describe = [&answer](const Transaction& transaction) {
    const Bytes message = transaction_message(transaction);
    answer["id"] = transaction.id().hex();
    answer["to_sign"] = to_base64(message);
  };
  if (is_signed) {
    auto transaction = read_signed_transaction(*json);
    if (!transaction) return problem_reply(transaction.error());
    describe(transaction->transaction);
    answer["transaction"] = to_base64(bcs::encode(*transaction));
  } else {
    auto transaction = read_transaction(*json);
    if (!transaction) return problem_reply(transaction.error());
    describe(*transaction);
  }
  return json_reply(answer);
}

// What would become of it in the next block, if nothing came before it.
Outcome dry_run_transaction(Call& call) {
  if (auto problem = Arguments(call.arguments).finish()) return problem_reply(*problem);
  if (!takes(call, false)) return wrong_type(false);
  if (auto visible = call.answers.visibility(); !visible) return problem_reply(visible.error());
  auto json = parse_json(call.body, {.bytes = kMaxTransactionText});
  if (!json) return problem_reply(json.error());
  auto transaction = read_transaction(*json);
  if (!transaction) return problem_reply(transaction.error());
  const rpc::Identity& caller = *call.answers.caller();
  if (transaction->sender != caller.address) {
    return problem_reply(Error(ErrorCode::kPermissionDenied, "/sender: only your own transactions can be tried"));
  }
  const Engine& engine = call.answers.node().engine();
  const std::vector<TxPtr> alone{make_transaction({std::move(*transaction), caller.key, Signature{}})};
  if (auto admissible = engine.state().admissible(*alone[0]); !admissible) return problem_reply(admissible.error());
  const BlockContext context{engine.height().next(), engine.committee().round, engine.last_header().time_ms, {}, false};
  auto execution = engine.state().execute(context, alone);
  if (!execution) return problem_reply(execution.error());
  return json_reply({{"height", context.height.value}, {"receipt", json_of(execution->receipts[0])}});
}

}  // namespace medchain::http
