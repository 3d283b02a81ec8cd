#include "medchain/secret.h"

#include <sodium.h>

#include <mutex>
#include <utility>
#include <vector>

#include "sodium_init.h"

namespace medchain {
namespace {

constexpr std::size_t kSlotSize = 128;
constexpr std::size_t kSlotsPerSlab = 128;

std::uint8_t* allocate_guarded(std::size_t size) {
  crypto::ensure_sodium();
  auto* memory = static_cast<std::uint8_t*>(sodium_malloc(size));
  MEDCHAIN_ASSERT(memory != nullptr, "out of memory for secrets");
  return memory;
}

// Nearly every secret is a key of 32 bytes, and sodium_malloc spends four pages and six system calls on each. Secrets
// of up to kSlotSize bytes share guarded, locked slabs instead, which are never given back.
class SlotPool {
 public:
  std::uint8_t* take() {
    std::lock_guard lock(mutex_);
    if (free_.empty()) add_slab();
    std::uint8_t* slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(std::uint8_t* slot) {
    std::lock_guard lock(mutex_);
    free_.push_back(slot);
  }

 private:
  void add_slab() {
    std::uint8_t* slab = allocate_guarded(kSlotSize * kSlotsPerSlab);
    for (std::size_t i = 0; i < kSlotsPerSlab; ++i) free_.push_back(slab + i * kSlotSize);
  }

  std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
};

// Never destroyed: a secret in some other static object may outlive it.
SlotPool& slots() {
  static SlotPool& pool = *new SlotPool;
  return pool;
}

std::uint8_t* allocate(std::size_t size) {
  if (size == 0) return nullptr;
  return size <= kSlotSize ? slots().take() : allocate_guarded(size);
}

void release(std::uint8_t* data, std::size_t size) {
  if (data == nullptr) return;
  if (size > kSlotSize) return sodium_free(data);  // zeroes it
  sodium_memzero(data, size);
  slots().give_back(data);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : data_(allocate(size)), size_(size) {
  if (size_ > 0) std::memset(data_, 0, size_);
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes secret(bytes.size());
  if (!bytes.empty()) std::memcpy(secret.data_, bytes.data(), bytes.size());
  return secret;
}

SecretBytes SecretBytes::random(std::size_t size) {
  SecretBytes secret(size);
  random_bytes(secret.expose_mutable());
  return secret;
}

SecretBytes::~SecretBytes() { release(data_, size_); }

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    release(data_, size_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes SecretBytes::clone() const { return copy_of(expose()); }

bool equal_secret(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(std::span<std::uint8_t> bytes) {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

void random_bytes(std::span<std::uint8_t> out) {
  crypto::ensure_sodium();
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

}  // namespace medchain
