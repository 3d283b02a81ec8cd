#include "participants.h"

#include <fmt/format.h>

#include "medchain/state.h"

namespace program {
namespace {

using medchain::Address;
using medchain::Error;
using medchain::ErrorCode;
using medchain::Participant;
using medchain::Result;
using medchain::rpc::BlockSummary;

Error unproved(const Address& address, std::string_view why) {
  return {ErrorCode::kAuthentication,
          fmt::format("the keys of {} were rotated, and {}; --trust-node takes the node's word for them",
                      address.text(), why)};
}

// The state moves on between two questions: a proof counts only under the very header that came with it.
Result<void> prove_rotated(Session& session, const Address& address, const Participant& participant) {
  if (!session.genesis) return unproved(address, "no genesis is given to check them against");
  std::vector<medchain::Member> members = medchain::genesis_committee(*session.genesis).sorted();
  constexpr int kAttempts = 20;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto proof = session.client.state_proof(medchain::state_key::participant(address));
    if (!proof) return proof.error();
    auto block = session.client.latest_block();
    if (!block) return block.error();
    if (!medchain::verify_state_proof(*proof, block->header.state_root)) continue;
    auto certified = medchain::check_certified(block->header, block->certificate, members, session.chain(),
                                               medchain::real_signatures());
    if (!certified) return unproved(address, "the committee is no longer the genesis' own");
    bool shown = proof->key == medchain::state_key::participant(address) && proof->value &&
                 *proof->value == medchain::bcs::encode(participant);
    if (!shown) return unproved(address, "the node's proof shows other keys");
    return {};
  }
  return Error(
      ErrorCode::kUnavailable,
      fmt::format("the keys of {} were rotated, and no proof of them matched a block; try again", address.text()));
}

}  // namespace

Result<medchain::PublicKeys> current_keys(Session& session, const Address& address, bool trust_node) {
  auto info = session.client.account(address);
  if (!info) return info.error();
  if (!info->participant) {
    return Error(ErrorCode::kNotFound, fmt::format("{} is not registered on this chain", address.text()));
  }
  const medchain::PublicKeys& keys = info->participant->keys;
  if (auto checked = keys.check(); !checked) return checked.error().in("the keys of " + address.text());
  if (keys.address() != address && !trust_node) MEDCHAIN_TRY(prove_rotated(session, address, *info->participant));
  return keys;
}

}  // namespace program
