#include "tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>

#include "convert.h"
#include "medchain/rpc/certificates.h"

namespace medchain::rpc {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Error unusable(std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(what) + " is not usable PEM"};
}

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

X509Ptr read_certificate(const std::string& pem) {
  std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  X509Ptr certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  ERR_clear_error();
  return certificate;
}

// KJ takes any key with any certificate and fails at the first connection.
Result<void> check_pair(const std::string& certificate_pem, const std::string& key_pem) {
  X509Ptr certificate = read_certificate(certificate_pem);
  if (!certificate) return unusable("the node's TLS certificate");
  std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())),
                                               BIO_free);
  auto no_passphrase = [](char*, int, int, void*) { return -1; };
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr, EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return unusable("the node's TLS private key");
  const bool pair = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!pair) return Error(ErrorCode::kInvalidArgument, "the node's TLS private key belongs to another certificate");
  return {};
}

}  // namespace

Result<kj::Own<kj::TlsContext>> make_tls(const TlsFiles& files, TlsUse use) {
  if (!read_certificate(files.ca)) return unusable("the authority's certificate");
  if (use != TlsUse::kClient) MEDCHAIN_TRY(check_pair(files.certificate, files.private_key));
  kj::Own<kj::TlsContext> context;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                 const kj::TlsCertificate ca(to_kj(files.ca));
                 kj::TlsContext::Options options;
                 options.useSystemTrustStore = false;
                 options.trustedCertificates = kj::arrayPtr(&ca, 1);
                 options.minVersion = kj::TlsVersion::TLS_1_2;
                 options.verifyClients = use == TlsUse::kPeer;
                 if (use == TlsUse::kClient) {
                   context = kj::heap<kj::TlsContext>(kj::mv(options));
                 } else {
                   const kj::TlsKeypair pair{kj::TlsPrivateKey(to_kj(files.private_key)),
                                             kj::TlsCertificate(to_kj(files.certificate))};
                   options.defaultKeypair = pair;
                   context = kj::heap<kj::TlsContext>(kj::mv(options));
                 }
               })) {
    return Error(ErrorCode::kInvalidArgument, "TLS set-up failed: " + describe(*exception));
  }
  return kj::mv(context);
}

Result<std::string> common_name(const std::string& pem) {
  X509Ptr certificate = read_certificate(pem);
  if (!certificate) return Error(ErrorCode::kMalformed, "the TLS certificate is not usable PEM");
  char name[256] = "";
  if (X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name) < 0) {
    return Error(ErrorCode::kMalformed, "the TLS certificate has no common name");
  }
  return std::string(name);
}

Result<std::uint64_t> certificate_expiry_s(const std::string& pem) {
  X509Ptr certificate = read_certificate(pem);
  tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return Error(ErrorCode::kMalformed, "the TLS certificate is not usable PEM");
  }
  return static_cast<std::uint64_t>(timegm(&end));
}

std::optional<std::string> peer_name(kj::PeerIdentity& identity) {
  auto& tls = kj::downcast<kj::TlsPeerIdentity>(identity);
  if (!tls.hasCertificate()) return std::nullopt;
  std::optional<std::string> name;
  // A certificate without a common name makes KJ throw; it proves nobody.
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { name = to_std(tls.getCommonName()); })) {
    (void)exception;
    return std::nullopt;
  }
  return name;
}

std::string explain_handshake(const kj::Exception& exception, std::string_view other) {
  const std::string who(other);
  const std::string whose = other == "it" ? "its" : who + "'s";
  const std::string text = describe(exception);
  if (contains(text, "onnection refused")) return "connection refused";
  if (contains(text, "o route to host") || contains(text, "etwork is unreachable")) return "no route to the host";
  if (contains(text, "DNS lookup failed") || contains(text, "getaddrinfo")) return "the host's name does not resolve";
  if (exception.getType() == kj::Exception::Type::OVERLOADED) return who + " did not finish the handshake in time";
  if (contains(text, "did not return a certificate") || contains(text, "certificate required")) {
    return who + " showed no certificate";
  }
  if (contains(text, "expired")) return whose + " certificate has expired";
  if (contains(text, "ostname mismatch") || contains(text, "not match")) {
    return whose + " certificate is not a node's of this consortium";
  }
  if (contains(text, "not trusted") || contains(text, "verify failed") || contains(text, "unknown ca") ||
      contains(text, "unable to get") || contains(text, "self-signed") || contains(text, "self signed")) {
    return whose + " certificate is not from this consortium's authority";
  }
  if (contains(text, "wrong version number") || contains(text, "http request") || contains(text, "unknown protocol") ||
      contains(text, "unsupported protocol") || contains(text, "record layer") || contains(text, "packet length")) {
    return who + " does not speak TLS";
  }
  if (exception.getType() == kj::Exception::Type::DISCONNECTED) return who + " ended the connection";
  return "the TLS handshake failed: " + text;
}

}  // namespace medchain::rpc
