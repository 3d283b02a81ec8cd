// The proof in the channel: after TLS, both sides sign {chain, both addresses, both nonces, role}, so that each knows
// with whom it talks and neither signature is of use anywhere else. Pure: no network here. FORMAT.md gives the bytes.
//
//   dialler                                     acceptor
//   hello(chain, address, nonce)       ----->
//                                      <-----   Welcome{chain, address, key, nonce, signature as server}
//   enter(key, signature as client)    ----->
//                                      <-----   a session
#pragma once

#include <optional>
#include <string>

#include "medchain/engine.h"

namespace medchain::rpc {

inline constexpr std::uint16_t kProtocol = 1;
inline constexpr std::string_view kChannelDomain = "medchain/channel/v1";

using Nonce = FixedBytes<32, struct ChannelNonceTag>;

// Whose signature it is; so that neither side can hand the other's own signature back. Never change meaning.
enum class ChannelRole : std::uint8_t { kClient = 0, kServer = 1, kDiallingPeer = 2, kAcceptingPeer = 3 };
MEDCHAIN_ENUM_RANGE(ChannelRole, kClient, kAcceptingPeer)

// What is signed, with kChannelDomain and the chain.
struct ChannelProof {
  ChannelRole role = ChannelRole::kClient;
  Address dialler;  // zeros: a guest
  Address acceptor;
  Nonce dialler_nonce;
  Nonce acceptor_nonce;
  MEDCHAIN_VERSIONED(1, role, dialler, acceptor, dialler_nonce, acceptor_nonce)
};
Signature sign_proof(const ChannelProof& proof, const ChainId& chain, const SigningKey& key);
bool verify_proof(const ChannelProof& proof, const ChainId& chain, const SigningPublicKey& key,
                  const Signature& signature);

struct Welcome {
  ChainId chain;
  Address node;
  SigningPublicKey key;
  Nonce nonce;
  Signature proof;      // as kServer or kAcceptingPeer
  std::string version;  // of the program
  MEDCHAIN_VERSIONED(1, chain, node, key, nonce, proof, version)
};

enum class ChannelPurpose { kClient, kPeer };

struct Hello {
  std::uint16_t protocol = kProtocol;
  ChannelPurpose purpose = ChannelPurpose::kClient;
  std::optional<ChainId> chain;    // nothing: any
  std::optional<Address> address;  // nothing: a guest
  Nonce nonce;
};
// From the wire; kMalformed.
Result<Hello> read_hello(std::uint16_t protocol, ChannelPurpose purpose, ByteView chain, ByteView address,
                         ByteView nonce);

// Whether `key` may speak for `address` now: registered, not suspended, its current key; for a peer, a validator too.
// kPermissionDenied says which of them fails.
Result<void> check_standing(const Address& address, const SigningPublicKey& key,
                            const std::optional<Participant>& registered, ChannelPurpose purpose);

// The acceptor's half, for one connection. `key` is borrowed. `certificate_name` is the common name that the dialler's
// TLS certificate proved; only peers have one, and must claim it.
class Doorkeeper {
 public:
  Doorkeeper(ChannelPurpose purpose, const ChainId& chain, const Address& self, const SigningKey& key,
             std::optional<std::string> certificate_name);

  // Once only. kUnsupportedVersion, kConflict (another chain), kAuthentication (not whom the certificate names).
  Result<Welcome> hello(const Hello& hello);
  // After hello() without an address.
  Result<void> guest();
  // After hello(); one attempt. Gives the address proved; its standing is the caller's to check.
  Result<Address> enter(const SigningPublicKey& key, const Signature& signature);

 private:
  enum class Stage { kNew, kGreeted, kDone };
  ChannelPurpose purpose_;
  ChainId chain_;
  Address self_;
  const SigningKey* key_;
  std::optional<std::string> certificate_name_;
  Stage stage_ = Stage::kNew;
  bool named_ = false;
  ChannelProof proof_;
};

// The dialler's half, for one connection.
class Caller {
 public:
  // `address`: nothing for a guest. `key` is borrowed; nothing for a guest.
  Caller(ChannelPurpose purpose, std::optional<ChainId> chain, std::optional<Address> address, const SigningKey* key);

  const Hello& hello() const { return hello_; }
  // kConflict: another chain. kAuthentication: the proof does not verify, or `certificate_name`, which the node's TLS
  // certificate proved, is another address. The key itself is vouched for by the address, or, when the node has rotated
  // its keys, by that certificate; a peer checks it against the registry too.
  Result<void> check(const Welcome& welcome, const std::string& certificate_name);
  // After check(); not for a guest.
  Signature prove() const;

 private:
  Hello hello_;
  const SigningKey* key_;
  ChainId chain_;
  ChannelProof proof_;
};

}  // namespace medchain::rpc
