// A final block as one node sends it to another. One encoding; a block that its form and a quorum's signatures let pass
// is the one that the quorum signed, in every byte.
#include "pieces.h"
#include "stand_ins.h"
#include "world.h"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto certified = fuzz::canonical<CertifiedBlock>({data, size});
  if (!certified) return 0;
  const fuzz::World& world = fuzz::world();
  const BlockHeader& header = certified->block.header;
  const bool formed = certified->block.check_form(world.chain).ok();
  const Height height{1 + header.height.value % world.engine().height().value};
  const auto members = world.committee(height).sorted();
  check_certified(header, certified->certificate, members, world.chain, fuzz::kCredulous).ok();
  const bool final = check_certified(header, certified->certificate, members, world.chain, real_signatures()).ok();
  if (final) MEDCHAIN_ASSERT(header.hash() == world.block_hash(header.height), "a header that no quorum signed");
  if (final && formed) fuzz::assert_final(certified->block);
  return 0;
}
