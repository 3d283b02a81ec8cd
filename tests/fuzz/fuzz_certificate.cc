// What an operator gives for TLS: PEM of an authority and of a node, and host names. Whatever is not usable is an
// error; no host name adds anything but itself to a certificate, and a certificate that is issued names the node.
#include "medchain/rpc/certificates.h"
#include "pieces.h"
#include "support/genesis.h"
#include "tls.h"

using namespace medchain;

namespace {

std::string text_of(ByteView bytes) { return std::string(text(bytes)); }

void issue(const rpc::Authority& authority, const std::vector<std::string>& hosts) {
  static const Address node = address_of(test::test_signing_key("fuzz node").public_key());
  auto issued = rpc::issue_node_certificate(authority, node, hosts, 30);
  if (!issued) return;
  auto name = rpc::common_name(issued->certificate);
  MEDCHAIN_ASSERT(name && *name == node.text(), "a certificate that names somebody else");
  const rpc::TlsFiles files{authority.certificate, issued->certificate, issued->private_key};
  MEDCHAIN_ASSERT(rpc::make_tls(files, rpc::TlsUse::kPeer), "an issued certificate that TLS does not take");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rpc::Authority ours = *rpc::make_authority("Fuzz consortium", 30);
  fuzz::Pieces pieces({data, size});
  const std::uint8_t what = pieces.byte();
  const std::string first = text_of(pieces.piece());
  const std::string second = text_of(pieces.piece());
  if (what % 4 == 0) issue(ours, {first, second});
  if (what % 4 == 1) issue({first, second}, {"localhost"});
  if (what % 4 == 2) rpc::make_tls({ours.certificate, first, second}, rpc::TlsUse::kClientPort).ok();
  if (what % 4 == 3) rpc::make_tls({first, "", ""}, rpc::TlsUse::kClient).ok();
  rpc::common_name(first).ok();
  return 0;
}
