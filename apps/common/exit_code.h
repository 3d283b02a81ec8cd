// Exit codes of both programs; docs/commands.md lists them. Scripts rely on them: values never change meaning.
#pragma once

#include "medchain/result.h"

namespace programs {

enum ExitCode : int {
  kOk = 0,
  kFailed = 1,  // it was tried and did not happen
  kUsage = 2,   // the command line, the environment or a configuration file is wrong
  kNotFound = 3,
  kPermissionDenied = 4,
  kUnavailable = 5,   // no answer now: not running, unreachable, overloaded, out of time
  kVerification = 6,  // bytes are not what they claim to be: altered, cut off, wrong key, wrong passphrase
};

ExitCode exit_code_of(const medchain::Error& error);

// Writes "<program>: <message>" as one line to stderr and returns the exit code.
int fail(const char* program, const medchain::Error& error);

}  // namespace programs
