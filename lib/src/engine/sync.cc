// Peers: who is at which height; final blocks served, payloads fetched and served. Blocks are fetched in catch_up.cc.
#include <algorithm>

#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::size_t kPayloadsBytes = 32 * 1024 * 1024;
constexpr std::size_t kPayloadsPerRequest = 64;
constexpr std::uint64_t kAnnounceMs = 1000;
constexpr std::uint64_t kCloseHeights = 256;  // who was at most so far behind when it last said, is given blocks

static_assert(kBlocksBytes + limits::kMaxBlockBytes < limits::kMaxMessageBytes);
static_assert(kPayloadsBytes + limits::kMaxPayloadBytes < limits::kMaxMessageBytes);

}  // namespace

peer::Status Engine::Impl::status() const { return {chain.height(), chain.tip().hash}; }

void Engine::Impl::on_status(const Address& peer, const peer::Status& status) {
  Height& known = peer_heights[peer];
  known = std::max(known, status.height);
  seek_blocks();
}

// If every node told all others of every block, that would be most of all messages. So who led it gives it to those who
// follow closely, who would only ask for it, and tells those who are far behind. Whoever decides has it by itself; a
// member that lacks votes sends its own again, and is told then (on_consensus).
void Engine::Impl::announce() {
  const Tip& tip = chain.tip();
  const std::size_t leader = tip.committee.leader(tip.header.height, tip.certificate->ballot.view);
  if (tip.committee.order[leader].validator == config.self) give_block();
  if (!announce_at_ms) announce_at_ms = now.monotonic_ms + kAnnounceMs;
}

void Engine::Impl::give_block() {
  InStage stage(Stage::kSend);
  const Tip& tip = chain.tip();
  const auto told = encoded(status());
  std::shared_ptr<const Bytes> given;  // encoded once, and only if somebody wants it
  std::vector<std::shared_ptr<const Bytes>> payloads;
  for (const Address& peer : peers) {
    auto known = peer_heights.find(peer);
    const bool close = known != peer_heights.end() && known->second.value + kCloseHeights >= tip.header.height.value;
    const bool decides = tip.committee.index_of(peer).has_value();  // by itself
    if (decides) continue;
    if (close && !given) {
      const auto stored = find_block(tip.header.height);
      payloads = given_with(stored->certified.block);
      given = encoded(peer::Blocks{{stored->certified}});
    }
    if (close) {
      for (const auto& some : payloads) out.messages.push_back({peer, some});
    }
    out.messages.push_back({peer, close ? given : told});
  }
}

// Those that are still in memory. Others are asked for, as by whoever is not given any.
std::vector<std::shared_ptr<const Bytes>> Engine::Impl::given_with(const Block& block) const {
  std::vector<std::shared_ptr<const Bytes>> messages;
  peer::Payloads some;
  std::uint64_t bytes = 0;
  auto finish = [&] {
    if (!some.payloads.empty()) messages.push_back(encoded(std::exchange(some, {})));
    bytes = 0;
  };
  for (const TxPtr& transaction : block.transactions) {
    auto commitment = payload_of(transaction->transaction().body);
    const Payload* payload = commitment ? payload_in_memory(*commitment) : nullptr;
    if (payload == nullptr) continue;
    some.payloads.push_back(*payload);
    bytes += payload->bytes();
    if (bytes >= kPayloadsBytes || some.payloads.size() >= limits::kMaxListed) finish();
  }
  finish();
  return messages;
}

void Engine::Impl::announce_to_those_behind() {
  if (!announce_at_ms || now.monotonic_ms < *announce_at_ms) return;
  announce_at_ms.reset();
  for (const Address& peer : peers) {
    auto known = peer_heights.find(peer);
    if (known == peer_heights.end() || known->second < chain.height()) send(peer, status());
  }
}

// The lower of the middle ones: what a few liars say does not move it.
Height Engine::Impl::peers_height() const {
  if (peer_heights.empty()) return {};
  std::vector<Height> heights;
  for (const auto& [peer, height] : peer_heights) heights.push_back(height);
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>((heights.size() - 1) / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  return *middle;
}

std::shared_ptr<const StoredBlock> Engine::Impl::find_block(Height height) const {
  for (const auto& block : recent) {
    if (block->certified.block.header.height == height) return block;
  }
  auto stored = store.block(height);
  if (!stored || !*stored) return nullptr;
  return std::make_shared<StoredBlock>(std::move(**stored));
}

void Engine::Impl::on_blocks_request(const Address& peer, const peer::BlocksRequest& request) {
  peer::Blocks answer;
  std::size_t bytes = 0;
  for (Height height = request.from; height <= chain.height() && height.value > 0; height = height.next()) {
    if (answer.blocks.size() >= std::min(request.count, kBlocksPerRequest) || bytes >= kBlocksBytes) break;
    auto stored = find_block(height);
    if (!stored) break;
    for (const TxPtr& transaction : stored->certified.block.transactions) bytes += transaction->bytes.size();
    answer.blocks.push_back(stored->certified);
  }
  send(peer, std::move(answer));
}

const Payload* Engine::Impl::payload_in_memory(const PayloadCommitment& payload) const {
  if (const Payload* waiting = mempool.find_payload(payload.root)) return waiting;
  if (auto it = fetched.find(payload.root); it != fetched.end()) return &it->second;
  return given.find(payload);
}

bool Engine::Impl::has_payload(const PayloadCommitment& payload) const {
  if (payload_in_memory(payload) != nullptr) return true;
  for (std::size_t part = 0; part < payload.parts; ++part) {
    auto bytes = store.payload_part(payload.root, static_cast<std::uint16_t>(part));
    if (!bytes || !*bytes) return false;
  }
  return true;
}

std::optional<Payload> Engine::Impl::find_payload(const peer::PayloadKey& key) const {
  if (const Payload* waiting = mempool.find_payload(key.root)) return *waiting;
  if (auto it = fetched.find(key.root); it != fetched.end()) return it->second;
  auto stored = store.payload(key.root, key.parts);
  if (!stored) return std::nullopt;
  return std::move(*stored);
}

void Engine::Impl::seek_payloads() {
  for (auto& [to, request] : fetcher.due(peers, now.monotonic_ms)) send(to, std::move(request));
}

void Engine::Impl::on_payloads_request(const Address& peer, const peer::PayloadsRequest& request) {
  peer::Payloads answer;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < request.keys.size() && i < kPayloadsPerRequest && bytes < kPayloadsBytes; ++i) {
    if (request.keys[i].parts > limits::kMaxPayloadParts) continue;
    auto payload = find_payload(request.keys[i]);
    if (!payload) continue;
    bytes += payload->bytes();
    answer.payloads.push_back(std::move(*payload));
  }
  if (!answer.payloads.empty()) send(peer, std::move(answer));
}

void Engine::Impl::on_payloads(peer::Payloads payloads) {
  Batch batch;
  for (Payload& payload : payloads.payloads) {
    peer::PayloadKey key{payload.root(), static_cast<std::uint16_t>(payload.parts.size())};
    if (payload.parts.size() > limits::kMaxPayloadParts) continue;
    if (!fetcher.got(key.root, key.parts)) {
      // A producer has what it votes for from its client, or asks.
      if (!own_index())
        given.add(std::move(payload), chain.height(), 2 * chain.state().parameters().max_block_payload_bytes);
      continue;
    }
    if (validation && validation->missing.erase(key) > 0) {
      fetched.insert_or_assign(key.root, std::move(payload));
    } else {
      store::put_payload(batch, key.root, payload);
      batch.erase(Table::kMeta, debt_key(key));
    }
  }
  if (!batch.empty()) write(std::move(batch), false);
  continue_validation();
}

void Engine::Impl::on_proposal_request(const Address& peer, const peer::ProposalRequest& request) {
  if (auto it = executed.find(request.block); it != executed.end()) {
    send(peer, peer::ProposalBlock{*it->second.block});
    return;
  }
  auto stored = store.proposal(request.block);
  if (stored && *stored) send(peer, peer::ProposalBlock{std::move(**stored)});
}

void Engine::Impl::on_proposal_block(const Address& peer, peer::ProposalBlock block) {
  // The replica asked for a hash; it takes only the block that has it.
  if (!own_index() || block.block.header.height != chain.next_height()) return;
  if (auto good = block.block.check_form(chain.id()); !good) return refuse(peer, good.error());
  if (assembly && assembly->proposal.ballot.digest == block.block.hash()) return end_assembly(std::move(block.block));
  inputs.push_back(consensus::BlockFetched{std::make_shared<Block>(std::move(block.block))});
}

}  // namespace medchain
