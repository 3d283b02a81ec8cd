// What the ledger's tests build on: a chain, members with stand-in signatures, real keys from fixed seeds, blocks.
#pragma once

#include <functional>
#include <initializer_list>
#include <vector>

#include "medchain/genesis.h"
#include "medchain/receipt.h"

namespace medchain::testing {

inline const ChainId kChain{{0xc4, 0xa1}};

// Stand-ins that cost a hash: exhaustive tests stay quick, and a changed bit in anything signed still shows.
Signature stand_in_signature(const SigningPublicKey& key, std::string_view domain, const ChainId& chain,
                             ByteView message);
class StandInVerifier final : public SignatureVerifier {
 public:
  bool verify(const SigningPublicKey& key, std::string_view domain, const ChainId& chain, ByteView message,
              const Signature& signature) const override {
    return signature == stand_in_signature(key, domain, chain, message);
  }
};
inline const StandInVerifier kStandIn;

Address address(std::uint8_t seed);
SigningPublicKey stand_in_key(std::uint8_t seed);
Member member(std::uint8_t seed);
// Sorted by address.
std::vector<Member> members(std::initializer_list<std::uint8_t> seeds);

// Ed25519 and X25519 from fixed seeds: the same bytes in every run.
KeyPair key_pair(std::uint8_t seed);

Transaction transfer(std::uint64_t salt, const ChainId& chain = kChain);
TxPtr signed_transfer(std::uint64_t salt);  // with a stand-in signature

// Signed by the first `signers` of `sorted` (all: -1), with stand-ins.
Certificate certify(const Ballot& ballot, const std::vector<Member>& sorted, std::size_t signers = SIZE_MAX,
                    const ChainId& chain = kChain);
Certificate certify(const BlockHeader& header, const std::vector<Member>& sorted, std::size_t signers = SIZE_MAX);

// A block that passes check_form: `transactions` transfers, one receipt each, a parent certificate above height 1.
struct Made {
  Block block;
  std::vector<Receipt> receipts;
};
Made make_block(Height height, Round round, const std::vector<Member>& sorted, std::size_t transactions);

// Two hospitals with a validator each that stands for election, a patient and a device.
Genesis sample_genesis();

// Each copy of `bytes` with one bit flipped.
void for_each_flip(const Bytes& bytes, const std::function<void(const Bytes& flipped, std::size_t bit)>& visit);

// The hexadecimal in tests/unit/ledger/golden/<name>.txt, without line ends.
std::string read_golden(const std::string& name);
// CHECKs that it is that of `bytes`. With MEDCHAIN_REWRITE_GOLDEN=1 in the environment the file is written first.
void check_golden(const std::string& name, const Bytes& bytes);
// A file of the source tree.
std::string read_source(const std::string& path);

}  // namespace medchain::testing
