#include "check.h"

#include <fmt/format.h>

#include <ctime>

#include "medchain/rpc/certificates.h"

namespace medchaind {

using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

namespace {

Result<void> check_certificate(const Config& config, const Material& material) {
  auto name = medchain::rpc::common_name(material.certificate);
  if (!name) return name.error().in(config.certificate.string());
  const std::string self = address_of(config, material).text();
  if (*name != self) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} is for {}, but this node is {}", config.certificate.string(), *name, self));
  }
  auto expiry_s = medchain::rpc::certificate_expiry_s(material.certificate);
  if (!expiry_s) return expiry_s.error().in(config.certificate.string());
  if (*expiry_s <= static_cast<std::uint64_t>(std::time(nullptr))) {
    return Error(ErrorCode::kInvalidArgument, config.certificate.string() + " has expired");
  }
  return {};
}

}  // namespace

Result<Checked> check_config(const std::filesystem::path& config_file) {
  auto config = read_config(config_file);
  if (!config) return config.error();
  auto material = read_material(*config);
  if (!material) return material.error();
  MEDCHAIN_TRY(check_certificate(*config, *material));
  return Checked{std::move(*config), std::move(*material)};
}

}  // namespace medchaind
