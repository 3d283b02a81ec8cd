#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>

#include "openssl_parts.h"

namespace medchain::crypto::openssl {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kMaxCall = std::size_t{1} << 30;  // EVP counts in int

const EVP_CIPHER* fetched_cipher() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  MEDCHAIN_ASSERT(cipher != nullptr, "this OpenSSL has no AES-256-GCM");
  return cipher;
}

// The key schedule is made once; each message sets its nonce only.
class OpensslGcm : public AeadContext {
 public:
  explicit OpensslGcm(ByteView key) : context_(EVP_CIPHER_CTX_new()) {
    MEDCHAIN_ASSERT(key.size() == kKeySize, "an AES-256 key has 32 bytes");
    check(context_ != nullptr && EVP_EncryptInit_ex2(context_, fetched_cipher(), key.data(), nullptr, nullptr) == 1);
  }
  ~OpensslGcm() override { EVP_CIPHER_CTX_free(context_); }
  OpensslGcm(const OpensslGcm&) = delete;
  OpensslGcm& operator=(const OpensslGcm&) = delete;

  void seal(ByteView nonce, ByteView aad, ByteView plaintext, std::span<std::uint8_t> out) override {
    MEDCHAIN_ASSERT(out.size() == plaintext.size() + kTagSize, "sealing needs room for exactly the tag");
    start(nonce, 1);
    update(nullptr, aad);
    update(out.data(), plaintext);
    int none = 0;
    check(EVP_EncryptFinal_ex(context_, out.data() + plaintext.size(), &none) == 1);
    check(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, kTagSize, out.data() + plaintext.size()) == 1);
  }

  bool open(ByteView nonce, ByteView aad, ByteView ciphertext, std::span<std::uint8_t> out) override {
    if (ciphertext.size() < kTagSize) {
      std::fill(out.begin(), out.end(), std::uint8_t{0});
      return false;
    }
    MEDCHAIN_ASSERT(out.size() == ciphertext.size() - kTagSize, "opening needs room for exactly the plaintext");
    start(nonce, 0);
    update(nullptr, aad);
    update(out.data(), ciphertext.first(out.size()));
    std::array<std::uint8_t, kTagSize> tag;
    std::copy_n(ciphertext.end() - kTagSize, kTagSize, tag.begin());
    check(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1);
    std::array<std::uint8_t, kTagSize> rest;
    int none = 0;
    ERR_set_mark();  // a wrong tag must not stay in the error queue, where a TLS connection would take it for its own
    bool good = EVP_DecryptFinal_ex(context_, rest.data(), &none) == 1;
    ERR_pop_to_mark();
    if (!good) wipe(out);
    return good;
  }

 private:
  static void check(bool done) { MEDCHAIN_ASSERT(done, "OpenSSL refused an AES-256-GCM call"); }

  void start(ByteView nonce, int encrypt) {
    MEDCHAIN_ASSERT(nonce.size() == kNonceSize, "an AES-GCM nonce has 12 bytes");
    check(EVP_CipherInit_ex2(context_, nullptr, nullptr, nonce.data(), encrypt, nullptr) == 1);
  }
  // Without `out`, the input is associated data.
  void update(std::uint8_t* out, ByteView in) {
    while (!in.empty()) {
      ByteView part = in.first(std::min(in.size(), kMaxCall));
      int written = 0;
      check(EVP_CipherUpdate(context_, out, &written, part.data(), static_cast<int>(part.size())) == 1);
      if (out != nullptr) out += part.size();
      in = in.subspan(part.size());
    }
  }

  EVP_CIPHER_CTX* context_;
};

}  // namespace

std::unique_ptr<AeadContext> aes_256_gcm(ByteView key) { return std::make_unique<OpensslGcm>(key); }

}  // namespace medchain::crypto::openssl
