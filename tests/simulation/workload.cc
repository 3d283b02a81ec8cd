#include "workload.h"

#include <algorithm>

namespace medchain::simulation {
namespace {

constexpr std::uint64_t kAgainMs = 1'500;

Bytes random_bytes(test::Rng& rng, std::size_t size) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.next());
  return bytes;
}

Hash random_hash(test::Rng& rng) {
  Hash hash;
  for (std::uint8_t& byte : hash.bytes) byte = static_cast<std::uint8_t>(rng.next());
  return hash;
}

}  // namespace

Workload::Workload(const Plan& plan, const Cast& cast, Events& events, Checkers& checkers, std::vector<Host*> hosts,
                   std::uint64_t seed)
    : plan_(plan),
      cast_(cast),
      events_(events),
      checkers_(checkers),
      hosts_(std::move(hosts)),
      rng_(seed),
      generations_(cast.size()) {}

Height Workload::height() const { return checkers_.highest(); }

std::optional<std::size_t> Workload::honest_host() {
  std::vector<std::size_t> up;
  for (const Host* host : hosts_) {
    if (host->up() && !plan_.is_byzantine(host->number())) up.push_back(host->number());
  }
  if (up.empty()) return std::nullopt;
  return up[rng_.below(up.size())];
}

void Workload::submit(const Submission& submission, std::size_t host) {
  hosts_[host]->submit(next_ticket_++, {submission});
}

TxId Workload::ask(const Actor& sender, Body body, Payload payload, bool probe, std::size_t host) {
  const std::uint64_t window = cast_.genesis().parameters.replay_window;
  const std::uint64_t valid_for = probe ? window - 4 : rng_.chance(20) ? window + 1 : 2 + rng_.below(window - 2);
  Transaction transaction{cast_.chain(), sender.address, Height{height().value + valid_for}, rng_.next(),
                          std::move(body)};
  const TxId id = transaction.id();
  Request request;
  request.valid_until = transaction.valid_until;
  request.submission = {bcs::encode(sign_transaction(std::move(transaction), *sender.signer)), std::move(payload)};
  request.again_ms = events_.now_ms() + kAgainMs;
  request.probe = probe;
  request.host = host;
  request.asked_at = height();
  if (probe) {
    submit(request.submission, host);
    probes_.emplace_back(id, request);
  } else if (auto any = honest_host()) {
    submit(request.submission, *any);
  }
  waiting_.emplace(id, std::move(request));
  return id;
}

void Workload::act() {
  using What = void (Workload::*)();
  constexpr What kRequests[] = {&Workload::transfer,
                                &Workload::transfer,
                                &Workload::put,
                                &Workload::put,
                                &Workload::grant_or_revoke,
                                &Workload::stake_or_vote,
                                &Workload::stake_or_vote,
                                &Workload::stand_or_resign,
                                &Workload::rotate_consensus_key,
                                &Workload::suspend_or_reinstate,
                                &Workload::enrol,
                                &Workload::ask_badly};
  (this->*kRequests[rng_.below(std::size(kRequests))])();
}

void Workload::insist() {
  std::erase_if(waiting_, [&](const auto& entry) {
    const bool ended = checkers_.find_final(entry.first) != nullptr || entry.second.valid_until <= height();
    if (ended) ended_.emplace(entry.second.valid_until, entry.second.submission);
    return ended;
  });
  ask_once_more();
  for (auto& [id, request] : waiting_) {
    if (request.again_ms > events_.now_ms()) continue;
    request.again_ms = events_.now_ms() + kAgainMs;
    ++asked_again_;
    if (auto host = honest_host()) submit(request.submission, request.probe ? request.host : *host);
  }
}

// What is final already, or too late, at the very edge of the replay window.
void Workload::ask_once_more() {
  ended_.erase(ended_.begin(), ended_.lower_bound(height().previous()));
  std::size_t most = 4;
  for (auto at = ended_.begin(); at != ended_.end() && most > 0 && at->first <= height().next(); ++at, --most) {
    if (auto host = honest_host()) submit(at->second, *host);
  }
}

void Workload::transfer() {
  const Actor& from = rng_.chance(50) ? cast_.institution(rng_.below(cast_.size()))
                                      : cast_.patients()[rng_.below(cast_.patients().size())];
  const Actor& to = cast_.patients()[rng_.below(cast_.patients().size())];
  ask(from, TokensBody{Transfer{to.address, Tokens{1 + rng_.below(rng_.chance(5) ? 1'000'000 : 50)}}});
}

void Workload::put() {
  const Actor& author = cast_.devices()[rng_.below(cast_.devices().size())];
  const Actor& patient = cast_.patients()[rng_.below(cast_.patients().size())];
  Put put;
  put.subject = patient.address;
  put.kind = RecordKind::kVitals;
  put.time_ms = 1 + rng_.below(1'000'000);
  for (std::uint8_t& byte : put.nonce) byte = static_cast<std::uint8_t>(rng_.next());
  put.readers = {patient.address};
  Payload payload{{random_bytes(rng_, 1 + rng_.below(400)), random_bytes(rng_, 80)}};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = random_hash(rng_);
  records_.emplace_back(record_id(cast_.chain(), author.address, put), &patient);
  ask(author, RecordsBody{std::move(put)}, std::move(payload));
}

void Workload::grant_or_revoke() {
  if (records_.empty()) return;
  const auto& [record, patient] = records_[rng_.below(records_.size())];
  const Actor& reader = cast_.institution(rng_.below(cast_.size()));
  if (rng_.chance(40)) {
    ask(*patient, ConsentBody{Revoke{record, reader.address}});
    return;
  }
  Payload payload{{random_bytes(rng_, 80)}};
  ask(*patient, ConsentBody{Grant{record, reader.address, payload.root(), payload.bytes()}}, payload);
}

// What makes one election differ from the next.
void Workload::stake_or_vote() {
  const Actor& sender = cast_.institution(rng_.below(cast_.size()));
  const std::size_t choice = rng_.below(3);
  if (choice == 0) {
    ask(sender, StakeBody{Stake{Tokens{1 + rng_.below(30'000)}}});
  } else if (choice == 1) {
    ask(sender, StakeBody{Unstake{Tokens{1 + rng_.below(30'000)}}});
  } else {
    Vote vote;
    for (std::size_t node = 0; node < plan_.candidates; ++node) {
      if (rng_.chance(40)) vote.candidates.push_back(cast_.node(node).address);
    }
    ask(sender, StakeBody{vote});
  }
}

// One node at a time, and one step after the other, so that enough candidates are left.
void Workload::stand_or_resign() {
  if (!resigned_) {
    const std::size_t node = rng_.below(plan_.candidates);
    if (!plan_.is_byzantine(node)) resigned_ = Resigned{node, ask(cast_.node(node), StakeBody{Resign{}}), false};
    return;
  }
  if (waiting_.contains(resigned_->last)) return;
  const FinalTransaction* final = checkers_.find_final(resigned_->last);
  if (resigned_->stands && final != nullptr) return resigned_.reset();
  resigned_->last = ask(cast_.node(resigned_->node), StakeBody{stand_body(resigned_->node)});
  resigned_->stands = true;
}

Stand Workload::stand_body(std::size_t node) const {
  return make_stand(cast_.chain(), cast_.node(node).address, cast_.consensus_key(node, generations_[node]));
}

// The one before is kept as long as it may be needed; until then its operator only asks again to stand with the new
// one.
void Workload::rotate_consensus_key() {
  const std::size_t node = rng_.below(plan_.candidates);
  const Host& host = *hosts_[node];
  if (!rng_.chance(40) || plan_.is_byzantine(node) || !host.up()) return;
  if (host.engine().retiring_key_needed()) {
    ask(cast_.node(node), StakeBody{stand_body(node)});
  } else {
    replace_consensus_key(node);
  }
}

void Workload::replace_consensus_key(std::size_t node) {
  if (generations_[node] + 1 >= Cast::kSpareKeys || (resigned_ && resigned_->node == node)) return;
  ++generations_[node];
  ++keys_rotated_;
  hosts_[node]->renew_consensus_key(&cast_.consensus_key(node, generations_[node]));
  if (hosts_[node]->up()) hosts_[node]->restart();
  ask(cast_.node(node), StakeBody{stand_body(node)});
}

void Workload::suspend_or_reinstate() {
  const Actor& device = cast_.devices()[rng_.below(cast_.devices().size())];
  const Actor& institution = cast_.institution(device.hospital);
  if (rng_.chance(30)) {
    ask(institution, RegistryBody{Suspend{device.address}});
  } else {
    ask(institution, RegistryBody{Reinstate{device.address}});
  }
}

// A patient, whose keys are bad now and then: who votes finds out, who follows believes it or finds out, too.
void Workload::enrol() {
  constexpr std::uint64_t kPatients = 32;
  PublicKeys keys = test::test_keys("enrolled " + std::to_string(rng_.below(kPatients))).public_keys();
  if (rng_.chance(30)) keys.binding.bytes[rng_.below(Signature::kSize)] ^= 1;
  ask(cast_.institution(rng_.below(cast_.size())), RegistryBody{Register{keys, Role::kPatient, {}}});
}

// What no node may take: a signature that does not verify, an amount that is not there, a key of another.
void Workload::ask_badly() {
  const Actor& patient = cast_.patients()[rng_.below(cast_.patients().size())];
  Transaction transaction{cast_.chain(), patient.address, height().next(), rng_.next(),
                          TokensBody{Transfer{cast_.node(0).address, Tokens{1}}}};
  SignedTransaction unsigned_one{std::move(transaction), patient.signer->public_key(), {}};
  for (std::uint8_t& byte : unsigned_one.signature.bytes) byte = static_cast<std::uint8_t>(rng_.next());
  if (auto host = honest_host()) submit({bcs::encode(unsigned_one), {}}, *host);
}

void Workload::begin_probes() {
  for (const Host* host : hosts_) {
    if (plan_.is_byzantine(host->number())) continue;
    const Actor& sender = cast_.node(plan_.hospital_of(host->number()));  // which spends nothing else
    ask(sender, TokensBody{Transfer{cast_.patients()[0].address, Tokens{1}}}, {}, true, host->number());
  }
}

std::string Workload::probes_missing() const {
  for (const auto& [id, request] : probes_) {
    if (checkers_.find_final(id) == nullptr) return "the transfer asked of host " + std::to_string(request.host);
  }
  return "";
}

std::string Workload::probe_too_late() const {
  const std::uint64_t within = kProbeRounds * cast_.genesis().parameters.committee_size;
  for (const auto& [id, request] : probes_) {
    const FinalTransaction* final = checkers_.find_final(id);
    if (final == nullptr) continue;
    if (final->status != TxStatus::kSuccess) return "an honest transfer failed";
    if (final->height.value > request.asked_at.value + within) {
      return "a transfer asked of host " + std::to_string(request.host) + " at height " +
             std::to_string(request.asked_at.value) + " became final at " + std::to_string(final->height.value);
    }
  }
  return "";
}

}  // namespace medchain::simulation
