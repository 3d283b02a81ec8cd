// Final blocks of others: asked for while those before them are executed. Certificates make every source equal.
#include <algorithm>

#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::uint64_t kPatienceMs = 500;          // then another peer is asked, too
constexpr std::uint64_t kAnswerMs = 2000;           // then it is not believed to have anything
constexpr std::uint64_t kVotesMs = 150;             // a producer waits this long for the votes still under way
constexpr std::size_t kTransactionsPerCall = 2048;  // executed in one go, so that others are answered in between

std::size_t bytes_of(const Block& block) {
  std::size_t bytes = 0;
  for (const TxPtr& transaction : block.transactions) bytes += transaction->bytes.size();
  return bytes;
}

bool registers(const ParsedTransaction& transaction) {
  return std::holds_alternative<RegistryBody>(transaction.transaction().body);
}

}  // namespace

Height Engine::Impl::height_arrived() const {
  return arrived.empty() ? chain.height() : std::max(chain.height(), arrived.back().certified.block.header.height);
}

// In turn, beginning after the one asked last: a peer that promises much and sends nothing delays, and no more.
std::optional<Address> Engine::Impl::next_source() const {
  std::optional<Address> first;
  for (const auto& [peer, height] : peer_heights) {
    if (height <= height_arrived() || blocks_asked.contains(peer)) continue;
    if (peer > last_source) return peer;
    if (!first) first = peer;
  }
  return first;
}

void Engine::Impl::forget_the_silent() {
  std::erase_if(blocks_asked, [this](const auto& asked) {
    const bool silent = now.monotonic_ms >= asked.second.at_ms + kAnswerMs;
    if (silent) peer_heights.erase(asked.first);  // heard again when it next says its height
    return silent;
  });
}

bool Engine::Impl::answer_expected() const {
  return std::any_of(blocks_asked.begin(), blocks_asked.end(), [this](const auto& asked) {
    return asked.second.awaited && now.monotonic_ms < asked.second.at_ms + kPatienceMs;
  });
}

void Engine::Impl::seek_blocks() {
  forget_the_silent();
  if (answer_expected() || arrived_bytes >= kBlocksBytes) return;
  auto source = next_source();
  if (!source) {
    if (arrived.empty() && blocks_asked.empty()) behind_since_ms.reset();
    return;
  }
  if (!behind_since_ms) behind_since_ms = now.monotonic_ms;
  const Height from = height_arrived().next();
  bool one_behind = peer_heights[*source] == from;
  if (own_index() && one_behind && now.monotonic_ms < *behind_since_ms + kVotesMs) return;
  blocks_asked[*source] = {from, now.monotonic_ms};
  last_source = *source;
  send(*source, peer::BlocksRequest{from, kBlocksPerRequest});
}

void Engine::Impl::on_blocks(const Address& peer, peer::Blocks blocks) {
  const bool one = blocks.blocks.size() == 1;
  const Height first = blocks.blocks.empty() ? Height{} : blocks.blocks.front().block.header.height;
  auto asked = blocks_asked.find(peer);
  if (asked != blocks_asked.end() && (first == asked->second.from || !one)) {
    if (first != asked->second.from) forget_height_of(peer);  // it does not have what it said
    blocks_asked.erase(asked);
    for (CertifiedBlock& certified : blocks.blocks) keep_arrived(peer, std::move(certified));
    seek_blocks();
    if (answer_expected()) return;  // these are executed while the next ones come: with the next tick
  } else if (one) {
    // Not asked for: a new one, from who led it. If it does not come next, it still says who has it. From who was asked
    // for another it may as well be a lie in the place of an answer.
    if (asked != blocks_asked.end()) asked->second.awaited = false;
    Height& known = peer_heights[peer];
    known = std::max(known, first);
    // Anybody may send such a one: it is kept only where its certificate can be checked before.
    if (chain.committee().covers(first)) keep_arrived(peer, std::move(blocks.blocks.front()));
  }
  take_arrived();
}

// As far as the committee is known, a block is judged at once, so that nothing is kept or checked of what nobody
// certified. Others are judged when their turn comes; that is why so little is kept.
void Engine::Impl::keep_arrived(const Address& peer, CertifiedBlock certified) {
  const Height height = certified.block.header.height;
  if (height != height_arrived().next() || arrived_bytes >= 2 * kBlocksBytes) return;
  const bool judged = chain.committee().covers(height);
  if (judged) {
    if (auto good = judge_arrived(certified); !good) {
      refuse(peer, good.error());
      return forget_height_of(peer);
    }
  }
  const std::size_t bytes = bytes_of(certified.block);
  arrived_bytes += bytes;
  arrived.push_back({peer, std::move(certified), judged, bytes, 0, false, {}});
  check_arrived(arrived.back());
}

// Its signers checked the signatures, and the keys that it registers: for those who trust nobody to have done so.
void Engine::Impl::check_arrived(Arrived& block) {
  if (!config.check_every_signature) return;
  if (block.bytes > chain.state().parameters().max_block_bytes) return;  // no such block is ever executed
  std::vector<Outputs::Job> jobs;
  for (const TxPtr& transaction : block.certified.block.transactions) jobs.push_back({transaction, nullptr});
  counters.signatures_checked += jobs.size();
  request_check(block, std::move(jobs));
}

void Engine::Impl::check_keys(Arrived& block) {
  std::vector<Outputs::Job> jobs;
  for (const TxPtr& transaction : block.certified.block.transactions) {
    if (registers(*transaction)) jobs.push_back({transaction, nullptr, false});
  }
  request_check(block, std::move(jobs));
}

// Beforehand and by all threads: the execution would do it alone.
void Engine::Impl::request_check(Arrived& block, std::vector<Outputs::Job> jobs) {
  block.keys_checked = true;
  if (jobs.empty()) return;
  block.check = next_token++;
  checks.emplace(block.check, ArrivedCheck{});
  out.verifications.push_back({block.check, std::move(jobs), block.judged});
}

// By the committee that decides now.
Result<void> Engine::Impl::judge_arrived(const CertifiedBlock& certified) const {
  MEDCHAIN_TRY(check_certified(certified.block.header, certified.certificate, chain.committee().sorted(), chain.id(),
                               *config.verifier));
  return certified.block.check_form(chain.id());
}

void Engine::Impl::end_arrived_check(std::uint64_t token, const std::vector<Result<void>>& results) {
  for (Arrived& block : arrived) {
    if (block.check != token) continue;
    block.check = 0;
    for (const Result<void>& result : results) {
      if (!result && block.checked) block.checked = result;
    }
  }
  take_arrived();
}

bool Engine::Impl::execute_arrived(const BlockPtr& block, bool keys_checked) {
  Hash hash = block->hash();
  if (keys_checked || executed.contains(hash)) return true;  // finalize() does what is left
  auto transition = chain.execute_believing_keys(block);
  if (transition) executed.emplace(hash, std::move(*transition));
  return transition.ok();
}

bool Engine::Impl::can_take_arrived() const { return !arrived.empty() && arrived.front().check == 0; }

void Engine::Impl::take_arrived() {
  std::size_t transactions = 0;
  while (can_take_arrived() && !halted && transactions < kTransactionsPerCall) {
    Arrived next = std::move(arrived.front());
    arrived.pop_front();
    arrived_bytes -= next.bytes;
    if (next.certified.block.header.height != chain.next_height()) continue;  // decided meanwhile by votes
    Result<void> good;
    if (!next.judged) good = judge_arrived(next.certified);
    if (good) good = std::move(next.checked);
    if (!good) {
      refuse(next.peer, good.error());
      give_up_on(next.peer);
      break;
    }
    auto block = std::make_shared<Block>(std::move(next.certified.block));
    if (!execute_arrived(block, next.keys_checked)) {
      next.certified.block = std::move(*block);
      next.judged = true;
      check_keys(next);
      arrived_bytes += next.bytes;
      arrived.push_front(std::move(next));
      continue;
    }
    transactions += block->transactions.size();
    finalize(std::move(block), std::move(next.certified.certificate), next.peer);
    behind_since_ms.reset();
  }
  if (!halted) seek_blocks();
}

// Until it says it again: others are asked.
void Engine::Impl::forget_height_of(const Address& peer) {
  auto known = peer_heights.find(peer);
  if (known != peer_heights.end() && known->second > chain.height()) peer_heights.erase(known);
}

// What came after the block that it gave is of no use without it.
void Engine::Impl::give_up_on(const Address& peer) {
  forget_height_of(peer);
  std::erase_if(blocks_asked, [this](const auto& asked) { return asked.second.from > chain.next_height(); });
  arrived.clear();
  arrived_bytes = 0;
}

}  // namespace medchain
