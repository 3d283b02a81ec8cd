#include "fuzz_engine_steps.h"
#include "seeds.h"
#include "stand_ins.h"

namespace medchain::fuzz {
namespace {

using namespace consensus;

constexpr Height kHeight{2};  // that fuzz_consensus decides

void put_message(Seeds& seeds, const std::string& name, PeerBody body) {
  const Bytes bytes = bcs::encode(PeerMessage{std::move(body)});
  seeds.put("peer_message", name, bytes);
  seeds.put("peer_message", name + "_queued", Script().piece(bytes).piece(bytes));
}

// The block of kHeight, named by its leader.
peer::CompactProposal compact_proposal(const World& world) {
  const Block block = world.block(kHeight).certified.block;
  const Committee committee = world.committee(kHeight);
  peer::CompactProposal compact;
  compact.proposal.member = static_cast<std::uint16_t>(committee.leader(kHeight, View{0}));
  compact.proposal.ballot = {committee.round, kHeight, View{0}, VoteType::kProposal, block.hash()};
  compact.proposal.block = std::make_shared<const Block>(Block{block.header, {}});
  for (const TxPtr& transaction : block.transactions) compact.transactions.push_back(transaction->id);
  return compact;
}

void put_messages(Seeds& seeds, const World& world) {
  const StoredBlock stored = world.block(Height{1});
  put_message(seeds, "status", peer::Status{kHeight, world.block_hash(kHeight)});
  put_message(seeds, "blocks_request", peer::BlocksRequest{kHeight, 3});
  put_message(seeds, "blocks", peer::Blocks{{stored.certified, world.block(kHeight).certified}});
  put_message(seeds, "transactions", peer::Transactions{{{bcs::encode(world.transactions[1]), world.payloads[1]}}});
  put_message(seeds, "payloads_request", peer::PayloadsRequest{{{world.payloads[1].root(), 3}}});
  put_message(seeds, "payloads", peer::Payloads{{world.payloads[1]}});
  put_message(seeds, "proposal_request", peer::ProposalRequest{world.block_hash(kHeight)});
  put_message(seeds, "proposal_block", peer::ProposalBlock{stored.certified.block});
  put_message(seeds, "compact_proposal", compact_proposal(world));
  for (std::size_t i = 0; i < std::min<std::size_t>(world.cluster.events().size(), 60); ++i) {
    const Event& event = world.cluster.events()[i];
    if (event.bytes) seeds.put("peer_message", "heard_" + std::to_string(i), *event.bytes);
  }
}

void add_step(Script& script, EngineStep step, std::size_t peer = 1) {
  script.byte(static_cast<std::size_t>(step) | (peer - 1) << 4);
}

// What node 0 heard, from `first` on and up to `last`.
Script script_of(const std::vector<Event>& events, std::size_t first, std::size_t last, bool real) {
  Script script;
  script.byte(real ? 0 : 1);
  std::uint64_t now_ms = 0;
  for (std::size_t i = first; i < std::min(last, events.size()); ++i) {
    const Event& event = events[i];
    for (; now_ms < event.at.monotonic_ms; now_ms += std::min<std::uint64_t>(event.at.monotonic_ms - now_ms, 255)) {
      add_step(script, EngineStep::kPass);
      script.byte(std::min<std::uint64_t>(event.at.monotonic_ms - now_ms, 255));
    }
    if (event.kind == Event::Kind::kTick) add_step(script, EngineStep::kTick);
    if (event.kind == Event::Kind::kConnected) add_step(script, EngineStep::kConnect, event.from);
    if (event.kind != Event::Kind::kMessage) continue;
    add_step(script, EngineStep::kMessage, event.from);
    script.piece(*event.bytes);
  }
  return script;
}

// A node that was away: told of a height, it asks for blocks and payloads.
Script catching_up(const World& world) {
  Script script;
  script.byte(0);
  add_step(script, EngineStep::kConnect);
  auto say = [&](PeerBody body) {
    add_step(script, EngineStep::kMessage);
    script.piece(bcs::encode(PeerMessage{std::move(body)}));
  };
  say(peer::Status{Height{8}, world.block_hash(Height{8})});
  for (int times = 0; times < 2; ++times) {
    add_step(script, EngineStep::kPass);
    script.byte(200);
    add_step(script, EngineStep::kTick);
  }
  peer::Blocks blocks;
  for (Height height{1}; height <= Height{8}; height = height.next())
    blocks.blocks.push_back(world.block(height).certified);
  say(std::move(blocks));
  for (const Payload& payload : world.payloads) {
    if (!payload.parts.empty()) say(peer::Payloads{{payload}});
  }
  say(peer::BlocksRequest{Height{1}, 8});
  say(peer::PayloadsRequest{{{world.payloads[1].root(), 3}}});
  return script;
}

// A proposal names what is not here, and its block is asked for; all signatures are believed.
Script hearing_names(const World& world) {
  Script script;
  script.byte(1);
  const peer::CompactProposal compact = compact_proposal(world);
  const Address leader = world.committee(kHeight).order.at(compact.proposal.member).validator;
  std::size_t from = 1;
  while (from + 1 < kValidators && world.node(from) != leader) ++from;
  auto say = [&](PeerBody body) {
    add_step(script, EngineStep::kMessage, from);
    script.piece(bcs::encode(PeerMessage{std::move(body)}));
  };
  add_step(script, EngineStep::kConnect, from);
  say(peer::Blocks{{world.block(Height{1}).certified}});
  say(compact);
  add_step(script, EngineStep::kPass);
  script.byte(20);
  add_step(script, EngineStep::kTick);
  say(peer::ProposalBlock{world.block(kHeight).certified.block});
  return script;
}

Script with_a_slow_disk(const World& world) {
  Script script;
  script.byte(1);
  add_step(script, EngineStep::kConnect);
  add_step(script, EngineStep::kKeepWaiting, 2);
  for (std::size_t i = 0; i < 4; ++i) {
    add_step(script, EngineStep::kSubmit);
    script.piece(bcs::encode(Submission{bcs::encode(world.transactions[i]), world.payloads[i]}));
    add_step(script, EngineStep::kAnswer);
  }
  add_step(script, EngineStep::kKeepWaiting, 1);
  add_step(script, EngineStep::kDisconnect);
  return script;
}

void put_engine(Seeds& seeds, const World& world) {
  const auto& events = world.cluster.events();
  for (std::size_t last : {12, 40, 90, 200}) {
    seeds.put("engine", "heard_" + std::to_string(last), script_of(events, 0, last, true));
    seeds.put("engine", "believed_" + std::to_string(last), script_of(events, 0, last, false));
  }
  seeds.put("engine", "catching_up", catching_up(world));
  seeds.put("engine", "names", hearing_names(world));
  seeds.put("engine", "slow_disk", with_a_slow_disk(world));
}

template <class M>
Message believable(M message) {
  Message signed_message(std::move(message));
  sign(signed_message, world().chain, Pretender(SigningPublicKey{}));
  return signed_message;
}

// All give up view 0, one of them with what it prepared; the next leader makes a new view of it.
Script view_change(const World& world) {
  const Committee committee = world.committee(kHeight);
  const Block block = world.block(kHeight).certified.block;
  auto ballot = [&](VoteType type, View view, const Hash& digest) {
    return Ballot{committee.round, kHeight, view, type, digest};
  };
  Certificate prepared{ballot(VoteType::kPrepare, View{0}, block.hash()), {}};
  for (std::uint16_t i = 0; i < 3; ++i) prepared.signatures.push_back({i, Signature{{1}}});
  Script script;
  script.byte(0).byte(3).byte(50);
  Proposal proposal;
  for (std::uint16_t member = 0; member < 4; ++member) {
    ViewChange change{member, {}, std::nullopt, {}};
    if (member == 0) change.prepared = prepared;
    change.ballot = ballot(VoteType::kViewChange, View{1}, digest_of(change.prepared));
    const Message message = believable(std::move(change));
    script.byte(0).piece(bcs::encode(message));
    if (member < 3) proposal.justification.push_back(std::get<ViewChange>(message));
  }
  proposal.member = static_cast<std::uint16_t>(committee.leader(kHeight, View{1}));
  proposal.block = std::make_shared<const Block>(block);
  proposal.ballot = ballot(VoteType::kProposal, View{1}, block.hash());
  script.byte(0).piece(bcs::encode(believable(std::move(proposal)))).byte(0x85);
  for (VoteType type : {VoteType::kPrepare, VoteType::kCommit}) {
    for (std::uint16_t member = 0; member < 4; ++member) {
      script.byte(0).piece(bcs::encode(believable(VoteMessage{member, ballot(type, View{1}, block.hash()), {}})));
    }
  }
  return script;
}

void put_consensus(Seeds& seeds, const World& world) {
  for (std::size_t self : {0, 1}) {
    Script script;
    script.byte(self);
    for (const Event& event : world.cluster.events()) {
      auto message = event.bytes ? bcs::decode<PeerMessage>(*event.bytes) : Error(ErrorCode::kNotFound, "a tick");
      auto* said = message ? std::get_if<peer::Consensus>(&message->body) : nullptr;
      if (said == nullptr || ballot_of(said->message).height != kHeight) continue;
      script.byte(0).piece(bcs::encode(said->message));
      if (std::holds_alternative<Proposal>(said->message)) script.byte(0x85);
    }
    seeds.put("consensus", "heard_" + std::to_string(self), script);
  }
  seeds.put("consensus", "view_change", view_change(world));
  Script leading;
  leading.byte(0).byte(0x84).byte(3).byte(20).byte(6).piece(bcs::encode(world.block(kHeight).certified.block));
  seeds.put("consensus", "leading", leading);
}

}  // namespace

void put_node_seeds(Seeds& seeds) {
  put_messages(seeds, world());
  put_engine(seeds, world());
  put_consensus(seeds, world());
}

}  // namespace medchain::fuzz
