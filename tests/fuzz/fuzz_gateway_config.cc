// The gateway's configuration, read from memory, beside three files that it may name: 100 is a genesis, 101 a key file,
// 102 some text. No exception; what is read lies within the bounds that its reader names. Devices that are accepted are
// found by what they show, and nobody else is.
#include "devices.h"
#include "medchain/gateway_config.h"
#include "medchain/key_file.h"
#include "memory_file.h"
#include "support/genesis.h"

using namespace medchain;

namespace {

constexpr int kGenesisFile = 100, kKeyFile = 101, kTextFile = 102;

void put_files() {
  fuzz::MemoryFile(view(to_json(test::make_test_genesis(1).genesis))).also_as(kGenesisFile);
  fuzz::MemoryFile(encode_key_file(test::test_keys("gateway"), std::nullopt).expose()).also_as(kKeyFile);
  fuzz::MemoryFile(view("-----BEGIN CERTIFICATE-----\n")).also_as(kTextFile);
  fuzz::MemoryFile(ByteView{}).also_as(STDIN_FILENO);  // "0" is a path, too, and nobody may wait there
}

template <class T>
void check_within(T value, T least, T most) {
  MEDCHAIN_ASSERT(value >= least && value <= most, "a number out of its bounds");
}

void check_numbers(const GatewayConfig& config) {
  constexpr std::size_t kMebibyte = 1024 * 1024;
  const GatewayLimits& limits = config.limits;
  check_within<std::size_t>(limits.max_connections, 1, 65'536);
  check_within<std::size_t>(limits.max_body_bytes, 1024, 16 * kMebibyte);
  check_within<std::size_t>(limits.max_queued_readings, 1, 10'000'000);
  check_within<std::uint64_t>(limits.max_queued_bytes, kMebibyte, 1'048'576 * kMebibyte);
  check_within<std::size_t>(limits.max_bytes_in_memory, 32 * kMebibyte, 65'536 * kMebibyte);
  check_within<double>(limits.requests_per_second, 1, 1'000'000);
  check_within<std::uint64_t>(config.proof_max_age_ms, 5'000, 3'600'000);
  check_within<std::uint64_t>(config.remember_ms, 3'600'000, 366ULL * 24 * 3'600'000);
}

void check_devices(const GatewayConfig& config) {
  auto devices = gateway::Devices::create(config.devices, config.limits.requests_per_second);
  if (!devices) {
    MEDCHAIN_ASSERT(!devices.error().message().empty(), "an error that says nothing");
    return;
  }
  const Address gateway = config.address.value_or(config.key->address());
  for (const GatewayDevice& device : devices->all()) {
    gateway::Credentials shown{device.mllp_address.value_or(""), device.certificate_name, std::nullopt};
    if (device.token_sha256) {
      MEDCHAIN_ASSERT(devices->by_request(shown) != &device, "a device without its token");
    } else if (device.certificate_name) {
      MEDCHAIN_ASSERT(devices->by_request(shown) != nullptr, "a certificate that nobody has");
    }
    const gateway::MllpSender sender{device.mllp_application.value_or("x"), device.mllp_facility.value_or("x")};
    const bool sends = device.mllp_address || device.certificate_name;
    MEDCHAIN_ASSERT(!sends || devices->by_message(shown, sender) != nullptr, "a message of nobody's");
    MEDCHAIN_ASSERT(device.key || gateway::author_of(device, gateway) == gateway, "an author without a key");
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  put_files();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file({data, size});
  auto read = program::read_gateway_config(file.path());
  if (!read) {
    MEDCHAIN_ASSERT(!read.error().message().empty(), "an error that says nothing");
    return 0;
  }
  const GatewayConfig& config = read->config;
  MEDCHAIN_ASSERT(config.key && !config.listen.empty() && !read->data.empty(), "a required key that is empty");
  MEDCHAIN_ASSERT(config.genesis.check().ok(), "a genesis that does not check");
  check_numbers(config);
  check_devices(config);
  return 0;
}
