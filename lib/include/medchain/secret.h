// Memory for secrets: locked against swapping where the system allows, fenced by guard pages, zeroed when released.
// Secrets of up to 128 bytes, which all keys are, share fenced slabs; larger ones have fences of their own.
//
//   SecretBytes key = SecretBytes::random(32);
//   use(key.expose());            // reading is always visible in the code
//   SecretBytes copy = key.clone();
#pragma once

#include <cstddef>

#include "medchain/bytes.h"

namespace medchain {

// A byte string of fixed size that never moves to ordinary memory by itself. Move-only; every place that reads one says
// expose(), so that `grep expose` lists them all. Compare with equal_secret(), never with ==.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);      // zeros
  static SecretBytes copy_of(ByteView bytes);  // the caller wipes the original, with wipe()
  static SecretBytes random(std::size_t size);
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  SecretBytes clone() const;
  std::size_t size() const { return size_; }
  ByteView expose() const { return {data_, size_}; }
  std::span<std::uint8_t> expose_mutable() { return {data_, size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

bool equal_secret(ByteView a, ByteView b);       // in time that depends on the sizes only
void wipe(std::span<std::uint8_t> bytes);        // zeroes, and is not optimised away
void random_bytes(std::span<std::uint8_t> out);  // from the operating system's generator; never fails

template <std::size_t N, class Tag>
FixedBytes<N, Tag> random_fixed() {
  FixedBytes<N, Tag> value;
  random_bytes(value.bytes);
  return value;
}

}  // namespace medchain
