// Who is concerned by a transaction. A new body does not compile until it says whom it names.
#include <type_traits>

#include "medchain/transaction.h"

namespace medchain {
namespace {

struct Mentions {
  const Transaction& transaction;

  template <class... Alternatives>
  Mentioned operator()(const std::variant<Alternatives...>& contract) const {
    return std::visit(*this, contract);
  }
  Mentioned operator()(const Transfer& body) const { return {{body.to}, {}}; }
  Mentioned operator()(const Register& body) const { return {{body.keys.address()}, {}}; }
  Mentioned operator()(const Update& body) const { return {{body.participant}, {}}; }
  Mentioned operator()(const Suspend& body) const { return {{body.participant}, {}}; }
  Mentioned operator()(const Reinstate& body) const { return {{body.participant}, {}}; }
  Mentioned operator()(const Vote& body) const { return {body.candidates, {}}; }
  Mentioned operator()(const Put& body) const {
    Mentioned found{body.readers, record_id(transaction.chain, transaction.sender, body)};
    found.addresses.push_back(body.subject);
    return found;
  }
  Mentioned operator()(const Grant& body) const { return {{body.reader}, body.record}; }
  Mentioned operator()(const Revoke& body) const { return {{body.reader}, body.record}; }
  Mentioned operator()(const SetReaders& body) const { return {body.readers, {}}; }
  template <class Body>
    requires(std::is_same_v<Body, Stake> || std::is_same_v<Body, Unstake> || std::is_same_v<Body, Stand> ||
             std::is_same_v<Body, Resign> || std::is_same_v<Body, RotateKeys> ||
             std::is_same_v<Body, ReportDoubleVote> || std::is_same_v<Body, ReportInvalidProposal>)
  Mentioned operator()(const Body&) const {
    return {};
  }
};

}  // namespace

Mentioned mentioned_in(const Transaction& transaction) { return Mentions{transaction}(transaction.body); }

}  // namespace medchain
