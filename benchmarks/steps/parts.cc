#define OPENSSL_SUPPRESS_DEPRECATED  // one-shot hashing through EVP looks its algorithm up at every call

#include "parts.h"

#include <openssl/sha.h>

#include <cstdlib>

namespace medchain::benchmark {

void raw_sha256(ByteView data, std::array<std::uint8_t, 32>& digest) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(digest.data(), &context);
}

Directory::Directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "medchain-bench-XXXXXX").string();
  check(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace medchain::benchmark
