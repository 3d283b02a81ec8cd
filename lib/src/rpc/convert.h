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

template <class T>
Result<Bytes> encode_answer(const Result<T>& result) {
  if (!result) return result.error();
  return bcs::encode(*result);
}
inline const Result<Bytes>& encode_answer(const Result<Bytes>& encoded) { return encoded; }
void set_answer(schema::Answer::Builder answer, const Result<Bytes>& encoded);
template <class T>
  requires(!std::same_as<T, Bytes>)
void set_answer(schema::Answer::Builder answer, const Result<T>& result) {
  set_answer(answer, encode_answer(result));
}
// Room for an answer and no more: until it is read it occupies what was reserved for it.
std::uint64_t words_of(const Result<Bytes>& answer);
inline capnp::MessageSize room_for(const Result<Bytes>& answer) { return {words_of(answer) + 8, 0}; }
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
