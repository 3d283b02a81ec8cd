#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "medchain/key_file.h"

namespace medchain {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileSize = 64 * 1024;

Error system_error(const fs::path& path, std::string_view what) {
  ErrorCode code = errno == ENOENT   ? ErrorCode::kNotFound
                   : errno == EEXIST ? ErrorCode::kConflict
                   : errno == EACCES ? ErrorCode::kPermissionDenied
                                     : ErrorCode::kIo;
  return {code, path.string() + ": " + std::string(what) + ": " + std::strerror(errno)};
}

class File {
 public:
  File(const fs::path& path, int flags, mode_t mode = 0) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool ok() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  bool close() {
    int closing = std::exchange(descriptor_, -1);
    return closing < 0 || ::close(closing) == 0;
  }
  bool write_all(ByteView bytes) {
    while (!bytes.empty()) {
      ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return true;
  }
  // How many bytes came before the end or a full `out`; -1 for an error.
  ssize_t read_all(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
      ssize_t count = ::read(descriptor_, out.data() + filled, out.size() - filled);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return -1;
      if (count == 0) break;
      filled += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(filled);
  }

 private:
  int descriptor_;
};

// The directory too, or a power cut may take the new name away again.
bool sync_directory_of(const fs::path& path) {
  fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  File file(directory, O_RDONLY | O_DIRECTORY);
  return file.ok() && ::fsync(file.descriptor()) == 0;
}

Result<void> write_new_file(const fs::path& path, ByteView content, mode_t mode) {
  File file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!file.ok() && errno == EEXIST) {
    return Error(ErrorCode::kConflict, path.string() + " exists already, and a key file is never overwritten");
  }
  if (!file.ok()) return system_error(path, "cannot be created");
  if (file.write_all(content) && ::fsync(file.descriptor()) == 0 && file.close() && sync_directory_of(path)) return {};
  Error error = system_error(path, "cannot be written");
  ::unlink(path.c_str());  // half a key would only be in the way of the next attempt
  return error;
}

Result<SecretBytes> read_small_file(const fs::path& path, bool secret) {
  File file(path, O_RDONLY | O_NONBLOCK);  // a named pipe must not make the caller wait
  if (!file.ok()) return system_error(path, "cannot be opened");
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) return system_error(path, "cannot be examined");
  if (!S_ISREG(status.st_mode)) return Error(ErrorCode::kInvalidArgument, path.string() + " is not a regular file");
  if (secret && (status.st_mode & 077) != 0) {
    return Error(ErrorCode::kPermissionDenied,
                 path.string() + " holds secret keys and others may use it; run: chmod 600 " + path.string());
  }
  SecretBytes content(kMaxFileSize + 1);
  ssize_t size = file.read_all(content.expose_mutable());
  if (size < 0) return system_error(path, "cannot be read");
  if (static_cast<std::size_t>(size) > kMaxFileSize) {
    return Error(ErrorCode::kMalformed, path.string() + " is not a key file: it is longer than 64 KiB");
  }
  return SecretBytes::copy_of(content.expose().first(static_cast<std::size_t>(size)));
}

}  // namespace

Result<void> write_key_file(const fs::path& path, const KeyPair& keys, std::optional<std::string_view> passphrase) {
  return write_new_file(path, encode_key_file(keys, passphrase).expose(), 0600);
}

Result<KeyPair> read_key_file(const fs::path& path, std::optional<std::string_view> passphrase) {
  auto content = read_small_file(path, true);
  if (!content) return content.error();
  auto keys = decode_key_file(content->expose(), passphrase);
  if (!keys) return keys.error().in(path.string());
  return keys;
}

Result<void> write_public_key_file(const fs::path& path, const PublicKeys& keys) {
  return write_new_file(path, view(encode_public_key_file(keys)), 0644);
}

Result<PublicKeys> read_public_key_file(const fs::path& path) {
  auto content = read_small_file(path, false);
  if (!content) return content.error();
  auto keys = decode_public_key_file(text(content->expose()));
  if (!keys) return keys.error().in(path.string());
  return keys;
}

}  // namespace medchain
