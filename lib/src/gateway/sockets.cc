#include "sockets.h"

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace medchain::gateway {
namespace {

constexpr int kBacklog = 512;

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Error unusable(const std::string& what) { return {ErrorCode::kInvalidArgument, what}; }

Result<Addresses> resolve(const std::string& host_port) {
  const auto colon = host_port.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return unusable("\"" + host_port + "\" is not HOST:PORT, as in 127.0.0.1:7301");
  }
  // The system would take a port above 65535 for another one.
  const char* end = host_port.data() + host_port.size();
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(host_port.data() + colon + 1, end, port);
  if (error != std::errc() || stop != end) return unusable("\"" + host_port + "\" has no port from 0 to 65535");
  std::string host = host_port.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); code != 0) {
    return unusable("cannot listen on " + host_port + ": " + gai_strerror(code));
  }
  return Addresses(found, freeaddrinfo);
}

Error cannot_listen(const std::string& shown, int code) {
  const std::string what = "cannot listen on " + shown + ": ";
  if (code == EADDRINUSE) return {ErrorCode::kUnavailable, what + "the port is in use by another program"};
  if (code == EADDRNOTAVAIL) return unusable(what + "the address is none of this host's");
  if (code == EACCES) return {ErrorCode::kPermissionDenied, what + "ports below 1024 need a privilege"};
  return {ErrorCode::kIo, what + std::strerror(code)};
}

Result<std::uint16_t> bound_port(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return Error(ErrorCode::kIo, std::string("getsockname: ") + std::strerror(errno));
  }
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

BioPtr reader(const std::string& pem) { return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free}; }

X509Ptr read_certificate(const std::string& pem) {
  BioPtr in = reader(pem);
  X509Ptr certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  ERR_clear_error();
  return certificate;
}

// KJ takes any key with any certificate and fails at the first connection.
Result<void> check_pair(const std::string& certificate_pem, const std::string& key_pem) {
  X509Ptr certificate = read_certificate(certificate_pem);
  if (!certificate) return unusable("the TLS certificate is not usable PEM");
  BioPtr in = reader(key_pem);
  auto no_passphrase = [](char*, int, int, void*) { return -1; };
  KeyPtr key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr, EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return unusable("the TLS private key is not usable PEM");
  const bool pair = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!pair) return unusable("the TLS private key belongs to another certificate");
  return {};
}

kj::StringPtr to_kj(const std::string& text) { return {text.c_str(), text.size()}; }

}  // namespace

Result<Listener> listen_on(const std::string& host_port) {
  auto addresses = resolve(host_port);
  if (!addresses) return addresses.error();
  const addrinfo& address = **addresses;
  kj::AutoCloseFd fd(socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return cannot_listen(host_port, errno);
  // One that is started again may bind while old connections linger; two running ones still may not share the port.
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0 || listen(fd.get(), kBacklog) != 0) {
    return cannot_listen(host_port, errno);
  }
  auto port = bound_port(fd.get());
  if (!port) return port.error();
  return Listener{kj::mv(fd), *port};
}

Result<kj::Own<kj::TlsContext>> make_tls(const std::string& certificate, const std::string& private_key,
                                         const std::optional<std::string>& client_ca) {
  MEDCHAIN_TRY(check_pair(certificate, private_key));
  if (client_ca && !read_certificate(*client_ca)) return unusable("the authority of clients is not usable PEM");
  kj::Own<kj::TlsContext> context;
  KJ_IF_MAYBE (
      exception, kj::runCatchingExceptions([&] {
        // Without clients' certificates nobody is trusted, and nobody asked.
        const kj::TlsCertificate ca(to_kj(client_ca ? *client_ca : certificate));
        const kj::TlsKeypair pair{kj::TlsPrivateKey(to_kj(private_key)), kj::TlsCertificate(to_kj(certificate))};
        kj::TlsContext::Options options;
        options.useSystemTrustStore = false;
        options.trustedCertificates = kj::arrayPtr(&ca, 1);
        options.minVersion = kj::TlsVersion::TLS_1_2;
        options.verifyClients = client_ca.has_value();
        options.defaultKeypair = pair;
        context = kj::heap<kj::TlsContext>(kj::mv(options));
      })) {
    const kj::StringPtr why = exception->getDescription();
    return unusable("TLS cannot be set up: " + std::string(why.begin(), why.size()));
  }
  return kj::mv(context);
}

}  // namespace medchain::gateway
