// Certificates that a committee has signed: tests hold every consensus key.
#pragma once

#include <algorithm>
#include <limits>

#include "medchain/committee.h"
#include "support/genesis.h"

namespace medchain::test {

// Of `ballot`, by so many members as sorted, whose keys are those of `made`.
inline Certificate certify(const TestGenesis& made, const Committee& committee, const Ballot& ballot,
                           std::size_t signers = std::numeric_limits<std::size_t>::max()) {
  Certificate certificate{ballot, {}};
  const std::vector<Member> sorted = committee.sorted();
  for (std::uint16_t place = 0; place < std::min(signers, sorted.size()); ++place) {
    const auto validator = std::ranges::find(made.validators, sorted[place].consensus_key,
                                             [](const TestValidator& one) { return one.consensus.public_key(); });
    const KeySigner signer(validator->consensus.clone());
    certificate.signatures.push_back({place, sign_ballot(ballot, made.genesis.chain_id(), signer)});
  }
  return certificate;
}

}  // namespace medchain::test
