#include "medchain/rpc/certificates.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "support/catch.h"
#include "support/genesis.h"
#include "tls.h"

namespace medchain::rpc {
namespace {

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

X509Ptr parse(const std::string& pem) {
  std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), X509_free};
}

// OpenSSL's own verdict on a chain of two, for one purpose.
int verify_chain(const std::string& leaf_pem, const std::string& ca_pem, int purpose) {
  auto leaf = parse(leaf_pem);
  auto ca = parse(ca_pem);
  std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), ca.get());
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

const Address kNode = test::test_keys("node").address();

TEST_CASE("a node's certificate verifies under its authority, strictly, as server and as client") {
  auto authority = make_authority("Test consortium", 10);
  REQUIRE(authority);
  auto node = issue_node_certificate(*authority, kNode, {"127.0.0.1", "node0.example.org"}, 10);
  REQUIRE(node);
  CHECK(verify_chain(node->certificate, authority->certificate, X509_PURPOSE_SSL_SERVER) == X509_V_OK);
  CHECK(verify_chain(node->certificate, authority->certificate, X509_PURPOSE_SSL_CLIENT) == X509_V_OK);
  auto other = make_authority("Test consortium", 10);
  CHECK(verify_chain(node->certificate, other->certificate, X509_PURPOSE_SSL_SERVER) != X509_V_OK);
}

TEST_CASE("a node's certificate names its address and hosts") {
  auto authority = make_authority("Test consortium", 10);
  auto node = issue_node_certificate(*authority, kNode, {"127.0.0.1", "node0.example.org", "localhost"}, 10);
  REQUIRE(node);
  CHECK(*common_name(node->certificate) == kNode.text());
  auto certificate = parse(node->certificate);
  CHECK(X509_check_host(certificate.get(), kNodeName, 0, 0, nullptr) == 1);
  CHECK(X509_check_host(certificate.get(), "localhost", 0, 0, nullptr) == 1);
  CHECK(X509_check_host(certificate.get(), "node0.example.org", 0, 0, nullptr) == 1);
  CHECK(X509_check_host(certificate.get(), "node1.example.org", 0, 0, nullptr) == 0);
  CHECK(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0) == 1);
  CHECK(X509_get_version(certificate.get()) == X509_VERSION_3);
  CHECK((X509_get_extension_flags(certificate.get()) & EXFLAG_CA) == 0);
  CHECK(X509_check_ca(parse(authority->certificate).get()) == 1);
}

TEST_CASE("a node's certificate cannot issue others") {
  auto authority = make_authority("Test consortium", 10);
  auto node = issue_node_certificate(*authority, kNode, {}, 10);
  auto forged = issue_node_certificate({node->certificate, node->private_key}, kNode, {}, 10);
  REQUIRE(forged);
  CHECK(verify_chain(forged->certificate, node->certificate, X509_PURPOSE_SSL_SERVER) != X509_V_OK);
}

TEST_CASE("serial numbers are random and positive") {
  auto authority = make_authority("Test consortium", 10);
  auto a = parse(issue_node_certificate(*authority, kNode, {}, 10)->certificate);
  auto b = parse(issue_node_certificate(*authority, kNode, {}, 10)->certificate);
  CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(a.get()), X509_get0_serialNumber(b.get())) != 0);
  CHECK(X509_get0_serialNumber(a.get())->length == 16);
}

TEST_CASE("bad arguments for certificates are errors that say what was expected") {
  auto authority = make_authority("Test consortium", 10);
  CHECK(make_authority("", 10).error().code() == ErrorCode::kInvalidArgument);
  CHECK(make_authority(std::string(65, 'x'), 10).error().code() == ErrorCode::kInvalidArgument);
  CHECK(make_authority("x", 0).error().code() == ErrorCode::kInvalidArgument);
  CHECK(make_authority("x", 1'000'000).error().code() == ErrorCode::kInvalidArgument);
  for (const char* host : {"", "a,DNS:evil.example", "a b", "a\nb", "*.example.org"}) {
    CAPTURE(host);
    auto refused = issue_node_certificate(*authority, kNode, {host}, 10);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::kInvalidArgument);
  }
  CHECK(issue_node_certificate({"no PEM", authority->private_key}, kNode, {}, 10).error().code() ==
        ErrorCode::kMalformed);
  CHECK(issue_node_certificate({authority->certificate, "no PEM"}, kNode, {}, 10).error().code() ==
        ErrorCode::kMalformed);
  auto other = make_authority("Test consortium", 10);
  CHECK(issue_node_certificate({authority->certificate, other->private_key}, kNode, {}, 10).error().code() ==
        ErrorCode::kConflict);
}

TEST_CASE("TLS files that do not belong together are refused before any connection") {
  auto authority = make_authority("Test consortium", 10);
  auto a = issue_node_certificate(*authority, kNode, {}, 10);
  auto b = issue_node_certificate(*authority, kNode, {}, 10);
  CHECK(make_tls({authority->certificate, a->certificate, a->private_key}, TlsUse::kPeer));
  CHECK(make_tls({authority->certificate, {}, {}}, TlsUse::kClient));
  CHECK_FALSE(make_tls({authority->certificate, a->certificate, b->private_key}, TlsUse::kPeer));
  CHECK_FALSE(make_tls({"no PEM", a->certificate, a->private_key}, TlsUse::kPeer));
  CHECK_FALSE(make_tls({"", {}, {}}, TlsUse::kClient));
  CHECK_FALSE(make_tls({authority->certificate, "no PEM", a->private_key}, TlsUse::kClientPort));
  CHECK_FALSE(make_tls({authority->certificate, a->certificate, ""}, TlsUse::kClientPort));
}

}  // namespace
}  // namespace medchain::rpc
