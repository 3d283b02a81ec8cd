// Result<T>: how every operation that may fail in normal operation reports it.
//
//   Result<Bytes> plain = open(envelope, key);
//   if (!plain) return plain.error();      // an Error converts to any Result<U>
//   use(*plain);
//
// An Error carries a stable code, for programs, and one sentence, for people: what was wrong, where, and what was
// expected. Codes are listed in docs/errors.md and never change meaning. The message holds nothing secret or personal.
//
// Misuse by the caller (reading the value of a failed Result) and broken invariants are not errors: they end the
// process through MEDCHAIN_ASSERT (assert.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "medchain/assert.h"

namespace medchain {

// Stable: values are persisted in logs and answered to clients. Append only.
enum class ErrorCode : unsigned {
  kInvalidArgument = 1,     // the caller's own value is unusable
  kMalformed = 2,           // bytes or text do not follow their format
  kUnsupportedVersion = 3,  // a version or suite that this build does not know
  kTooLarge = 4,            // above a limit of limits.h
  kNotFound = 5,
  kAuthentication = 6,    // a signature, tag, certificate or passphrase does not match
  kPermissionDenied = 7,  // known, and not allowed
  kConflict = 8,          // contradicts what is there (exists already, other chain, other content)
  kInadmissible = 9,      // a transaction that no block may contain; the message says which rule
  kCorrupt = 10,          // stored data contradicts itself
  kIo = 11,               // the operating system refused
  kUnavailable = 12,      // not now: overloaded, disconnected, still starting
  kTimeout = 13,
  kInternal = 14,
};

// The code's stable name in lower_snake_case, e.g. "not_found".
std::string_view error_name(ErrorCode code);

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same error with where it happened in front: "genesis.json: candidate 3 is a duplicate".
  Error in(std::string_view place) const { return {code_, std::string(place) + ": " + message_}; }

 private:
  ErrorCode code_;
  std::string message_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor): return value;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): return error;

  explicit operator bool() const { return value_.has_value(); }
  bool ok() const { return value_.has_value(); }

  T& value() & {
    MEDCHAIN_ASSERT(ok(), "value() of a failed Result");
    return *value_;
  }
  const T& value() const& {
    MEDCHAIN_ASSERT(ok(), "value() of a failed Result");
    return *value_;
  }
  T&& value() && {
    MEDCHAIN_ASSERT(ok(), "value() of a failed Result");
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    MEDCHAIN_ASSERT(!ok(), "error() of a successful Result");
    return *error_;
  }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor): return error;

  explicit operator bool() const { return ok(); }
  bool ok() const { return !error_.has_value(); }
  const Error& error() const {
    MEDCHAIN_ASSERT(!ok(), "error() of a successful Result");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

// Returns the error of a failed Result<...> expression from the enclosing function.
#define MEDCHAIN_TRY(expression)                                  \
  do {                                                            \
    auto medchain_try_result = (expression);                      \
    if (!medchain_try_result) return medchain_try_result.error(); \
  } while (false)

}  // namespace medchain
