#include "common/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace programs {
namespace {

using medchain::Bytes;
using medchain::ByteView;
using medchain::Error;
using medchain::ErrorCode;
using medchain::Result;

constexpr std::size_t kPiece = 256 * 1024;

Error system_error(const char* doing, const Path& path) {
  int reason = errno;
  ErrorCode code = ErrorCode::kIo;
  if (reason == ENOENT) code = ErrorCode::kNotFound;
  if (reason == EACCES || reason == EPERM) code = ErrorCode::kPermissionDenied;
  return {code, fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(reason))};
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

}  // namespace

Result<void> stream_file(const Path& path, const std::function<Result<void>(ByteView)>& take) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error("open", path);
  Bytes piece(kPiece);
  while (true) {
    ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) return {};
    MEDCHAIN_TRY(take(ByteView(piece).first(static_cast<std::size_t>(got))));
  }
}

Result<Bytes> read_file(const Path& path, std::size_t limit) {
  Bytes content;
  auto read = stream_file(path, [&](ByteView piece) -> Result<void> {
    if (piece.size() > limit - content.size()) {
      return Error(ErrorCode::kTooLarge, fmt::format("{} is larger than {} bytes", path.string(), limit));
    }
    medchain::append(content, piece);
    return {};
  });
  if (!read) return read.error();
  return content;
}

Result<std::string> read_text(const Path& path, std::size_t limit) {
  auto bytes = read_file(path, limit);
  if (!bytes) return bytes.error();
  return std::string(medchain::text(*bytes));
}

OutputFile::OutputFile(Path path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)), descriptor_(other.descriptor_) {
  other.descriptor_ = -1;
  other.temporary_.clear();
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<OutputFile> OutputFile::create(const Path& path, unsigned mode) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::is_directory(path, ignored)) {
    return Error(ErrorCode::kInvalidArgument, fmt::format("{} is a directory, not a file to write", path.string()));
  }
  std::string temporary = path.string() + ".XXXXXX";
  int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return system_error("create", path);
  OutputFile file(path, temporary, descriptor);
  if (::fchmod(descriptor, mode) != 0) return system_error("set the mode of", path);
  return file;
}

Result<void> OutputFile::write(ByteView bytes) {
  while (!bytes.empty()) {
    ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("write", path_);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> OutputFile::commit() {
  if (::fsync(descriptor_) != 0) return system_error("write", path_);
  int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) return system_error("write", path_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return system_error("create", path_);
  temporary_.clear();
  return {};
}

Result<void> remove_file(const Path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_error("remove", path);
  }
  Path directory = path.has_parent_path() ? path.parent_path() : Path(".");
  Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return system_error("sync", directory);
  return {};
}

Result<void> write_file(const Path& path, ByteView bytes, unsigned mode) {
  auto file = OutputFile::create(path, mode);
  if (!file) return file.error();
  MEDCHAIN_TRY(file->write(bytes));
  return file->commit();
}

}  // namespace programs
