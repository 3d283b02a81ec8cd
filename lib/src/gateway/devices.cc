#include "devices.h"

#include <algorithm>
#include <set>

namespace medchain::gateway {
namespace {

constexpr std::size_t kMaxNameBytes = 128;

Error unusable(const GatewayDevice& device, std::string_view why) {
  return {ErrorCode::kInvalidArgument, "device \"" + device.name + "\": " + std::string(why)};
}

Result<void> check(const GatewayDevice& device) {
  if (device.name.empty() || device.name.size() > kMaxNameBytes) {
    return Error(ErrorCode::kInvalidArgument, "a device's name has 1 to 128 bytes");
  }
  if (!device.token_sha256 && !device.certificate_name && !device.mllp_address) {
    return unusable(device, "it needs token_sha256, certificate_name or mllp_address");
  }
  if (device.address && !device.key) return unusable(device, "address is that of a key, and it has none");
  return {};
}

bool same(const std::optional<std::string>& wanted, const std::string& shown) { return !wanted || *wanted == shown; }

}  // namespace

Address author_of(const GatewayDevice& device, const Address& gateway) {
  return device.key ? device.address.value_or(device.key->address()) : gateway;
}

MllpSender mllp_sender(ByteView message) {
  std::string_view line = text(message);
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  line = line.substr(0, line.find_first_of("\r\n"));
  if (line.size() < 4 || !line.starts_with("MSH")) return {};
  const char separator = line[3];
  std::vector<std::string> fields;
  while (fields.size() < 4) {
    const auto end = line.find(separator);
    fields.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) break;
    line.remove_prefix(end + 1);
  }
  fields.resize(4);
  return {fields[2], fields[3]};
}

Result<Devices> Devices::create(std::vector<GatewayDevice> devices, double requests_per_second) {
  std::set<std::string> names;
  std::set<Hash> tokens;
  for (const GatewayDevice& device : devices) {
    MEDCHAIN_TRY(check(device));
    if (!names.insert(device.name).second) return unusable(device, "another one has this name");
    if (device.token_sha256 && !tokens.insert(*device.token_sha256).second) {
      return unusable(device, "another one has this token");
    }
  }
  Devices made;
  made.devices_ = std::move(devices);
  made.per_second_ = requests_per_second;
  return made;
}

// Every device is compared, whatever was found: the time tells nothing.
const GatewayDevice* Devices::by_request(const Credentials& shown) const {
  const Hash token = shown.token ? sha256(view(*shown.token)) : Hash{};
  const GatewayDevice* found = nullptr;
  for (const GatewayDevice& device : devices_) {
    if (!device.token_sha256 && !device.certificate_name) continue;
    bool good = true;
    if (device.token_sha256) good = equal_secret(device.token_sha256->bytes, token.bytes) && shown.token.has_value();
    if (device.certificate_name) good = good && shown.certificate && *shown.certificate == *device.certificate_name;
    if (good && found == nullptr) found = &device;
  }
  return found;
}

const GatewayDevice* Devices::by_message(const Credentials& shown, const MllpSender& sender) const {
  for (const GatewayDevice& device : devices_) {
    if (!device.mllp_address && !device.certificate_name) continue;
    if (device.mllp_address && *device.mllp_address != shown.ip) continue;
    if (device.certificate_name && (!shown.certificate || *shown.certificate != *device.certificate_name)) continue;
    if (same(device.mllp_application, sender.application) && same(device.mllp_facility, sender.facility))
      return &device;
  }
  return nullptr;
}

bool Devices::take(const GatewayDevice& device, std::uint64_t monotonic_ms) {
  const double most = 2 * per_second_;
  auto [found, first] = buckets_.try_emplace(device.name, Bucket{most, monotonic_ms});
  Bucket& bucket = found->second;
  const double seconds = static_cast<double>(monotonic_ms - std::min(monotonic_ms, bucket.at_ms)) / 1000;
  bucket.tokens = std::min(most, bucket.tokens + seconds * per_second_);
  bucket.at_ms = monotonic_ms;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace medchain::gateway
