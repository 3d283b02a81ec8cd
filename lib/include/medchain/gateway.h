// The gateway: takes readings from devices that cannot do cryptography (HTTP with FHIR or wearables' JSON, HL7 v2 over
// MLLP), keeps them durably, seals each to its patient and her standing readers, and brings it onto the ledger once.
//
//   auto gateway = Gateway::start(std::move(config), storage);
//   if (!gateway) return gateway.error();        // a port in use, a key that is not usable, another gateway's data
//   auto ended = (*gateway)->run();              // until stop(), from another thread or a signal handler
//
// What it acknowledges is durable. A reading is sealed to the gateway's own key while it waits. To whom it is sealed
// then, and that its record is final, the gateway takes from no node: both are proved from the genesis. docs/gateway.md
// is for whoever sets one up, lib/src/gateway/FORMAT.md tells what is stored.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "medchain/genesis.h"
#include "medchain/hash.h"
#include "medchain/rpc/log.h"
#include "medchain/storage.h"

namespace medchain {

// A device, and the patient that it is assigned to. It shows who it is by a bearer token, by a TLS certificate, or,
// over MLLP, by where it calls from.
struct GatewayDevice {
  std::string name;                               // unique; shown in answers and logs, so never a person's
  std::optional<Hash> token_sha256{};             // of the token's text
  std::optional<std::string> certificate_name{};  // common name of its certificate under `client_ca`
  Address subject{};                              // the patient
  std::shared_ptr<const KeyPair> key{};           // the author of its records; nothing: the gateway's
  std::optional<Address> address{};               // of `key`, when its keys were rotated
  // Over MLLP: the address it calls from, and MSH-3 and MSH-4 as it sends them (nothing: any).
  std::optional<std::string> mllp_address{};
  std::optional<std::string> mllp_application{};
  std::optional<std::string> mllp_facility{};
};

struct GatewayLimits {
  std::size_t max_connections = 256;
  std::size_t max_body_bytes = 16 * 1024 * 1024;        // of one request or message, and of one record
  std::size_t max_queued_readings = 100'000;            // not final yet; more are refused with 503, or AR
  std::uint64_t max_queued_bytes = 4ULL << 30;          // of these
  std::size_t max_bytes_in_memory = 256 * 1024 * 1024;  // of requests that are being received
  double requests_per_second = 100;                     // of one device, lastingly; twice as many at once
};

struct GatewayConfig {
  std::string listen;                        // HOST:PORT
  std::optional<std::string> mllp_listen{};  // HOST:PORT; nothing: no HL7 v2
  bool mllp_tls = true;
  std::string certificate;                 // PEM
  std::string private_key;                 // PEM
  std::optional<std::string> client_ca{};  // PEM; given: every client must show a certificate under it
  std::vector<std::string> nodes;          // HOST:PORT of client ports, in the order of preference
  std::string ca;                          // PEM of the consortium's authority
  Genesis genesis;
  std::shared_ptr<const KeyPair> key;  // the gateway's: a participant that may write records
  // Once its keys were rotated: its address, which `key` no longer gives, and the key pair before, which knows and
  // opens what came in until then.
  std::optional<Address> address{};
  std::shared_ptr<const KeyPair> previous_key{};
  std::vector<GatewayDevice> devices;
  GatewayLimits limits{};
  std::uint64_t proof_max_age_ms = 60'000;              // of the certified block under which readers are proved
  std::uint64_t remember_ms = 7ULL * 24 * 3600 * 1000;  // what became of a reading, and that its bytes came before
  rpc::LogSink log{};  // of the modules gateway, devices, queue and nodes; called from any thread
};

class Gateway {
 public:
  // Binds the ports and reads what is queued. `storage` is borrowed while the gateway lives and belongs to it alone.
  // kUnavailable: a port in use. kInvalidArgument: addresses, PEM or devices that are unusable. kConflict: the storage
  // is another gateway's, or of another chain. kCorrupt.
  static Result<std::unique_ptr<Gateway>> start(GatewayConfig config, Storage& storage);
  ~Gateway();

  // Serves until stop(), or until the storage fails. One call only. It ends soon after stop(), whatever the nodes do;
  // what was acknowledged is durable.
  Result<void> run();
  void stop();                      // from any thread; async-signal-safe
  std::uint16_t port() const;       // as bound: useful when the configured one is 0
  std::uint16_t mllp_port() const;  // 0 without MLLP

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A new bearer token, 32 random bytes as base64url, and the hash that goes into a configuration. None begins with '-':
// command lines would take it for an option.
struct GatewayToken {
  std::string token;
  Hash sha256;
};
GatewayToken make_gateway_token();

}  // namespace medchain
