// What a committee's replicas do for one block, from entering its height to the last one's decision: all of their steps
// and all of their signatures. Each replica signs a prepare and a commit, the leader also its proposal; each checks the
// proposal, the others' prepares, and commits until it holds a quorum. Not here: executing the block, the disk, the
// network.
#include <sodium.h>

#include <algorithm>
#include <deque>

#include "medchain/consensus.h"
#include "parts.h"

namespace medchain::benchmark {
namespace {

using namespace consensus;

// Signatures for nothing: what is left are the replicas' own steps.
class NoSigner final : public Signer {
 public:
  explicit NoSigner(const SigningPublicKey& key) : key_(key) {}
  SigningPublicKey public_key() const override { return key_; }
  Signature sign(std::string_view, const ChainId&, ByteView) const override { return {}; }

 private:
  SigningPublicKey key_;
};

class NoVerifier final : public SignatureVerifier {
 public:
  bool verify(const SigningPublicKey&, std::string_view, const ChainId&, ByteView,
              const Signature& signature) const override {
    return signature == Signature{};
  }
};
const NoVerifier kNoVerifier;

// The smallest host of a whole committee: messages arrive in order, every block is empty and valid.
class Replicas {
 public:
  Replicas(std::size_t members, bool with_signatures)
      : verifier_(with_signatures ? real_signatures() : kNoVerifier), decided_(members) {
    for (std::size_t i = 0; i < members; ++i) {
      SigningKey key = SigningKey::generate(KeyAlgorithm::kEd25519);
      const SigningPublicKey open = key.public_key();
      committee_.order.push_back({address_of(open), open});
      if (with_signatures) {
        signers_.push_back(std::make_unique<KeySigner>(std::move(key)));
      } else {
        signers_.push_back(std::make_unique<NoSigner>(open));
      }
      Config config;
      config.chain = chain_;
      replicas_.emplace_back(config).step(WorkWaiting{true}, kNow);  // so that the leader proposes at once
    }
  }

  void decide_next_block() {
    height_ = height_.next();
    if (!committee_.covers(height_)) {
      committee_.round = committee_.round.next();
      committee_.first_height = height_;
    }
    decided_.assign(size(), false);
    for (std::size_t i = 0; i < size(); ++i) step(i, EnterHeight{height_, committee_, i, {}, nullptr});
    while (!under_way_.empty()) {
      const auto [from, message] = std::move(under_way_.front());
      under_way_.pop_front();
      for (std::size_t to = 0; to < size(); ++to) deliver(from, to, message);
    }
    check(std::count(decided_.begin(), decided_.end(), true) == static_cast<std::ptrdiff_t>(size()));
  }

  std::size_t size() const { return replicas_.size(); }
  std::size_t signatures() const { return signatures_; }  // so far
  std::size_t checks() const { return checks_; }          // so far, each of one signature

 private:
  static constexpr std::uint64_t kNow = 0;  // nothing is ever late

  // A node that has decided is at the next height: what comes for this one is dropped unread.
  void deliver(std::size_t from, std::size_t to, const Message& message) {
    if (decided_[to]) return;
    if (to != from) {
      check(verify_message(message, committee_, height_, chain_, verifier_).ok());
      ++checks_;
    }
    step(to, Receive{message});
  }

  void step(std::size_t member, Input input) {
    for (Effect& effect : replicas_[member].step(std::move(input), kNow)) {
      std::visit([&](auto& what) { carry_out(member, what); }, effect);
    }
  }

  void carry_out(std::size_t member, Send& send) {
    sign(send.message, chain_, *signers_[member]);
    ++signatures_;
    under_way_.emplace_back(member, std::move(send.message));
  }
  void carry_out(std::size_t member, const MakeProposal& make) {
    Block block;
    block.header.chain = chain_;
    block.header.round = committee_.round;
    block.header.height = height_;
    block.header.producer = committee_.order[member].validator;
    step(member, Proposed{make.view, std::make_shared<const Block>(std::move(block))});
  }
  void carry_out(std::size_t member, const Validate& validate) {
    step(member, Validated{validate.block->hash(), true});
  }
  void carry_out(std::size_t member, const Decide& decide) {
    check(decide.block->header.height == height_ && decide.certificate.signatures.size() >= committee_.quorum());
    decided_[member] = true;
  }
  void carry_out(std::size_t, const Persist&) {}  // the disk's
  template <class Unexpected>
  void carry_out(std::size_t, const Unexpected&) {
    check(false);  // no view fails here, and no block is missing
  }

  ChainId chain_ = random_fixed<32, ChainIdTag>();
  const SignatureVerifier& verifier_;
  Committee committee_;
  Height height_;
  std::vector<std::unique_ptr<Signer>> signers_;
  std::vector<Replica> replicas_;
  std::vector<bool> decided_;
  std::deque<std::pair<std::size_t, Message>> under_way_;
  std::size_t signatures_ = 0, checks_ = 0;
};

void block_by(State& state, bool with_signatures) {
  Replicas replicas(static_cast<std::size_t>(state.range(0)), with_signatures);
  for (auto _ : state) replicas.decide_next_block();
  count(state, "replica", replicas.size());
}

// As many signatures made and checked as that takes, and nothing else.
void signatures_raw(State& state) {
  Replicas replicas(static_cast<std::size_t>(state.range(0)), false);
  replicas.decide_next_block();
  const Bytes vote(std::string_view("medchain/vote/v1").size() + 1 + 32 + bcs::encode(Ballot{}).size(), 7);
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_keypair(open.data(), secret.data());
  for (auto _ : state) {
    for (std::size_t i = 0; i < replicas.signatures(); ++i) {
      crypto_sign_detached(signature.data(), nullptr, vote.data(), vote.size(), secret.data());
    }
    for (std::size_t i = 0; i < replicas.checks(); ++i) {
      check(crypto_sign_verify_detached(signature.data(), vote.data(), vote.size(), open.data()) == 0);
    }
  }
  count(state, "replica", replicas.size());
}

void committees(::benchmark::internal::Benchmark* made) {
  for (std::int64_t members : {4, 7, 10, 16, 31}) made->Arg(members);
  made->Unit(::benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(block_by, real, true)->Name("replicas/block")->Apply(committees);
BENCHMARK(signatures_raw)->Name("replicas/block/raw")->Apply(committees);
BENCHMARK_CAPTURE(block_by, none, false)->Name("replicas/block without signatures")->Apply(committees);

}  // namespace
}  // namespace medchain::benchmark
