#include "medchain/hash.h"

#include <array>

#include "provider.h"

namespace medchain {
namespace {

// Enough for every caller in this library; more parts go through the incremental form.
constexpr std::size_t kMaxParts = 14;
constexpr std::array<std::uint8_t, 1> kSeparator{0};

Hash hash_many(std::string_view domain, std::initializer_list<ByteView> parts) {
  auto context = crypto::provider().hash_context();
  context->update(view(domain));
  context->update(kSeparator);
  for (ByteView part : parts) context->update(part);
  return context->finish();
}

}  // namespace

Hash sha256(ByteView data) { return crypto::provider().sha256({&data, 1}); }

Hash sha256(std::initializer_list<ByteView> parts) { return crypto::provider().sha256({parts.begin(), parts.size()}); }

Hash hash_with_domain(std::string_view domain, std::initializer_list<ByteView> parts) {
  if (parts.size() > kMaxParts) return hash_many(domain, parts);
  std::array<ByteView, kMaxParts + 2> all{view(domain), kSeparator};
  std::size_t count = 2;
  for (ByteView part : parts) all[count++] = part;
  return crypto::provider().sha256(std::span(all).first(count));
}

struct Sha256::State {
  std::unique_ptr<crypto::HashContext> context = crypto::provider().hash_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView data) { state_->context->update(data); }
Hash Sha256::finish() { return state_->context->finish(); }

}  // namespace medchain
