// The keys of other participants, which come from a node and are therefore checked before anything is sealed to them.
#pragma once

#include "session.h"

namespace program {

// The current public keys of `address`. Their signing key hashes to the address, or, when they were rotated, a state
// proof under a block that the committee certified shows them; `trust_node` takes the node's word for rotated keys.
// kNotFound: no such participant. kAuthentication: the node's answer does not hold.
medchain::Result<medchain::PublicKeys> current_keys(Session& session, const medchain::Address& address,
                                                    bool trust_node);

}  // namespace program
