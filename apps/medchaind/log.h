// The node's log.
#pragma once

#include "common/log.h"

namespace medchaind {

// The modules of rpc/log.h and the HTTP interface.
programs::LogModules log_modules();
programs::Logger& logger();  // of this process: there is one stderr

}  // namespace medchaind
