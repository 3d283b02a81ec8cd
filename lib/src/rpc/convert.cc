#include "convert.h"

#include <algorithm>

namespace medchain::rpc {
namespace {

constexpr std::size_t kMaxMessageText = 1000;

std::string one_line(std::string text) {
  if (text.size() > kMaxMessageText) text.resize(kMaxMessageText);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

}  // namespace

void set_failure(schema::Failure::Builder failure, const Error& error) {
  failure.setCode(static_cast<std::uint16_t>(error.code()));
  failure.setMessage(to_kj(error.message()));
}

Error to_error(schema::Failure::Reader failure) {
  const auto code = failure.getCode();
  const bool known =
      code >= static_cast<unsigned>(ErrorCode::kInvalidArgument) && code <= static_cast<unsigned>(ErrorCode::kInternal);
  return {known ? static_cast<ErrorCode>(code) : ErrorCode::kInternal, one_line(to_std(failure.getMessage()))};
}

void set_answer(schema::Answer::Builder answer, const Result<Bytes>& encoded) {
  if (encoded) {
    answer.setValue(to_data(*encoded));
  } else {
    set_failure(answer.initFailure(), encoded.error());
  }
}

std::uint64_t words_of(const Result<Bytes>& answer) {
  constexpr std::uint64_t kStructs = 4;  // Answer and Failure: a word and a pointer each
  return kStructs + (answer ? answer->size() : answer.error().message().size()) / sizeof(capnp::word) + 1;
}

Result<ByteView> read_answer(schema::Answer::Reader answer) {
  switch (answer.which()) {
    case schema::Answer::VALUE: return to_view(answer.getValue());
    case schema::Answer::FAILURE: return to_error(answer.getFailure());
  }
  return Error(ErrorCode::kUnsupportedVersion, "the node answered in a form that this version does not know");
}

std::string describe(const kj::Exception& exception) { return one_line(to_std(kj::str(exception.getDescription()))); }

Error to_error(const kj::Exception& exception) {
  switch (exception.getType()) {
    case kj::Exception::Type::DISCONNECTED: return {ErrorCode::kUnavailable, "the connection was lost"};
    case kj::Exception::Type::OVERLOADED: return {ErrorCode::kTimeout, "no answer came in time"};
    case kj::Exception::Type::UNIMPLEMENTED:
      return {ErrorCode::kUnsupportedVersion, "the other side does not know this call"};
    case kj::Exception::Type::FAILED: break;
  }
  return {ErrorCode::kUnavailable, "the connection failed: " + describe(exception)};
}

}  // namespace medchain::rpc
