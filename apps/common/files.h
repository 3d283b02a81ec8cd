// Reading and writing files: whole and bounded, or streamed to a temporary file that takes its name only when complete.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "medchain/bytes.h"

namespace programs {

using Path = std::filesystem::path;

// kNotFound, kPermissionDenied or kIo name the file; kTooLarge when it holds more than `limit` bytes.
medchain::Result<medchain::Bytes> read_file(const Path& path, std::size_t limit);
medchain::Result<std::string> read_text(const Path& path, std::size_t limit);

// Hands the file to `take` in pieces of at most 256 KiB.
medchain::Result<void> stream_file(const Path& path,
                                   const std::function<medchain::Result<void>(medchain::ByteView)>& take);

// A file that appears under its name only when commit() succeeds, complete and synced; until then, and when it never
// is, nothing is at that name but what was there before.
class OutputFile {
 public:
  static medchain::Result<OutputFile> create(const Path& path, unsigned mode);
  medchain::Result<void> write(medchain::ByteView bytes);
  medchain::Result<void> commit();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

 private:
  OutputFile(Path path, std::string temporary, int descriptor);
  Path path_;
  std::string temporary_;
  int descriptor_;
};

inline constexpr unsigned kPrivateMode = 0600;  // secrets, and documents once opened
inline constexpr unsigned kPublicMode = 0644;

medchain::Result<void> write_file(const Path& path, medchain::ByteView bytes, unsigned mode);

// Once it returns the name is gone, also after a power failure. No error when there was none.
medchain::Result<void> remove_file(const Path& path);

}  // namespace programs
