// X.509 for a consortium: one authority signs a certificate for each node. Everything is PEM text.
//
// A node's certificate has the node's address (med1...) as common name, the DNS names kNodeName and "localhost" and
// whatever hosts are given, and the extended usages server and client. P-256, SHA-256.
#pragma once

#include <string>
#include <vector>

#include "medchain/keys.h"
#include "medchain/result.h"

namespace medchain::rpc {

// In every node certificate of a consortium, and in no other: clients require it, whatever host they dialled.
inline constexpr const char* kNodeName = "node.medchain.internal";

struct Authority {
  std::string certificate;
  std::string private_key;  // secret: to be kept off the nodes
};
struct Certificate {
  std::string certificate;
  std::string private_key;  // secret
};

Result<Authority> make_authority(const std::string& name, unsigned valid_days);
Result<Certificate> issue_node_certificate(const Authority& authority, const Address& node,
                                           const std::vector<std::string>& hosts, unsigned valid_days);

}  // namespace medchain::rpc
