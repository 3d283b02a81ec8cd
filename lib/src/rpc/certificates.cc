#include "medchain/rpc/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace medchain::rpc {
namespace {

constexpr long kClockToleranceSeconds = 3600;  // a node whose clock is behind accepts certificates made just now
constexpr unsigned kMaxValidDays = 100 * 366;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

Error openssl_error(std::string_view what) {
  char reason[256] = "unknown reason";
  if (auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  return {ErrorCode::kInternal, std::string(what) + ": OpenSSL: " + reason};
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<std::string> to_pem(X509* certificate) {
  Bio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return openssl_error("writing a certificate");
  return text_of(out.get());
}

Result<std::string> to_pem(EVP_PKEY* key) {
  Bio out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_error("writing a private key");
  }
  return text_of(out.get());
}

template <class Pointer, class Read>
Result<Pointer> from_pem(const std::string& pem, Read read, std::string_view what) {
  Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1 << 20))));
  // Without a callback that refuses, OpenSSL would ask for a passphrase on the terminal.
  auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Pointer value(in ? read(in.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!value) return Error(ErrorCode::kMalformed, std::string(what) + " is not PEM");
  return value;
}

Result<void> add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    return openssl_error("a certificate extension");
  return {};
}

// 128 random bits, positive: unique without a register of what was issued (CA/Browser Forum baseline, section 7.1).
Result<void> set_random_serial(X509* certificate) {
  std::unique_ptr<BIGNUM, Free<BN_free>> serial(BN_new());
  if (!serial || BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) == nullptr) {
    return openssl_error("a certificate's serial number");
  }
  return {};
}

Result<void> set_validity(X509* certificate, unsigned days) {
  if (days == 0 || days > kMaxValidDays) {
    return Error(ErrorCode::kInvalidArgument, "a certificate valid for " + std::to_string(days) +
                                                  " days: expected 1 to " + std::to_string(kMaxValidDays));
  }
  if (X509_gmtime_adj(X509_getm_notBefore(certificate), -kClockToleranceSeconds) == nullptr ||
      X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(days), 0, nullptr) == nullptr) {
    return openssl_error("a certificate's validity");
  }
  return {};
}

Result<void> set_common_name(X509* certificate, const std::string& name) {
  if (name.empty() || name.size() > 64) {  // ub-common-name, RFC 5280 appendix A
    return Error(ErrorCode::kInvalidArgument,
                 "a certificate's name of " + std::to_string(name.size()) + " bytes: expected 1 to 64");
  }
  if (X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1,
                                 0) != 1) {
    return openssl_error("a certificate's name");
  }
  return {};
}

// A version 3 certificate with everything but issuer, extensions and signature.
Result<X509Ptr> draft(EVP_PKEY* key, const std::string& name, unsigned valid_days) {
  X509Ptr certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(certificate.get(), key) != 1) {
    return openssl_error("a new certificate");
  }
  MEDCHAIN_TRY(set_random_serial(certificate.get()));
  MEDCHAIN_TRY(set_validity(certificate.get(), valid_days));
  MEDCHAIN_TRY(set_common_name(certificate.get(), name));
  return certificate;
}

Result<Key> new_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("a new P-256 key");
  return key;
}

bool is_ip_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

// Names go into OpenSSL's small configuration language, so only characters without a meaning there may pass.
Result<std::string> alternative_names(const std::vector<std::string>& hosts) {
  std::string names = std::string("DNS:") + kNodeName + ",DNS:localhost";
  for (const std::string& host : hosts) {
    auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    };
    const bool ip = is_ip_address(host);
    if (host.empty() || host.size() > 253 || (!ip && !std::all_of(host.begin(), host.end(), plain))) {
      return Error(ErrorCode::kInvalidArgument, "a certificate's host name: expected a DNS name or an IP address");
    }
    if (host != "localhost") names += (ip ? ",IP:" : ",DNS:") + host;
  }
  return names;
}

Result<void> sign(X509* certificate, EVP_PKEY* key) {
  if (X509_sign(certificate, key, EVP_sha256()) == 0) return openssl_error("signing a certificate");
  return {};
}

struct AuthorityParts {
  X509Ptr certificate;
  Key key;
};

Result<AuthorityParts> read_authority(const Authority& authority) {
  auto certificate = from_pem<X509Ptr>(authority.certificate, PEM_read_bio_X509, "the authority's certificate");
  if (!certificate) return certificate.error();
  auto key = from_pem<Key>(authority.private_key, PEM_read_bio_PrivateKey, "the authority's private key");
  if (!key) return key.error();
  const bool pair = X509_check_private_key(certificate->get(), key->get()) == 1;
  ERR_clear_error();
  if (!pair) return Error(ErrorCode::kConflict, "the authority's private key belongs to another certificate");
  return AuthorityParts{std::move(*certificate), std::move(*key)};
}

}  // namespace

Result<Authority> make_authority(const std::string& name, unsigned valid_days) {
  auto key = new_key();
  if (!key) return key.error();
  auto certificate = draft(key->get(), name, valid_days);
  if (!certificate) return certificate.error();
  X509* x509 = certificate->get();
  if (X509_set_issuer_name(x509, X509_get_subject_name(x509)) != 1) return openssl_error("a certificate's issuer");
  MEDCHAIN_TRY(add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  MEDCHAIN_TRY(add_extension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign"));
  MEDCHAIN_TRY(add_extension(x509, x509, NID_subject_key_identifier, "hash"));
  MEDCHAIN_TRY(sign(x509, key->get()));
  auto certificate_pem = to_pem(x509);
  if (!certificate_pem) return certificate_pem.error();
  auto key_pem = to_pem(key->get());
  if (!key_pem) return key_pem.error();
  return Authority{std::move(*certificate_pem), std::move(*key_pem)};
}

Result<Certificate> issue_node_certificate(const Authority& authority, const Address& node,
                                           const std::vector<std::string>& hosts, unsigned valid_days) {
  auto issuer = read_authority(authority);
  if (!issuer) return issuer.error();
  auto names = alternative_names(hosts);
  if (!names) return names.error();
  auto key = new_key();
  if (!key) return key.error();
  auto certificate = draft(key->get(), node.text(), valid_days);
  if (!certificate) return certificate.error();
  X509* x509 = certificate->get();
  X509* ca = issuer->certificate.get();
  if (X509_set_issuer_name(x509, X509_get_subject_name(ca)) != 1) return openssl_error("a certificate's issuer");
  MEDCHAIN_TRY(add_extension(x509, ca, NID_basic_constraints, "critical,CA:FALSE"));
  MEDCHAIN_TRY(add_extension(x509, ca, NID_key_usage, "critical,digitalSignature"));
  MEDCHAIN_TRY(add_extension(x509, ca, NID_ext_key_usage, "serverAuth,clientAuth"));
  MEDCHAIN_TRY(add_extension(x509, ca, NID_subject_key_identifier, "hash"));
  MEDCHAIN_TRY(add_extension(x509, ca, NID_authority_key_identifier, "keyid:always"));
  MEDCHAIN_TRY(add_extension(x509, ca, NID_subject_alt_name, *names));
  MEDCHAIN_TRY(sign(x509, issuer->key.get()));
  auto certificate_pem = to_pem(x509);
  if (!certificate_pem) return certificate_pem.error();
  auto key_pem = to_pem(key->get());
  if (!key_pem) return key_pem.error();
  return Certificate{std::move(*certificate_pem), std::move(*key_pem)};
}

}  // namespace medchain::rpc
