// The configuration files of the node and of the command line, read from memory as a file. No exception; every text and
// number is within the bounds that the reader names.
#include "listen.h"
#include "medchain/config.h"
#include "medchaind/config.h"
#include "memory_file.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file({data, size});
  if (auto node = medchaind::read_config(file.path())) {
    MEDCHAIN_ASSERT(!node->peer_listen.empty() && !node->genesis.empty(), "a required key that is empty");
    MEDCHAIN_ASSERT(node->signature_threads >= 1 && node->signature_threads <= 64, "a number out of its bounds");
    for (const auto& peer : node->peers) MEDCHAIN_ASSERT(!peer.address.empty(), "a peer without an address");
  }
  program::GlobalOptions options;
  options.config = file.path();
  program::resolve(options).ok();
  if (auto listen = rpc::parse_host_port(std::string(text({data, size})))) {
    MEDCHAIN_ASSERT(!listen->host.empty(), "a port of no host");
  }
  return 0;
}
