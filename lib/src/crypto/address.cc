#include "bech32m.h"
#include "medchain/keys.h"

namespace medchain {
namespace {

constexpr std::string_view kPrefix = "med";

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  auto parts = crypto::bech32m::parse(text);
  if (!parts) return parts.error().in("address");
  if (parts->prefix != kPrefix) {
    return Error(ErrorCode::kMalformed, "address: it starts with \"" + parts->prefix + "1\", expected \"med1\"");
  }
  auto bytes = crypto::bech32m::from_symbols(parts->symbols);
  if (!bytes) return bytes.error().in("address");
  auto fixed = FixedBytes<32, AddressTag>::from(*bytes, "address");
  if (!fixed) return fixed.error();
  return Address{*fixed};
}

std::string Address::text() const { return crypto::bech32m::print(kPrefix, crypto::bech32m::to_symbols(bytes)); }

Address address_of(const SigningPublicKey& key) {
  return {{hash_with_domain("medchain/address/v1", {bcs::encode(key)}).bytes}};
}

}  // namespace medchain
