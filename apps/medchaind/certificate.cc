#include "certificate.h"

#include "common/files.h"
#include "medchain/rpc/certificates.h"

namespace medchaind {

using medchain::Result;

namespace {

constexpr std::size_t kMaxPemBytes = 1024 * 1024;

}  // namespace

Result<void> make_certificate(const CertificateOptions& options) {
  auto node = medchain::Address::parse(options.node);
  if (!node) return node.error().in("--node");
  medchain::rpc::Authority authority;
  auto certificate = programs::read_text(options.authority / "ca.crt", kMaxPemBytes);
  if (!certificate) return certificate.error();
  authority.certificate = std::move(*certificate);
  auto key = programs::read_text(options.authority / "ca.key", kMaxPemBytes);
  if (!key) return key.error();
  authority.private_key = std::move(*key);
  auto made = medchain::rpc::issue_node_certificate(authority, *node, options.hosts, options.days);
  if (!made) return made.error();
  MEDCHAIN_TRY(
      programs::write_file(options.out / "tls.key", medchain::view(made->private_key), programs::kPrivateMode));
  return programs::write_file(options.out / "tls.crt", medchain::view(made->certificate), programs::kPublicMode);
}

}  // namespace medchaind
