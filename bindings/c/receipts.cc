// Receipts, checked from the genesis alone.
#include <cerrno>
#include <cstdio>
#include <memory>

#include "handles.h"
#include "medchain/engine.h"
#include "medchain/limits.h"

namespace medchain::c {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

// As much of a file as it has, up to `limit`: not what its size says, which may be of a pipe, or change.
Result<Bytes> read_file(std::string_view path, std::size_t limit) {
  auto failed_to = [&](const char* what) {
    return Error(ErrorCode::kIo, std::string(path) + ": cannot " + what + ": " + std::strerror(errno));
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(std::string(path).c_str(), "rb"), &std::fclose);
  if (!file) {
    if (errno == ENOENT) return Error(ErrorCode::kNotFound, std::string(path) + ": there is no such file");
    return failed_to("open it");
  }
  Bytes content;
  for (std::size_t got = kReadBytes; got == kReadBytes;) {
    std::size_t before = content.size();
    content.resize(before + kReadBytes);
    got = std::fread(content.data() + before, 1, kReadBytes, file.get());
    content.resize(before + got);
    if (content.size() > limit) {
      return Error(ErrorCode::kTooLarge, std::string(path) + ": more than " + std::to_string(limit) + " bytes");
    }
  }
  if (std::ferror(file.get()) != 0) return failed_to("read it");
  return content;
}

Result<void> genesis_out(ByteView json, medchain_genesis** out) {
  auto parsed = parse_genesis(text(json));
  if (!parsed) return parsed.error();
  *out = new medchain_genesis{parsed->chain_id(), genesis_anchor(*parsed)};
  return {};
}

Result<void> clear_verified(medchain_verified* out) {
  MEDCHAIN_TRY(clear_answer(out, "verified"));
  out->outcome = MEDCHAIN_NO_OUTCOME;
  return {};
}

Result<void> verified_out(const medchain_genesis& genesis, ByteView bytes, medchain_verified& out) {
  auto proof = decode_receipt_proof(bytes);
  if (!proof) return proof.error();
  auto verified = verify(genesis, *proof);
  if (!verified) return verified.error();
  medchain_verified answer{};
  answer.outcome = static_cast<uint32_t>(verified->receipt.status);
  answer.signatures = static_cast<uint32_t>(proof->certificate.signatures.size());
  answer.transaction = convert<medchain_transaction_id>(verified->transaction->id);
  answer.sender = convert<medchain_address>(verified->transaction->transaction().sender);
  answer.block = convert<medchain_hash>(verified->block);
  answer.height = verified->header.height.value;
  answer.time_ms = verified->header.time_ms;
  if (auto record = mentioned_in(verified->transaction->transaction()).record) {
    answer.has_record = 1;
    answer.record = convert<medchain_record_id>(*record);
  }
  answer_out(answer, out);
  return {};
}

}  // namespace

Result<VerifiedReceipt> verify(const medchain_genesis& genesis, const ReceiptProof& proof) {
  return verify_receipt(proof, genesis.anchor);
}

}  // namespace medchain::c

using namespace medchain;
using c::call;
using c::present;

medchain_status medchain_genesis_read(const char* path, medchain_genesis** genesis) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(genesis, "genesis"));
    auto where = c::text_in(path, c::kMaxPathBytes, "path");
    if (!where) return where.error();
    auto json = c::read_file(*where, limits::kMaxGenesisTextBytes);
    if (!json) return json.error();
    return c::genesis_out(*json, genesis);
  });
}

medchain_status medchain_genesis_parse(const void* json, size_t size, medchain_genesis** genesis) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::empty(genesis, "genesis"));
    auto given = c::bytes_in(json, size, limits::kMaxGenesisTextBytes, "json");
    if (!given) return given.error();
    return c::genesis_out(*given, genesis);
  });
}

medchain_status medchain_genesis_chain(const medchain_genesis* genesis, medchain_chain_id* chain) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(present(chain, "chain"));
    *chain = {};
    MEDCHAIN_TRY(present(genesis, "genesis"));
    *chain = c::convert<medchain_chain_id>(genesis->chain);
    return {};
  });
}

void medchain_genesis_free(medchain_genesis* genesis) { delete genesis; }

medchain_status medchain_receipt_verify(const medchain_genesis* genesis, const void* receipt, size_t size,
                                        medchain_verified* verified) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::clear_verified(verified));
    MEDCHAIN_TRY(present(genesis, "genesis"));
    auto given = c::bytes_in(receipt, size, limits::kMaxReceiptProofBytes, "receipt");
    if (!given) return given.error();
    return c::verified_out(*genesis, *given, *verified);
  });
}

medchain_status medchain_receipt_verify_file(const medchain_genesis* genesis, const char* path,
                                             medchain_verified* verified) {
  return call([&]() -> Result<void> {
    MEDCHAIN_TRY(c::clear_verified(verified));
    MEDCHAIN_TRY(present(genesis, "genesis"));
    auto where = c::text_in(path, c::kMaxPathBytes, "path");
    if (!where) return where.error();
    auto content = c::read_file(*where, limits::kMaxReceiptProofBytes);
    if (!content) return content.error();
    return c::verified_out(*genesis, *content, *verified);
  });
}
