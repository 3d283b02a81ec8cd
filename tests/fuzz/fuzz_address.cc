// Texts that people type: addresses, hexadecimal, base64, any bech32m. What is read is written again as it was (in
// lower case, where upper is allowed too).
#include "bech32m.h"
#include "medchain/keys.h"

using namespace medchain;
namespace bech32m = medchain::crypto::bech32m;

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const std::string_view input = text(bytes);
  if (auto address = Address::parse(input))
    MEDCHAIN_ASSERT(address->text() == lower(input), "an address with two texts");
  if (auto parts = bech32m::parse(input)) {
    MEDCHAIN_ASSERT(bech32m::print(parts->prefix, parts->symbols) == lower(input), "bech32m with two texts");
    auto decoded = bech32m::from_symbols(parts->symbols);
    if (decoded) MEDCHAIN_ASSERT(bech32m::to_symbols(*decoded) == parts->symbols, "symbols of other bytes");
  }
  if (auto decoded = from_hex(input)) MEDCHAIN_ASSERT(to_hex(*decoded) == lower(input), "hexadecimal with two texts");
  if (auto decoded = from_base64(input)) MEDCHAIN_ASSERT(to_base64(*decoded) == input, "base64 with two texts");
  MEDCHAIN_ASSERT(*from_hex(to_hex(bytes)) == to_bytes(bytes), "bytes that hexadecimal does not give back");
  MEDCHAIN_ASSERT(*from_base64(to_base64(bytes)) == to_bytes(bytes), "bytes that base64 does not give back");
  if (size == 32) {
    const Address address{*FixedBytes<32, AddressTag>::from(bytes, "address")};
    MEDCHAIN_ASSERT(*Address::parse(address.text()) == address, "an address that its text does not give back");
  }
  return 0;
}
