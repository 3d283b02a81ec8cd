// The content key of an envelope: what is derived from it, and how it is wrapped to readers.
#pragma once

#include "envelope_format.h"

namespace medchain::envelope {

class ContentKey {
 public:
  static ContentKey random(const SealContext& context);
  ContentKey(SecretBytes key, const SealContext& context);  // 32 bytes

  // Each HKDF-SHA256 of the key under its own label, and of the context.
  SecretBytes aead_key() const;
  KeyCommitment commitment() const;
  SecretBytes content_salt() const;

  const SealContext& context() const { return context_; }
  const SecretBytes& secret() const { return key_; }

 private:
  SecretBytes derive(std::string_view label) const;

  SecretBytes key_;
  SealContext context_;
};

// The reader's binding is checked: kAuthentication when its sealing key is not its own.
Result<Wrap> wrap_to(const PublicKeys& reader, const ContentKey& key);

// kPermissionDenied: the wrap is for somebody else. kAuthentication: it does not open, or holds another key than the
// header commits to.
Result<ContentKey> unwrap(const Wrap& wrap, const KeyPair& reader, const Header& header);

// Among the wraps of both lists; null when there is none.
const Wrap* find_wrap(const Address& reader, const std::vector<Wrap>& wraps, const std::vector<Wrap>& added);

}  // namespace medchain::envelope
