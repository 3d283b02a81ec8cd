// Members that contradict themselves. Whatever they sign is remembered while its height is being decided; what proves
// an offence goes into a transaction of this node's own, again with each window until the offender is barred.
#include "accountability.h"

#include "engine_impl.h"
#include "medchain/evidence.h"

namespace medchain {
namespace {

std::uint64_t distance(View a, View b) { return a > b ? a.value - b.value : b.value - a.value; }

// The same evidence makes the same transaction for one window: nothing random, and nothing to remember.
std::uint64_t salt_of(const StakeBody& report) {
  const Hash hash = sha256(bcs::encode(report));
  std::uint64_t salt = 0;
  for (std::size_t i = 0; i < sizeof salt; ++i) salt = salt << 8 | hash.bytes[i];
  return salt;
}

}  // namespace

std::optional<SignedBallot> BallotBook::add(const SigningPublicKey& key, const SignedBallot& ballot, View current) {
  auto& views = first_[{key, ballot.ballot.type}];
  auto [place, fresh] = views.emplace(ballot.ballot.view, ballot);
  if (!fresh) {
    if (place->second.ballot.digest == ballot.ballot.digest) return std::nullopt;
    return place->second;
  }
  if (views.size() <= kViews) return std::nullopt;
  auto lowest = views.begin();
  auto highest = std::prev(views.end());
  views.erase(distance(lowest->first, current) > distance(highest->first, current) ? lowest : highest);
  return std::nullopt;
}

std::size_t BallotBook::size() const {
  std::size_t size = 0;
  for (const auto& [member, views] : first_) size += views.size();
  return size;
}

void Engine::Impl::watch(const consensus::Message& message) {
  if (config.account_key == nullptr) return;
  const auto& order = chain.committee().order;
  if (auto* proposal = std::get_if<consensus::Proposal>(&message)) {
    watch(order.at(proposal->member), {proposal->ballot, proposal->signature});
    for (const consensus::ViewChange& change : proposal->justification) {
      if (change.prepared) watch(*change.prepared);
    }
    auto& latest = accountability.proposal;
    if (!latest || latest->ballot.view < proposal->ballot.view) latest = *proposal;
  } else if (auto* vote = std::get_if<consensus::VoteMessage>(&message)) {
    watch(order.at(vote->member), {vote->ballot, vote->signature});
    show_proposal(*vote);
  } else if (auto* change = std::get_if<consensus::ViewChange>(&message); change->prepared) {
    watch(*change->prepared);
  }
}

void Engine::Impl::watch(const Certificate& certificate) {
  if (config.account_key == nullptr) return;
  const std::vector<Member> sorted = chain.committee().sorted();
  for (const CertificateSignature& entry : certificate.signatures) {
    watch(sorted.at(entry.member), {certificate.ballot, entry.signature});
  }
}

void Engine::Impl::watch(const Member& member, const SignedBallot& ballot) {
  auto earlier = accountability.ballots.add(member.consensus_key, ballot, replica.view());
  if (earlier) accuse(member.validator, ReportDoubleVote{member.consensus_key, *earlier, ballot});
}

// An honest member prepares what the view's leader proposed to it. Who prepares another block than the one proposed
// here was shown another, or lies; the proposal at hand lets it see which, and be the one who can prove it. Once for
// each member and height.
void Engine::Impl::show_proposal(const consensus::VoteMessage& vote) {
  const auto& proposal = accountability.proposal;
  if (!proposal || vote.ballot.type != VoteType::kPrepare || vote.ballot.view != proposal->ballot.view) return;
  if (vote.ballot.digest == proposal->ballot.digest || !accountability.shown_to.insert(vote.member).second) return;
  send(chain.committee().order.at(vote.member).validator, peer::Consensus{*proposal});
}

void Engine::Impl::judge_proposal(const consensus::Proposal& proposal) {
  if (config.account_key == nullptr || proposal.member >= chain.committee().size()) return;
  const BlockHeader& header = proposal.block->header;
  const BlockHeader& parent = chain.tip().header;
  if (!broken_rule(proposal.ballot, header, parent, chain.id())) return;
  const Member& member = chain.committee().order[proposal.member];
  if (accountability.reports.contains(member.validator)) return;
  ReportInvalidProposal report{
      member.consensus_key, {proposal.ballot, proposal.signature}, bcs::encode(header), bcs::encode(parent)};
  if (judge(report, chain.id(), *config.verifier) == TxStatus::kSuccess) accuse(member.validator, std::move(report));
}

void Engine::Impl::accuse(const Address& offender, StakeBody report) {
  if (chain.state().barred(offender) || accountability.reports.size() >= Accountability::kReports) return;
  auto [place, fresh] = accountability.reports.try_emplace(offender, Accountability::Report{std::move(report), {}, {}});
  if (!fresh) return;
  out.reported.push_back(offender);
  submit_report(place->second);
}

void Engine::Impl::submit_reports() {
  std::erase_if(accountability.reports, [this](const auto& entry) {
    const auto& [offender, report] = entry;
    if (!chain.state().barred(offender)) return false;
    if (report.submitted) mempool.remove(*report.submitted);  // somebody else's came first
    return true;
  });
  for (auto& [offender, report] : accountability.reports) {
    if (!report.submitted || report.valid_until < chain.next_height()) submit_report(report);
  }
}

// What cannot be submitted now, since the queue is full or this node suspended, is tried again at the next height.
void Engine::Impl::submit_report(Accountability::Report& report) {
  // Half of the window: members that are a little behind must find it admissible, too.
  const std::uint64_t window = chain.state().parameters().replay_window / 2;
  const Height valid_until{chain.next_height().value + window};
  Transaction transaction{chain.id(), config.self, valid_until, salt_of(report.body), report.body};
  auto submission = std::make_shared<Submission>(
      Submission{bcs::encode(sign_transaction(std::move(transaction), *config.account_key)), {}});
  report.submitted.reset();
  auto parsed = inspect({&*submission, 1}).front();
  if (!parsed) return;
  auto id = enqueue({*parsed, submission}, true);
  if (!id) return;
  report.submitted = *id;
  report.valid_until = valid_until;
  relay({submission});
  update_work();
}

}  // namespace medchain
