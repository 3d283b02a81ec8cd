// Proposals that name their transactions, as compact blocks do (BIP 152): clients' transactions are relayed to all who
// sit, so that most are there when they are proposed. What is not is most likely under way; it is waited for a moment
// before the whole block is asked for.
#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::uint64_t kPatienceMs = 20;

}  // namespace

// Once for a height: a proposal that is sent again since nothing was decided carries everything, and so does every new
// view, whatever became of naming them.
void Engine::Impl::send_proposal(const consensus::Proposal& proposal) {
  const Block& block = *proposal.block;
  const bool again = proposal.ballot.view > View{0} || proposed_compact == proposal.ballot.height;
  if (again || block.transactions.size() < config.compact_from) return send_to_committee(peer::Consensus{proposal});
  proposed_compact = proposal.ballot.height;
  peer::CompactProposal compact{proposal, {}};
  compact.proposal.block = std::make_shared<const Block>(Block{block.header, {}});
  compact.transactions.reserve(block.transactions.size());
  for (const TxPtr& transaction : block.transactions) compact.transactions.push_back(transaction->id);
  send_to_committee(std::move(compact));
}

Result<void> Engine::Impl::check_transactions(const Address& peer, const consensus::Proposal& proposal,
                                              const std::vector<TxId>& named) const {
  // What is signed covers the header: whoever passes a proposal on could put other transactions under it, and this node
  // would hold them, and halt, when the others decide that header with the right ones.
  if (named.empty()) return proposal.block->check_form(chain.id());
  // Or could name others, and this node would look for them while who signed it waits.
  if (chain.committee().order.at(proposal.member).validator != peer) {
    return Error(ErrorCode::kAuthentication, "a proposal that names its transactions, by another than who signed it");
  }
  if (proposal.block->transactions.empty() && proposal.block->header.transaction_count == named.size()) return {};
  return Error(ErrorCode::kMalformed, "a proposal that names " + std::to_string(named.size()) +
                                          " transactions and carries " +
                                          std::to_string(proposal.block->transactions.size()) + ", of " +
                                          std::to_string(proposal.block->header.transaction_count));
}

void Engine::Impl::assemble(const Address& peer, consensus::Proposal proposal, std::vector<TxId> named) {
  // That it was signed counts against who contradicts it, even if its transactions never come.
  if (config.account_key != nullptr) {
    watch(chain.committee().order.at(proposal.member), {proposal.ballot, proposal.signature});
  }
  if (assembly && assembly->proposal.ballot.view >= proposal.ballot.view) return;
  assembly = Assembly{peer, std::move(proposal), std::move(named), {}, now.monotonic_ms + kPatienceMs};
  continue_assembly();
}

TxPtr Engine::Impl::transaction_at_hand(const TxId& id) const {
  if (const Mempool::Entry* waiting = mempool.find(id)) return waiting->transaction;
  auto begun = being_checked.find(id);
  return begun == being_checked.end() ? nullptr : begun->second.transaction;
}

void Engine::Impl::fill_assembly(const std::vector<Outputs::Job>& jobs) {
  if (!assembly || assembly->missing.empty()) return;
  for (const Outputs::Job& job : jobs) assembly->missing.erase(job.transaction->id);
  if (assembly->missing.empty()) continue_assembly();
}

void Engine::Impl::continue_assembly() {
  // One that was at hand before may have been refused since.
  Block block{assembly->proposal.block->header, {}};
  block.transactions.reserve(assembly->named.size());
  for (const TxId& id : assembly->named) {
    if (TxPtr known = transaction_at_hand(id)) {
      block.transactions.push_back(std::move(known));
    } else {
      assembly->missing.insert(id);
    }
  }
  if (!assembly->missing.empty()) return;
  // One may have been signed twice, and the other one be here.
  if (!block.check_form(chain.id())) return ask_for_block();
  end_assembly(std::move(block));
}

void Engine::Impl::end_assembly(Block block) {
  consensus::Proposal proposal = std::move(assembly->proposal);
  assembly.reset();
  proposal.block = std::make_shared<const Block>(std::move(block));
  consensus::Message message = std::move(proposal);
  watch(message);
  inputs.push_back(consensus::Receive{std::move(message)});
}

void Engine::Impl::ask_for_block() {
  assembly->ask_at_ms.reset();
  send(assembly->from, peer::ProposalRequest{assembly->proposal.ballot.digest});
}

}  // namespace medchain
