// The members of each body and of what bodies hold: the one list behind writing and reading. There is no general case:
// a body that somebody appends to transaction.h does not compile until it is listed here.
#pragma once

#include <concepts>

#include "medchain/transaction.h"

namespace medchain::http {

// list(value, visit) calls visit(name, field) for each field; `value` may be const or not.
template <class T>
struct Members;

template <class T>
concept Listed = requires { &Members<T>::kListed; };

#define MEDCHAIN_HTTP_MEMBERS(Type, ...)                         \
  template <>                                                    \
  struct Members<Type> {                                         \
    static constexpr bool kListed = true;                        \
    static void list(auto& value, const auto& visit) __VA_ARGS__ \
  };

MEDCHAIN_HTTP_MEMBERS(Transfer, {
  visit("to", value.to);
  visit("amount", value.amount);
})
MEDCHAIN_HTTP_MEMBERS(Stake, { visit("amount", value.amount); })
MEDCHAIN_HTTP_MEMBERS(Unstake, { visit("amount", value.amount); })
MEDCHAIN_HTTP_MEMBERS(Vote, { visit("candidates", value.candidates); })
MEDCHAIN_HTTP_MEMBERS(Stand, {
  visit("consensus_key", value.consensus_key);
  visit("possession", value.possession);
})
MEDCHAIN_HTTP_MEMBERS(Resign, {
  (void)value;
  (void)visit;
})
MEDCHAIN_HTTP_MEMBERS(ReportDoubleVote, {
  visit("consensus_key", value.consensus_key);
  visit("first", value.first);
  visit("second", value.second);
})
MEDCHAIN_HTTP_MEMBERS(ReportInvalidProposal, {
  visit("consensus_key", value.consensus_key);
  visit("proposal", value.proposal);
  visit("header", value.header);
  visit("parent", value.parent);
})
MEDCHAIN_HTTP_MEMBERS(Register, {
  visit("keys", value.keys);
  visit("role", value.role);
  visit("label", value.label);
})
MEDCHAIN_HTTP_MEMBERS(Update, {
  visit("participant", value.participant);
  visit("label", value.label);
})
MEDCHAIN_HTTP_MEMBERS(RotateKeys, { visit("keys", value.keys); })
MEDCHAIN_HTTP_MEMBERS(Suspend, { visit("participant", value.participant); })
MEDCHAIN_HTTP_MEMBERS(Reinstate, { visit("participant", value.participant); })
MEDCHAIN_HTTP_MEMBERS(Put, {
  visit("subject", value.subject);
  visit("kind", value.kind);
  visit("time_ms", value.time_ms);
  visit("nonce", value.nonce);
  visit("readers", value.readers);
  visit("payload_root", value.payload_root);
  visit("payload_bytes", value.payload_bytes);
  visit("content_commitment", value.content_commitment);
})
MEDCHAIN_HTTP_MEMBERS(Grant, {
  visit("record", value.record);
  visit("reader", value.reader);
  visit("payload_root", value.payload_root);
  visit("payload_bytes", value.payload_bytes);
})
MEDCHAIN_HTTP_MEMBERS(Revoke, {
  visit("record", value.record);
  visit("reader", value.reader);
})

MEDCHAIN_HTTP_MEMBERS(SetReaders, { visit("readers", value.readers); })

MEDCHAIN_HTTP_MEMBERS(PublicKeys, {
  visit("signing", value.signing);
  visit("sealing", value.sealing);
  visit("binding", value.binding);
})
MEDCHAIN_HTTP_MEMBERS(Ballot, {
  visit("round", value.round);
  visit("height", value.height);
  visit("view", value.view);
  visit("type", value.type);
  visit("digest", value.digest);
})
MEDCHAIN_HTTP_MEMBERS(SignedBallot, {
  visit("ballot", value.ballot);
  visit("signature", value.signature);
})

#undef MEDCHAIN_HTTP_MEMBERS

}  // namespace medchain::http
