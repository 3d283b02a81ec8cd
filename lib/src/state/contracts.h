// The contracts: one file each, one function each. A contract checks what a transaction asks against the state and
// writes its effect; a status other than kSuccess undoes whatever it wrote. A new contract is a new overload here, a
// table in roles.cc, and its tables in state_keys.h and schema.cc.
#pragma once

#include "overlay.h"

namespace medchain::state {

struct Context {
  Overlay& state;
  const Parameters& parameters;
  const ChainId& chain;
  const SignatureVerifier& verifier;
  Height height;  // of the block that is executed
  const ParsedTransaction& parsed;
  const Registered& sender;
  bool keys_believed = false;  // BlockContext

  bool keys_good() const { return keys_believed || parsed.keys_good(); }
  Epoch epoch() const { return {height.value / parameters.epoch_heights}; }
};

// The sender is active, and its role permits the action (roles.h): what is left is its relation to the object.
TxStatus execute(Context& context, const Transaction& transaction, const TokensBody& body);
TxStatus execute(Context& context, const Transaction& transaction, const StakeBody& body);
TxStatus execute(Context& context, const Transaction& transaction, const RegistryBody& body);
TxStatus execute(Context& context, const Transaction& transaction, const RecordsBody& body);
TxStatus execute(Context& context, const Transaction& transaction, const ConsentBody& body);

// Evidence (reports.cc), part of contract stake.
TxStatus execute(Context& context, const ReportDoubleVote& report);
TxStatus execute(Context& context, const ReportInvalidProposal& report);

// Dispatches to them.
TxStatus execute_body(Context& context, const Transaction& transaction);

// kSuccess for somebody registered and not suspended; else `unknown` or kParticipantSuspended.
TxStatus check_active(const Overlay& state, const Address& address, TxStatus unknown);

// Returns a status other than kSuccess from the enclosing function.
#define MEDCHAIN_CHECK(expression)                                                      \
  do {                                                                                  \
    if (TxStatus checked = (expression); checked != TxStatus::kSuccess) return checked; \
  } while (false)

}  // namespace medchain::state
