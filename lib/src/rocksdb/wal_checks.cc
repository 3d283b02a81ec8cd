#include "wal_checks.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "medchain/bytes.h"

namespace medchain::rocks {

namespace fs = std::filesystem;

namespace {

// RocksDB's log format: blocks of 32 KiB, in each of them records {masked CRC-32C over type and data, u32
// little-endian; length of the data, u16 little-endian; type, u8; data}. No record crosses a block.
constexpr std::size_t kBlock = 32 * 1024;
constexpr std::size_t kHeader = 7;
constexpr std::uint8_t kFirst = 2;  // type of the first record of several that hold one batch

template <class T>
T little_endian(ByteView bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | static_cast<T>(bytes[i]) << (8 * i));
  return value;
}

std::uint32_t crc32c(ByteView bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      entries[i] = i;
      for (int bit = 0; bit < 8; ++bit) entries[i] = entries[i] >> 1 ^ (entries[i] & 1 ? 0x82f63b78u : 0);
    }
    return entries;
  }();
  std::uint32_t crc = 0xffffffff;
  for (std::uint8_t byte : bytes) crc = crc >> 8 ^ table[(crc ^ byte) & 0xff];
  return ~crc;
}

std::uint32_t masked(std::uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8; }

// The size of the record that `bytes` begin with; 0 when they begin with none.
std::size_t record_size(ByteView bytes) {
  if (bytes.size() < kHeader) return 0;
  std::size_t length = little_endian<std::uint16_t>(bytes.subspan(4));
  if (kHeader + length > bytes.size()) return 0;
  // Without data only where a header is all that a block still has room for.
  if (length == 0 && !(bytes.size() == kHeader && bytes[6] == kFirst)) return 0;
  bool intact = masked(crc32c(bytes.subspan(6, 1 + length))) == little_endian<std::uint32_t>(bytes);
  return intact ? kHeader + length : 0;
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

// `rest` ends the log and begins with no whole record: is it one that a crash cut off?
bool is_cut_off(ByteView rest) {
  if (rest.size() >= kHeader && kHeader + little_endian<std::uint16_t>(rest.subspan(4)) <= rest.size()) return false;
  // A damaged length, too, may reach beyond the end; but a cut record is the last.
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (record_size(rest.subspan(at)) > 0) return false;
  }
  return true;
}

// Whole records, then nothing but a record cut off or the zeros of a file made longer than what was written to it.
bool is_intact(std::istream& log) {
  Bytes buffer(kBlock);
  bool ended = false;
  while (log.read(reinterpret_cast<char*>(buffer.data()), kBlock), log.gcount() > 0) {
    ByteView block = ByteView(buffer).first(static_cast<std::size_t>(log.gcount()));
    bool last = block.size() < kBlock || log.peek() == std::istream::traits_type::eof();
    while (std::size_t size = ended ? 0 : record_size(block)) block = block.subspan(size);
    if (all_zero(block)) {
      ended = ended || block.size() >= kHeader;  // fewer fill up a block that goes on in the next
    } else if (ended || !last || !is_cut_off(block)) {
      return false;
    }
  }
  return true;
}

}  // namespace

rocksdb::WalFilter::WalProcessingOption WalContinuity::LogRecordFound(unsigned long long, const std::string&,
                                                                      const rocksdb::WriteBatch& batch,
                                                                      rocksdb::WriteBatch*, bool*) {
  std::uint64_t sequence = little_endian<std::uint64_t>(view(batch.Data()));  // a batch's first eight bytes
  if (next_sequence_ && sequence != *next_sequence_) return WalProcessingOption::kCorruptedRecord;
  next_sequence_ = sequence + batch.Count();
  return WalProcessingOption::kContinueProcessing;
}

Result<void> check_wals(const fs::path& directory) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".log") continue;
    std::ifstream log(entry->path(), std::ios::binary);
    // One that cannot be opened is left to RocksDB, which says why.
    if (log && !is_intact(log)) {
      return Error(ErrorCode::kCorrupt, entry->path().string() + " is damaged before its end: restore the directory, " +
                                            "or begin with an empty one and, on a validator, a new consensus key");
    }
  }
  if (error) return Error(ErrorCode::kIo, "cannot read the directory " + directory.string() + ": " + error.message());
  return {};
}

}  // namespace medchain::rocks
