// From the storage to a running engine: the stored state, the blocks after it executed again, the votes not forgotten.
#include <algorithm>

#include "engine_impl.h"

namespace medchain {
namespace {

constexpr std::string_view kDebtPrefix = "debt/";
constexpr std::uint64_t kTellEvery = 4'096;  // entries of the state

void tell(const EngineConfig& config, std::string_view stage, std::uint64_t done) {
  if (config.recovering) config.recovering(stage, done);
}

Error corrupt(std::string what) { return {ErrorCode::kCorrupt, std::move(what)}; }

Result<Chain> first_start(const Genesis& genesis, Storage& storage, const SignatureVerifier& verifier) {
  auto chain = Chain::from_genesis(genesis, verifier);
  if (!chain) return chain;
  Batch batch;
  store::initialise(batch, genesis.chain_id());
  store::put_state(batch, {Height{0}, chain->state().root(), chain->committee()}, chain->take_changes(), {});
  MEDCHAIN_TRY(storage.write(batch, true));
  return chain;
}

Result<StoredBlock> stored_block(const ChainStore& store, Height height) {
  auto block = store.block(height);
  if (!block) return block.error();
  if (!*block) return corrupt("the block of height " + std::to_string(height.value) + " is missing");
  return std::move(**block);
}

// The committee that decided `height`, found from the state point's or from the round's end before it.
Result<Committee> committee_at(const ChainStore& store, Height height, const Committee& later, const Genesis& genesis) {
  if (later.covers(height)) return later;
  // `later` begins at height + 1: the round before ended at `height`, and began where the one before that ended.
  if (later.round.value <= 1) return genesis_committee(genesis);
  for (Height at = height.previous(); at.value > 0; at = at.previous()) {
    auto block = stored_block(store, at);
    if (!block) return block.error();
    if (block->next_committee) return *block->next_committee;
  }
  return corrupt("no block tells the committee of height " + std::to_string(height.value));
}

Result<State> load_state(const ChainStore& store, const EngineConfig& config, const StatePoint& point) {
  State::Loader loader(config.genesis, point.height);
  std::uint64_t entries = 0;
  MEDCHAIN_TRY(store.for_each_state_key([&](const StateKey& key, ByteView value) {
    loader.add(key, value);
    if (++entries % kTellEvery == 0) tell(config, "entries of the state read:", entries);
  }));
  std::uint64_t window = config.genesis.parameters.replay_window + 1;
  std::uint64_t from = point.height.value > window ? point.height.value - window : 1;
  for (Height height{from}; height <= point.height; height = height.next()) {
    auto block = stored_block(store, height);
    if (!block) return block.error();
    for (const TxPtr& transaction : block->certified.block.transactions) loader.remember(height, transaction->id);
    tell(config, "transactions remembered up to block", height.value);
  }
  return loader.finish(point.root);
}

Result<Chain> chain_at(const ChainStore& store, const EngineConfig& config, const StatePoint& point) {
  const Genesis& genesis = config.genesis;
  auto state = load_state(store, config, point);
  if (!state) return state.error().in("stored state");
  if (point.height == Height{0}) return Chain::at_genesis(genesis, std::move(*state), *config.verifier);
  auto block = stored_block(store, point.height);
  if (!block) return block.error();
  const BlockHeader& header = block->certified.block.header;
  if (header.state_root != point.root) return corrupt("the stored state is not that of its block");
  if (!point.committee.covers(header.height.next())) {
    return corrupt("the committee stored with the state is not that of the height after it");
  }
  auto decided_by = committee_at(store, point.height, point.committee, genesis);
  if (!decided_by) return decided_by.error();
  Tip tip{header, header.hash(), block->certified.certificate, *decided_by};
  return Chain(genesis.chain_id(), std::move(*state), std::move(tip), point.committee, *config.verifier);
}

Result<void> replay(const EngineConfig& config, Chain& chain, const ChainStore& store, store::Places& unflushed) {
  auto last = store.last_block();
  if (!last) return last.error();
  while (*last && chain.height() < **last) {
    auto stored = stored_block(store, chain.next_height());
    if (!stored) return stored.error();
    std::string place = "stored block " + std::to_string(chain.next_height().value);
    auto block = std::make_shared<Block>(std::move(stored->certified.block));
    auto transition = chain.execute_believing_keys(block);  // this node stored it, having checked them
    if (!transition) transition = chain.execute(block);
    if (!transition) return corrupt(place + ": " + transition.error().message());
    unflushed.add(*block);
    chain.commit(std::move(*transition), std::move(stored->certified.certificate));
    tell(config, "executed again up to block", chain.height().value);
  }
  return {};
}

Result<BlockPtr> load_proposal(const ChainStore& store, const Hash& hash) {
  auto block = store.proposal(hash);
  if (!block) return block.error();
  if (!*block) return BlockPtr{};
  return BlockPtr(std::make_shared<Block>(std::move(**block)));
}

Result<std::optional<ResumedVotes>> load_votes(const ChainStore& store, const Chain& chain) {
  auto votes = store.votes();
  if (!votes) return votes.error();
  if (!*votes || (*votes)->height < chain.next_height()) return std::optional<ResumedVotes>{};
  if ((*votes)->height > chain.next_height()) {
    return corrupt("the vote log is ahead of the blocks: height " + std::to_string((*votes)->height.value) +
                   " after block " + std::to_string(chain.height().value));
  }
  ResumedVotes resumed{std::move(**votes), nullptr, nullptr};
  if (resumed.votes.prepared) {
    auto block = load_proposal(store, resumed.votes.prepared->ballot.digest);
    if (!block) return block.error();
    resumed.prepared = std::move(*block);
  }
  if (resumed.votes.proposed) {
    auto block = load_proposal(store, *resumed.votes.proposed);
    if (!block) return block.error();
    resumed.proposed = std::move(*block);
  }
  return std::optional(std::move(resumed));
}

// Proposals that a crash left behind: the hashes of all that are stored. They go with the next final block.
Result<std::set<Hash>> stored_proposals(const Storage& storage) {
  std::set<Hash> hashes;
  MEDCHAIN_TRY(storage.scan(Table::kProposals, {}, [&](ByteView key, ByteView) {
    if (auto hash = Hash::from(key, "a proposal's key")) hashes.insert(*hash);
    return true;
  }));
  return hashes;
}

// The keys that may vote: those whose vote log the storage holds. A log is begun before anything is said with its key.
Result<std::vector<const Signer*>> hold_vote_log(const EngineConfig& config, const ChainStore& store,
                                                 Storage& storage) {
  auto held = store.vote_log();
  if (!held) return held.error();
  std::vector<const Signer*> voting;
  std::vector<SigningPublicKey> kept, fresh;
  for (const Signer* signer : {config.consensus_key, config.retiring_key}) {
    if (signer == nullptr) continue;
    const SigningPublicKey key = signer->public_key();
    const bool known = std::find(held->begin(), held->end(), key) != held->end();
    if (!known && !(config.begin_vote_log && signer == config.consensus_key)) continue;
    (known ? kept : fresh).push_back(key);
    voting.push_back(signer);
  }
  // A log that no configured key needs stays: a node that is to follow for a while does not lose it.
  if (voting.empty() || (fresh.empty() && kept.size() == held->size())) return voting;
  Batch batch;
  store::put_vote_log(batch, kept, fresh);
  MEDCHAIN_TRY(storage.write(batch, true));
  return voting;
}

}  // namespace

Bytes debt_key(const peer::PayloadKey& key) {
  Bytes bytes = to_bytes(view(kDebtPrefix));
  append(bytes, key.root.bytes);
  bytes.push_back(static_cast<std::uint8_t>(key.parts >> 8));
  bytes.push_back(static_cast<std::uint8_t>(key.parts));
  return bytes;
}

Result<std::vector<peer::PayloadKey>> load_debts(const Storage& storage) {
  std::vector<peer::PayloadKey> debts;
  const std::size_t size = kDebtPrefix.size() + Hash::kSize + 2;
  MEDCHAIN_TRY(storage.scan(Table::kMeta, view(kDebtPrefix), [&](ByteView key, ByteView) {
    if (!text(key).starts_with(kDebtPrefix)) return false;
    if (key.size() != size) return true;
    peer::PayloadKey debt;
    std::memcpy(debt.root.bytes.data(), key.data() + kDebtPrefix.size(), Hash::kSize);
    debt.parts = static_cast<std::uint16_t>(key[size - 2] << 8 | key[size - 1]);
    debts.push_back(debt);
    return true;
  }));
  return debts;
}

Committee genesis_committee(const Genesis& genesis) {
  std::map<Address, Candidate> candidates;
  for (const GenesisParticipant& participant : genesis.participants) {
    if (!participant.consensus_key) continue;
    candidates.emplace(participant.keys.address(), Candidate{.consensus_key = *participant.consensus_key,
                                                             .institution = participant.institution,
                                                             .votes = participant.stake});
  }
  return elect_first(standings_of(candidates), genesis.parameters.committee_size);
}

Anchor genesis_anchor(const Genesis& genesis) {
  return {genesis.chain_id(), Height{1}, genesis_committee(genesis).sorted()};
}

// The genesis is checked once, at the first start: a store that belongs to its chain id was made from the same one.
Result<Engine> Engine::start(EngineConfig config, Storage& storage, Now now) {
  ChainStore store(storage);
  auto initialised = store.is_initialised(config.genesis.chain_id());
  if (!initialised) return initialised.error();

  store::Places unflushed;
  Height flushed;
  auto chain = [&]() -> Result<Chain> {
    if (!*initialised) return first_start(config.genesis, storage, *config.verifier);
    auto point = store.state_point();
    if (!point) return point.error();
    if (!*point) return corrupt("the stored state has no height");
    flushed = (*point)->height;
    auto loaded = chain_at(store, config, **point);
    if (!loaded) return loaded;
    MEDCHAIN_TRY(replay(config, *loaded, store, unflushed));
    return loaded;
  }();
  if (!chain) return chain.error();

  auto voting = hold_vote_log(config, store, storage);
  if (!voting) return voting.error();
  auto resumed = load_votes(store, *chain);
  if (!resumed) return resumed.error();
  auto debts = load_debts(storage);
  if (!debts) return debts.error();

  auto proposals = stored_proposals(storage);
  if (!proposals) return proposals.error();

  auto impl = std::make_unique<Impl>(std::move(config), storage, std::move(*chain), now);
  impl->unflushed = std::move(unflushed);
  impl->flushed = flushed;
  impl->voting_keys = std::move(*voting);
  for (const auto& debt : *debts) impl->fetcher.want(debt, impl->config.self, now.monotonic_ms);
  impl->enter_height(std::move(*resumed));
  impl->stored_proposals = std::move(*proposals);
  return Engine(std::move(impl));
}

}  // namespace medchain
