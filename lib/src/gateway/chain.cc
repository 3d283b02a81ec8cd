#include "chain.h"

#include <algorithm>

namespace medchain::gateway {

Chain::Chain(const Genesis& genesis, const SignatureVerifier& verifier)
    : anchor_(genesis_anchor(genesis)),
      replay_window_(genesis.parameters.replay_window),
      verifier_(verifier),
      terms_{{anchor_.height, anchor_.members}} {}

const Chain::Term& Chain::term_of(Height height) const {
  for (auto it = terms_.rbegin(); it != terms_.rend(); ++it) {
    if (it->first <= height) return *it;
  }
  return terms_.front();
}

Result<void> Chain::check(const rpc::BlockSummary& block) const {
  const BlockHeader& header = block.header;
  MEDCHAIN_TRY(check_certified(header, block.certificate, term_of(header.height).members, anchor_.chain, verifier_));
  if (receipts_root(block.receipts) == header.receipts_root) return {};
  return Error(ErrorCode::kAuthentication, "the node's receipts are not those of their block");
}

Result<rpc::BlockSummary> Chain::certified(Ledger& node, Result<rpc::BlockSummary> block) {
  if (!block) return block;
  if (block->header.height.value == 0) return Error(ErrorCode::kUnavailable, "the chain has no block yet");
  if (block->header.committee_set != committee_set_hash(term_of(block->header.height).members)) {
    MEDCHAIN_TRY(learn(node));
  }
  if (auto checked = check(*block); !checked) return checked.error();
  return block;
}

Result<rpc::BlockSummary> Chain::latest(Ledger& node) { return certified(node, node.latest_block()); }

Result<rpc::BlockSummary> Chain::block(Ledger& node, Height height) {
  auto block = certified(node, node.block(height));
  if (block && block->header.height != height) {
    return Error(ErrorCode::kAuthentication, "the node gave another block than the one asked for");
  }
  return block;
}

// One change since the last known committee shows in the block that ended its term, any number in a receipt's proof.
Result<void> Chain::learn(Ledger& node) {
  auto next = learn_next(node);
  if (!next) return next.error();
  if (*next) return {};
  auto all = learn_all(node);
  if (!all) missing_handovers_ = true;
  return all;
}

// The last block of the known committee, if the present one came right after it. What the search sees on its way is not
// believed: only the block that it ends at is, once it verifies.
Result<bool> Chain::learn_next(Ledger& node) {
  auto committee = node.committee();
  if (!committee) return committee.error();
  MEDCHAIN_TRY(committee->check());
  const Term& known = terms_.back();
  if (committee->first_height <= known.first) return false;
  const Hash set = committee_set_hash(known.members);
  Height low = known.first;               // of this set
  Height high = committee->first_height;  // of the next one
  auto last = node.block(high.previous());
  if (last && last->header.committee_set == set) low = high.previous();
  while (low.next() < high) {
    const Height middle{low.value + (high.value - low.value) / 2};
    auto block = node.block(middle);
    if (!block) return block.error();
    (block->header.committee_set == set ? low : high) = middle;
  }
  if (!last || last->header.height != low) last = node.block(low);
  if (!last) return last.error();
  const BlockHeader& header = last->header;
  if (header.height != low || header.committee_set != set || header.next_committee_set != committee->set_hash())
    return false;
  if (auto checked = check(*last); !checked) return checked.error();
  if (header.next_committee_set != set) terms_.push_back({header.height.next(), committee->sorted()});
  missing_handovers_ = false;
  return true;
}

Result<void> Chain::learn_all(Ledger& node) {
  if (!own_transaction_) {
    return Error(ErrorCode::kUnavailable, "the committee has changed, and no proof of how is at hand yet");
  }
  auto proof = node.receipt_proof(*own_transaction_);
  if (!proof) return proof.error();
  auto verified = verify_receipt(*proof, anchor_, verifier_);
  if (!verified) return verified.error();
  std::vector<Term> terms{{anchor_.height, anchor_.members}};
  for (const Handover& handover : proof->handovers) {
    terms.push_back({handover.header.height.next(), handover.next_members});
  }
  if (terms.back().first < terms_.back().first || terms.size() <= terms_.size()) {
    return Error(ErrorCode::kUnavailable, "the committee has changed since the proof that is at hand");
  }
  terms_ = std::move(terms);
  missing_handovers_ = false;
  return {};
}

}  // namespace medchain::gateway
