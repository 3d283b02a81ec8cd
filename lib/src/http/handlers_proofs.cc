// Parts of the state with a proof that leads to the state root of a block header.
#include <nlohmann/json.hpp>

#include "handlers.h"
#include "ledger_json.h"

namespace medchain::http {
namespace {

Reply proof_reply(Call& call, Arguments& arguments, const StateKey& key) {
  if (auto problem = arguments.finish()) return problem_reply(*problem);
  auto proof = call.answers.state_proof(key);
  if (!proof) return problem_reply(proof.error());
  if (call.wants_bytes()) return bytes_reply(proof->encode());
  const Engine& engine = call.answers.node().engine();
  OrderedJson json = json_of(*proof);
  json["height"] = engine.height().value;
  json["state_root"] = engine.last_header().state_root.hex();
  return json_reply(json);
}

}  // namespace

Outcome prove_account(Call& call) {
  Arguments arguments(call.arguments);
  const auto address = arguments.address("address").value_or(Address{});
  return proof_reply(call, arguments, state_key::account(address));
}

Outcome prove_participant(Call& call) {
  Arguments arguments(call.arguments);
  const auto address = arguments.address("address").value_or(Address{});
  return proof_reply(call, arguments, state_key::participant(address));
}

Outcome prove_candidate(Call& call) {
  Arguments arguments(call.arguments);
  const auto address = arguments.address("address").value_or(Address{});
  return proof_reply(call, arguments, state_key::candidate(address));
}

Outcome prove_record(Call& call) {
  Arguments arguments(call.arguments);
  const auto id = arguments.fixed<RecordId>("id").value_or(RecordId{});
  return proof_reply(call, arguments, state_key::record(id));
}

Outcome prove_access(Call& call) {
  Arguments arguments(call.arguments);
  const auto id = arguments.fixed<RecordId>("id").value_or(RecordId{});
  const auto reader = arguments.address("address").value_or(Address{});
  return proof_reply(call, arguments, state_key::access(id, reader));
}

Outcome prove_standing_readers(Call& call) {
  Arguments arguments(call.arguments);
  const auto patient = arguments.address("address").value_or(Address{});
  return proof_reply(call, arguments, state_key::standing_readers(patient));
}

}  // namespace medchain::http
