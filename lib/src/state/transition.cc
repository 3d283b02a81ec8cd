// State::execute: a block's transactions, in order, on an overlay.
#include <unordered_set>

#include "block_rules.h"
#include "candidates.h"
#include "contracts.h"
#include "execution.h"
#include "roles.h"

namespace medchain {
namespace state {

TxStatus execute_body(Context& context, const Transaction& transaction) {
  if (!permission(transaction.body).roles.has(context.sender.role)) return TxStatus::kNotAllowed;
  return std::visit([&](const auto& body) { return execute(context, transaction, body); }, transaction.body);
}

namespace {

std::string place(std::size_t index, const TxId& id) {
  return "transaction " + std::to_string(index) + " (" + id.hex().substr(0, 12) + "...)";
}

// A transfer reads two participants and two accounts; what others read, and rehashing, costs little.
constexpr std::size_t kKeysOfATransaction = 4;
// So many are looked up together: more would no longer be in the cache when their turn comes.
constexpr std::size_t kTogether = 16;

// Gives the sender of each, and has looked up what else it will read, too.
std::vector<const Overlay::Place*> look_up(const Data& data, const Overlay& overlay,
                                           std::span<const TxPtr> transactions) {
  std::vector<StateKey> keys;  // first the senders
  keys.reserve(transactions.size() * kKeysOfATransaction);
  for (const TxPtr& parsed : transactions) {
    data.window.fetch_chain(parsed->id);
    keys.push_back(state_key::participant(parsed->transaction().sender));
  }
  for (const TxPtr& parsed : transactions) {
    const auto* tokens = std::get_if<TokensBody>(&parsed->transaction().body);
    if (tokens == nullptr) continue;
    const Address& payee = std::get<Transfer>(*tokens).to;
    keys.push_back(state_key::account(parsed->transaction().sender));
    keys.push_back(state_key::participant(payee));
    keys.push_back(state_key::account(payee));
  }
  auto places = overlay.look_up(keys);
  for (const TxPtr& parsed : transactions) data.window.fetch_newest(parsed->id);
  return {places.begin(), places.begin() + static_cast<std::ptrdiff_t>(transactions.size())};
}

// Judges all by the state before the block. `judge(i, Result<void>)` says whether to go on.
template <class Judge>
void check_each(const Data& data, const Overlay& overlay, std::span<const TxPtr> transactions, const Judge& judge) {
  std::unordered_set<ReplayWindow::Start> seen;
  seen.reserve(transactions.size());
  std::vector<const Overlay::Place*> senders;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    if (i % kTogether == 0)
      senders = look_up(data, overlay, transactions.subspan(i, std::min(kTogether, transactions.size() - i)));
    const ParsedTransaction& transaction = *transactions[i];
    Result<void> admissible = check_admissible(data, overlay.registered(*senders[i % kTogether]), transaction);
    if (admissible && !seen.insert(ReplayWindow::start_of(transaction.id)).second) {
      admissible = Error(ErrorCode::kInadmissible, "repeated: it is in this block already");
    }
    if (!judge(i, std::move(admissible))) return;
  }
}

Result<void> check_block(const Data& data, const Overlay& overlay, std::span<const TxPtr> transactions) {
  Result<void> checked;
  check_each(data, overlay, transactions, [&](std::size_t i, Result<void> admissible) {
    checked = std::move(admissible);
    if (!checked) checked = checked.error().in(place(i, transactions[i]->id));
    return checked.ok();
  });
  return checked;
}

TxStatus execute_transaction(const Data& data, Overlay& overlay, const BlockContext& block,
                             const ParsedTransaction& parsed) {
  const Transaction& transaction = parsed.transaction();
  auto sender = overlay.registered(transaction.sender);
  MEDCHAIN_ASSERT(sender.has_value(), "an admissible transaction of nobody");
  // Admissible when the block began, and no longer: an earlier transaction of the block saw to that.
  if (sender->suspended) return TxStatus::kParticipantSuspended;
  if (sender->keys.signing != parsed.content.key) return TxStatus::kNotAllowed;
  Context context{overlay,      data.parameters, data.chain, *data.verifier,
                  block.height, parsed,          *sender,    block.keys_believed};
  TxStatus status = execute_body(context, transaction);
  status == TxStatus::kSuccess ? overlay.keep() : overlay.undo();
  return status;
}

}  // namespace
}  // namespace state

Result<Execution> State::execute(const BlockContext& context, std::span<const TxPtr> transactions) const {
  MEDCHAIN_ASSERT(context.height == impl_->height.next(), "a block that does not follow the state's");
  state::Overlay overlay(impl_->contracts, transactions.size() * state::kKeysOfATransaction);
  MEDCHAIN_TRY(state::check_block(*impl_, overlay, transactions));
  return run(overlay, context, transactions);
}

Execution State::execute_admissible(const BlockContext& context, std::vector<TxPtr>& candidates,
                                    std::vector<TxId>& rejected) const {
  MEDCHAIN_ASSERT(context.height == impl_->height.next(), "a block that does not follow the state's");
  state::Overlay overlay(impl_->contracts, candidates.size() * state::kKeysOfATransaction);
  std::vector<TxPtr> admissible;
  state::check_each(*impl_, overlay, candidates, [&](std::size_t i, const Result<void>& checked) {
    if (checked) {
      admissible.push_back(std::move(candidates[i]));
    } else {
      rejected.push_back(candidates[i]->id);
    }
    return true;
  });
  candidates = std::move(admissible);
  // Judged by the state before the block: what is admissible one by one is so together.
  return run(overlay, context, candidates);
}

Execution State::run(state::Overlay& overlay, const BlockContext& context, std::span<const TxPtr> admissible) const {
  const state::Data& data = *impl_;
  state::begin_block(overlay, context, data.parameters);
  overlay.keep();
  Execution execution;
  execution.height = context.height;
  execution.overlay = std::make_shared<Execution::Overlay>();
  execution.receipts.reserve(admissible.size());
  execution.overlay->ids.reserve(admissible.size());
  for (const TxPtr& transaction : admissible) {
    TxStatus status = state::execute_transaction(data, overlay, context, *transaction);
    execution.receipts.push_back({transaction->id, status});
    execution.overlay->ids.push_back(transaction->id);
  }
  state::end_block(overlay, context);
  if (context.ends_round) execution.candidates = state::standing_candidates(overlay);

  execution.receipts_root = medchain::receipts_root(execution.receipts);
  execution.changes = overlay.take_changes();
  execution.overlay->base = &data;
  execution.overlay->base_height = data.height;
  execution.overlay->changes = execution.changes.size();
  execution.overlay->staged = state::stage(data.contracts, execution.changes);
  execution.state_root = execution.overlay->staged.root;
  return execution;
}

void State::apply(Execution execution) {
  MEDCHAIN_ASSERT(execution.overlay != nullptr, "an execution without its overlay");
  Execution::Overlay& overlay = *execution.overlay;
  MEDCHAIN_ASSERT(overlay.base == impl_.get() && overlay.base_height == impl_->height,
                  "an execution of another state, or of this one before it changed");
  MEDCHAIN_ASSERT(overlay.changes == execution.changes.size(), "an execution whose changes were taken away");
  state::merge(impl_->contracts, execution.changes, std::move(overlay.staged));
  impl_->height = execution.height;
  impl_->root = execution.state_root;
  constexpr std::size_t kChainsAhead = 16, kNewestAhead = 8;
  for (std::size_t i = 0; i < overlay.ids.size(); ++i) {
    if (i + kChainsAhead < overlay.ids.size()) impl_->window.fetch_chain(overlay.ids[i + kChainsAhead]);
    if (i + kNewestAhead < overlay.ids.size()) impl_->window.fetch_newest(overlay.ids[i + kNewestAhead]);
    bool added = impl_->window.add(execution.height, overlay.ids[i]);
    MEDCHAIN_ASSERT(added, "a transaction executed twice");
  }
  impl_->window.advance(execution.height);
}

}  // namespace medchain
