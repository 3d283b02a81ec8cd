// The configuration files of the node and of the command line, read from memory as a file. No exception; every text and
// number is within the bounds that the reader names.
#include <sys/mman.h>
#include <unistd.h>

#include "listen.h"
#include "medchain/bytes.h"
#include "medchain/config.h"
#include "medchaind/config.h"

using namespace medchain;

namespace {

// A file without a disk.
class MemoryFile {
 public:
  explicit MemoryFile(ByteView content) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    MEDCHAIN_ASSERT(descriptor_ >= 0, "the system has no file descriptor left");
    const auto written = ::write(descriptor_, content.data(), content.size());
    MEDCHAIN_ASSERT(written == static_cast<ssize_t>(content.size()), "memory takes everything");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file({data, size});
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
