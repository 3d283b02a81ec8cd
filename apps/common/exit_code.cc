#include "common/exit_code.h"

#include <algorithm>
#include <cstdio>

namespace programs {

using medchain::ErrorCode;

ExitCode exit_code_of(const medchain::Error& error) {
  switch (error.code()) {
    case ErrorCode::kInvalidArgument: return kUsage;
    case ErrorCode::kNotFound: return kNotFound;
    case ErrorCode::kPermissionDenied: return kPermissionDenied;
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout: return kUnavailable;
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupportedVersion:
    case ErrorCode::kAuthentication:
    case ErrorCode::kCorrupt: return kVerification;
    case ErrorCode::kTooLarge:
    case ErrorCode::kConflict:
    case ErrorCode::kInadmissible:
    case ErrorCode::kIo:
    case ErrorCode::kInternal: return kFailed;
  }
  return kFailed;
}

int fail(const char* program, const medchain::Error& error) {
  // A message may quote text from outside; whatever it holds, one line comes out.
  std::string line = error.message();
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  std::fprintf(stderr, "%s: %s\n", program, line.c_str());
  return exit_code_of(error);
}

}  // namespace programs
