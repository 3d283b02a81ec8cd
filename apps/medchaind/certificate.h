// `medchaind certificate`: the consortium's authority signs a certificate for a node: for one that joins, and for one
// whose certificate ends.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "medchain/result.h"

namespace medchaind {

struct CertificateOptions {
  std::filesystem::path authority = "ca";  // with ca.crt and ca.key
  std::string node;                        // its address
  std::vector<std::string> hosts;
  unsigned days = 825;
  std::filesystem::path out = ".";  // gets tls.crt and tls.key
};

// Files that are there are replaced: each at once, the certificate last.
medchain::Result<void> make_certificate(const CertificateOptions& options);

}  // namespace medchaind
