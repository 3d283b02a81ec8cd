// Keys and documents that the tests of this folder share.
#pragma once

#include "medchain/sealing.h"

namespace medchain::test {

inline Bytes document(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return bytes;
}

inline Sink append_to(Bytes& out) {
  return [&out](ByteView bytes) {
    append(out, bytes);
    return Result<void>();
  };
}

// Made once: a P-256 pair and two Ed25519 ones, none of which signs for another.
struct People {
  KeyPair alice = KeyPair::generate(KeyAlgorithm::kEd25519);
  KeyPair bob = KeyPair::generate(KeyAlgorithm::kP256);
  KeyPair carol = KeyPair::generate(KeyAlgorithm::kEd25519);
  KeyPair dave = KeyPair::generate(KeyAlgorithm::kP256);
};
inline const People& people() {
  static const People everyone;
  return everyone;
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  return result.ok() ? ErrorCode{} : result.error().code();
}

// `original` with one bit changed.
inline Bytes with_bit_flipped(ByteView original, std::size_t bit) {
  Bytes bytes = to_bytes(original);
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1u << (bit % 8));
  return bytes;
}

}  // namespace medchain::test
