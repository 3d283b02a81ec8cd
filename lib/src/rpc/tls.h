// TLS contexts of a consortium, and what their failures mean to people.
#pragma once

#include <kj/compat/tls.h>

#include <list>
#include <memory>
#include <string>

#include "medchain/result.h"
#include "medchain/rpc/certificates.h"

namespace medchain::rpc {

struct TlsFiles {  // PEM
  std::string ca;
  std::string certificate;  // empty for a client
  std::string private_key;
};

enum class TlsUse {
  kPeer,        // presents the node's certificate and demands one; both when dialling and when accepting
  kClientPort,  // presents the node's certificate, demands none
  kClient,      // presents none
};

// TLS 1.2 or later, no certificate trusted but the authority's. kInvalidArgument: PEM that is none, a key that belongs
// to another certificate.
Result<kj::Own<kj::TlsContext>> make_tls(const TlsFiles& files, TlsUse use);

// The context in use: one that is replaced lives on with the connections that were made with it.
class CurrentTls {
 public:
  void replace(kj::Own<kj::TlsContext> context) { contexts_.push_back(kj::mv(context)); }
  kj::TlsContext& get() { return *contexts_.back(); }

 private:
  std::list<kj::Own<kj::TlsContext>> contexts_;
};

// The common name that the other side's certificate proved; nothing when it showed none.
std::optional<std::string> peer_name(kj::PeerIdentity& identity);

// Why connecting or the handshake failed, in the words of the side that waits for `other` ("the node", "it").
std::string explain_handshake(const kj::Exception& exception, std::string_view other);

}  // namespace medchain::rpc
