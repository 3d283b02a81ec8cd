#include "content_key.h"

#include "medchain/hpke.h"
#include "provider.h"

namespace medchain::envelope {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::string_view kWrapInfo = "medchain/wrap/v1";

struct WrapBinding {
  SealContext context;
  Address reader;
  KeyCommitment key_commitment;
  MEDCHAIN_FIELDS(context, reader, key_commitment)
};

}  // namespace

ContentKey ContentKey::random(const SealContext& context) { return {SecretBytes::random(kKeySize), context}; }

ContentKey::ContentKey(SecretBytes key, const SealContext& context) : key_(std::move(key)), context_(context) {
  MEDCHAIN_ASSERT(key_.size() == kKeySize, "a content key has 32 bytes");
}

SecretBytes ContentKey::derive(std::string_view label) const {
  Bytes info = to_bytes(view(label));
  info.push_back(0);
  append(info, bcs::encode(context_));
  const crypto::Provider& provider = crypto::provider();
  SecretBytes prk = provider.hkdf_extract({}, key_.expose());
  return std::move(provider.hkdf_expand(prk.expose(), info, kKeySize).value());
}

SecretBytes ContentKey::aead_key() const { return derive("medchain/seal/v1/aead-key"); }
SecretBytes ContentKey::content_salt() const { return derive("medchain/seal/v1/content-salt"); }

KeyCommitment ContentKey::commitment() const {
  return *KeyCommitment::from(derive("medchain/seal/v1/key-commitment").expose(), "key commitment");
}

Result<Wrap> wrap_to(const PublicKeys& reader, const ContentKey& key) {
  MEDCHAIN_TRY(reader.check());
  Address address = reader.address();
  Bytes aad = bcs::encode(WrapBinding{key.context(), address, key.commitment()});
  auto sealed = hpke::seal(reader.sealing, view(kWrapInfo), aad, key.secret().expose());
  if (!sealed) return sealed.error();
  return Wrap{address, reader.sealing.algorithm, std::move(sealed->enc), std::move(sealed->ciphertext)};
}

Result<ContentKey> unwrap(const Wrap& wrap, const KeyPair& reader, const Header& header) {
  Address address = reader.address();
  if (wrap.reader != address) return Error(ErrorCode::kPermissionDenied, "the wrap is for another reader");
  if (wrap.kem != reader.sealing.public_key().algorithm || !wrap.has_right_sizes()) {
    return Error(ErrorCode::kAuthentication, "the reader's wrap was made for another sealing key than this one");
  }
  Bytes aad = bcs::encode(WrapBinding{header.context, address, header.key_commitment});
  auto secret = hpke::open(reader.sealing, wrap.enc, view(kWrapInfo), aad, wrap.ciphertext);
  if (!secret) {
    return Error(
        ErrorCode::kAuthentication,
        "the reader's wrap does not open: it was altered, moved from another envelope, or made for another key");
  }
  ContentKey key(std::move(*secret), header.context);
  if (!equal_secret(key.commitment().bytes, header.key_commitment.bytes)) {
    return Error(ErrorCode::kAuthentication,
                 "the reader's wrap holds another content key than the one that the header commits to");
  }
  return key;
}

const Wrap* find_wrap(const Address& reader, const std::vector<Wrap>& wraps, const std::vector<Wrap>& added) {
  for (const auto* list : {&wraps, &added}) {
    for (const Wrap& wrap : *list) {
      if (wrap.reader == reader) return &wrap;
    }
  }
  return nullptr;
}

}  // namespace medchain::envelope
