// HL7 v2 over MLLP: every message is answered, AA only once it is queued durably.
#pragma once

#include "site.h"

namespace medchain::gateway {

class MllpFront {
 public:
  // Borrows `site` and `tls`, which is null for a port in the clear.
  MllpFront(Site& site, kj::Own<kj::ConnectionReceiver> port, kj::TlsContext* tls);

 private:
  Door door_;
};

}  // namespace medchain::gateway
