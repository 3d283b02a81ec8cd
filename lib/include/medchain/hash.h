// SHA-256 (FIPS 180-4) and how every hash of MedChain is kept apart from every other use.
//
//   Hash id = hash_with_domain("medchain/example/v1", {header_bytes, body_bytes});
//
// The parts are joined without lengths between them: give values of fixed size, or the canonical bytes of one value.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "medchain/bytes.h"

namespace medchain {

using Hash = FixedBytes<32, struct HashTag>;

// One-shot: no allocation, about 100 ns for a short input.
Hash sha256(ByteView data);
Hash sha256(std::initializer_list<ByteView> parts);  // of their concatenation

// SHA-256(domain || 0x00 || parts...). `domain` is "medchain/<type>/v<version>" and holds no zero byte.
Hash hash_with_domain(std::string_view domain, std::initializer_list<ByteView> parts);

// Incremental SHA-256, for what does not lie in memory at once. finish() gives the digest and starts over.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(ByteView data);
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace medchain
