// What the configuration names: keys and texts, read before anything is opened or bound.
#pragma once

#include "config.h"
#include "medchain/genesis.h"
#include "medchain/keys.h"

namespace medchaind {

struct Material {
  medchain::Genesis genesis;
  medchain::KeyPair node_key;
  std::optional<medchain::KeyPair> consensus_key;
  bool consensus_key_unused = false;
  std::optional<medchain::KeyPair> retiring_key;
  std::string ca, certificate, private_key;
};

// The error names the file.
medchain::Result<Material> read_material(const Config& config);
// Certificate and private key alone: what a reload reads again.
medchain::Result<void> read_certificate(const Config& config, std::string& certificate, std::string& private_key);
// Of the node itself: its address in the registry.
medchain::Address address_of(const Config& config, const Material& material);

}  // namespace medchaind
