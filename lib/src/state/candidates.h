// Who stands for election, and the tally of votes, kept exact with every change of a stake or a vote. The votes for an
// address that does not stand now are kept too, so that they count again as soon as it does.
#pragma once

#include "overlay.h"

namespace medchain::state {

inline constexpr std::uint32_t kPassOverStep = 4;
inline constexpr std::uint32_t kPassOverMax = 32;

// Moves `amount` to, or from, every address in `votes`.
TxStatus add_votes(Overlay& state, const std::vector<Address>& votes, Tokens amount);
TxStatus remove_votes(Overlay& state, const std::vector<Address>& votes, Tokens amount);

// Whether `validator` may stand with this key: a valid one, of nobody else, that it did not replace; and it is not
// barred.
TxStatus may_stand(const Overlay& state, const Address& validator, const SigningPublicKey& key);
// `validator`, which may, stands from now on with this key, with the votes that it has. While it stands already: see
// Stand. The key it stood with before is retired.
TxStatus stand(Overlay& state, const Address& validator, const Address& institution, const SigningPublicKey& key);
// False when it did not stand.
bool end_candidacy(Overlay& state, const Address& validator);

std::map<Address, Candidate> standing_candidates(const Overlay& state);

// Those that missed turns and still stand: at most once each.
void pass_over(Overlay& state, const std::vector<Address>& missed_turns);
void end_round(Overlay& state);

}  // namespace medchain::state
