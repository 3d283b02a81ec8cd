// One replica by hand: its inputs in a line, its effects by type.
#pragma once

#include "samples.h"

namespace medchain::consensus {

template <class E>
std::vector<E> all(const Effects& effects) {
  std::vector<E> found;
  for (const Effect& effect : effects) {
    if (const auto* e = std::get_if<E>(&effect)) found.push_back(*e);
  }
  return found;
}

// The ballots sent, in order.
inline std::vector<Ballot> sent(const Effects& effects) {
  std::vector<Ballot> ballots;
  for (const Send& send : all<Send>(effects)) ballots.push_back(ballot_of(send.message));
  return ballots;
}

struct Driver {
  explicit Driver(std::size_t self, std::size_t members = 4) : s(members), self(self), replica(s.config()) {}

  Effects enter(std::optional<DurableVotes> votes = {}, BlockPtr prepared = nullptr, BlockPtr proposed = nullptr) {
    return step(EnterHeight{s.height, s.committee, self, std::move(votes), std::move(prepared), std::move(proposed)});
  }
  Effects step(Input input) { return replica.step(std::move(input), now_ms); }
  Effects receive(Message message) { return step(Receive{std::move(message)}); }
  Effects vote(std::size_t member, VoteType type, View view, const Hash& digest) {
    return receive(s.vote(member, type, view, digest));
  }
  Effects tick_at(std::uint64_t time_ms) {
    now_ms = time_ms;
    return step(Tick{});
  }
  // Own messages come back, as the host is obliged to let them.
  Effects echo(const Effects& effects) {
    Effects more;
    for (Send send : all<Send>(effects)) {
      sign(send.message, s.chain, test::SimulatedSigner(self));
      for (Effect& effect : receive(send.message)) more.push_back(std::move(effect));
    }
    return more;
  }

  Samples s;
  std::size_t self;
  Replica replica;
  std::uint64_t now_ms = 0;
};

}  // namespace medchain::consensus
