// What a node released, checked before anything is done with it: a node may send the body and wrap of another record,
// or name another author, and would then have the caller read, or share, something else than was asked for.
#pragma once

#include "medchain/sealing.h"
#include "session.h"

namespace program {

// The transaction that put the record, signed by its author: from it follow the id, the author and the commitment, so
// that the node's own account of the record is never relied on.
struct Origin {
  medchain::Address author;
  medchain::SigningPublicKey author_key;  // current when it was written
  medchain::Put put;
};

medchain::Result<Origin> origin_of(Session& session, const medchain::RecordId& id, const medchain::Record& record);

// What the envelope of a record is bound to, and the error when it is bound to something else.
medchain::SealContext context_of(const Session& session, const medchain::RecordId& id);
medchain::Error another_record();

// The plaintext. kAuthentication: of another record, not by its author, or not what the author committed to.
medchain::Result<medchain::Bytes> open_released(Session& session, const medchain::RecordId& id,
                                                const medchain::rpc::ReleasedRecord& released, const Origin& origin);

}  // namespace program
