// What a supervisor is told, as systemd's sd_notify(3) describes: by datagrams to the socket that NOTIFY_SOCKET names.
// Without it nothing happens.
#pragma once

#include <string_view>

namespace medchaind {

void notify_supervisor(std::string_view state);  // "READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=..."
void notify_reloading();

}  // namespace medchaind
