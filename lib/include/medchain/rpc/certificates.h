// X.509 for a consortium: one authority signs a certificate for each node. Everything is PEM text.
//
//   auto authority = rpc::make_authority("Example consortium", 3650);         // once, by whoever founds it
//   auto node0 = rpc::issue_node_certificate(*authority, node0_address, {"node0.example.org"}, 825);
//
// A node's certificate has the node's address (med1...) as common name, the DNS names kNodeName and "localhost" and
// whatever hosts are given, and the extended usages server and client. X.509 version 3 (RFC 5280), P-256, SHA-256,
// random serial numbers. Certificates are not revoked one by one: the registry decides who is a validator, and a
// certificate without the node's own key, which is proved inside TLS, is worth nothing to a peer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "medchain/keys.h"
#include "medchain/result.h"

namespace medchain::rpc {

// In every node certificate of a consortium, and in no other: clients require it, whatever host they dialled.
inline constexpr const char* kNodeName = "node.medchain.internal";

// What can sign further certificates for the consortium. Whoever holds `private_key` can pose as any node to clients.
struct Authority {
  std::string certificate;
  std::string private_key;  // secret: to be kept off the nodes
};
struct Certificate {
  std::string certificate;
  std::string private_key;  // secret
};

// `name`: 1 to 64 bytes of UTF-8, shown to people. Valid from an hour ago, for clocks that are behind, for `valid_days`
// (1 to 36,600). kInvalidArgument.
Result<Authority> make_authority(const std::string& name, unsigned valid_days);
// `hosts`: DNS names without wildcards, and IP addresses. kInvalidArgument; kMalformed for an authority that is no PEM;
// kConflict for one whose key belongs to another certificate.
Result<Certificate> issue_node_certificate(const Authority& authority, const Address& node,
                                           const std::vector<std::string>& hosts, unsigned valid_days);

// The common name of a certificate's subject: of a node's, its address. kMalformed: no certificate.
Result<std::string> common_name(const std::string& certificate);
// Unix time in seconds from which on it is no longer valid. kMalformed: no certificate.
Result<std::uint64_t> certificate_expiry_s(const std::string& certificate);

}  // namespace medchain::rpc
