// The gateway's log. Lines hold names of devices and nodes; addresses of participants are taken out of what others say.
#pragma once

#include "medchain/rpc/log.h"

namespace medchain::gateway {

using rpc::Log;

namespace log_module {
inline constexpr std::string_view kGateway = "gateway";  // that it starts and stops
inline constexpr std::string_view kDevices = "devices";  // its ports
inline constexpr std::string_view kQueue = "queue";
inline constexpr std::string_view kNodes = "nodes";  // what it submits, and what nodes say
}  // namespace log_module

// "med1" and what follows it as in an address becomes "med1...".
std::string without_addresses(std::string_view text);

// Of the module `gateway`. A sink may be missing.
Log make_log(rpc::LogSink sink);

}  // namespace medchain::gateway
