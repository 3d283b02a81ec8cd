// Between the ledger's types and what Cap'n Proto carries.
#pragma once

#include <kj/exception.h>
#include <medchain.capnp.h>

#include "medchain/bcs.h"

namespace medchain::rpc {

// Both borrow.
inline ByteView to_view(capnp::Data::Reader data) { return {data.begin(), data.size()}; }
inline capnp::Data::Reader to_data(ByteView bytes) { return {bytes.data(), bytes.size()}; }
inline kj::StringPtr to_kj(const std::string& text) { return {text.c_str(), text.size()}; }
inline std::string to_std(kj::StringPtr text) { return {text.begin(), text.size()}; }

void set_failure(schema::Failure::Builder failure, const Error& error);
// The error that was sent; a code that this build does not know becomes kInternal.
Error to_error(schema::Failure::Reader failure);

void set_answer(schema::Answer::Builder answer, const Result<Bytes>& encoded);
template <class T>
  requires(!std::same_as<T, Bytes>)
void set_answer(schema::Answer::Builder answer, const Result<T>& result) {
  if (!result) return set_answer(answer, Result<Bytes>(result.error()));
  set_answer(answer, Result<Bytes>(bcs::encode(*result)));
}
Result<ByteView> read_answer(schema::Answer::Reader answer);
template <class T>
Result<T> decode_answer(schema::Answer::Reader answer, std::string_view what) {
  auto value = read_answer(answer);
  if (!value) return value.error();
  auto decoded = bcs::decode<T>(*value);
  if (!decoded) return decoded.error().in(what);
  return decoded;
}

// What ended a call: lost connections are kUnavailable, overdue ones kTimeout.
Error to_error(const kj::Exception& exception);
// The exception's own words in one line, without source positions and stack.
std::string describe(const kj::Exception& exception);

}  // namespace medchain::rpc
