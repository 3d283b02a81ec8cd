// Who sends: the devices of the configuration, how each shows who it is, and how often it may ask.
#pragma once

#include <map>

#include "medchain/gateway.h"

namespace medchain::gateway {

// Of its records: the device itself if it has a key, else the gateway.
Address author_of(const GatewayDevice& device, const Address& gateway);

// How a connection, and a request on it, show who is there.
struct Credentials {
  std::string ip;                          // of the other side
  std::optional<std::string> certificate;  // common name that TLS proved
  std::optional<std::string> token;        // of the request
};

// What an HL7 v2 message says of its sender, as sent.
struct MllpSender {
  std::string application;  // MSH-3
  std::string facility;     // MSH-4
};
// Of any bytes; empty where there is none.
MllpSender mllp_sender(ByteView message);

class Devices {
 public:
  // kInvalidArgument: two with one name or token, one that nothing identifies.
  static Result<Devices> create(std::vector<GatewayDevice> devices, double requests_per_second);

  // Nothing: nobody's. A device with a token and a certificate must show both.
  const GatewayDevice* by_request(const Credentials& shown) const;
  // The first that matches, in the order of the configuration.
  const GatewayDevice* by_message(const Credentials& shown, const MllpSender& sender) const;
  // Takes one request of what the device may ask now. False: too often.
  bool take(const GatewayDevice& device, std::uint64_t monotonic_ms);

  const std::vector<GatewayDevice>& all() const { return devices_; }

 private:
  struct Bucket {
    double tokens;
    std::uint64_t at_ms;
  };
  std::vector<GatewayDevice> devices_;
  double per_second_ = 0;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace medchain::gateway
