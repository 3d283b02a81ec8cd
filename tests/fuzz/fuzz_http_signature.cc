// A request with headers of a stranger's: signature-input, signature, content-digest, another header, path, query. What
// is read has one canonical form and a base of printable lines that no other request shares by accident; only what the
// caller signed verifies.
#include <algorithm>

#include "content_digest.h"
#include "cursor.h"
#include "medchain/message_signature.h"
#include "pieces.h"
#include "structured_fields.h"
#include "support/genesis.h"

using namespace medchain;
using namespace medchain::http;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;

const SigningKey& caller() {
  static const SigningKey key = test::test_signing_key("fuzz caller");
  return key;
}

std::string text_piece(fuzz::Pieces& pieces) { return std::string(text(pieces.piece())); }

// What was read, written and read again is the same.
void examine_fields(std::string_view field) {
  auto read = fields::parse_dictionary(field);
  if (!read) return;
  auto written = fields::serialise(*read);
  MEDCHAIN_ASSERT(written.ok(), "a field that can be read and not written");
  auto again = fields::parse_dictionary(*written);
  MEDCHAIN_ASSERT(again.ok() || again.error().code() == ErrorCode::kTooLarge, "a written field that cannot be read");
  if (again) MEDCHAIN_ASSERT(*fields::serialise(*again) == *written, "a field with two canonical forms");
}

bool is_clean(std::string_view base) {
  return std::ranges::all_of(base, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; });
}

void examine_signature(const Request& request) {
  auto read = read_signature(request);
  if (!read) return;
  MEDCHAIN_ASSERT(is_clean(read->base) && read->base.starts_with('"'), "a signature base that could be of a domain");
  MEDCHAIN_ASSERT(static_cast<std::size_t>(std::ranges::count(read->base, '\n')) == read->covered.size(),
                  "a signature base whose lines are not its components");
  const bool good = check_signature(*read, request, {kNow, true, Address{}}).ok();
  if (good) {
    for (const char* name : {"@method", "@authority", "@path", "content-digest", "medchain-node"}) {
      MEDCHAIN_ASSERT(read->covers(name), "a request taken with a part that nobody signed");
    }
    MEDCHAIN_ASSERT(request.query.empty() || read->covers("@query"), "a query that nobody signed");
  }
  MEDCHAIN_ASSERT(!verify_signature(*read, caller().public_key()), "a signature that its caller never made");
}

// Signs what can be signed, which then verifies.
void sign_and_judge(Request request, ByteView body) {
  Signing signing;
  signing.caller = address_of(caller().public_key());
  signing.created_s = kNow;
  if (!sign_request(request, body, signing, caller())) return;
  auto read = read_signature(request);
  MEDCHAIN_ASSERT(read.ok() && check_signature(*read, request, {kNow, true, Address{}}).ok() &&
                      verify_signature(*read, caller().public_key()).ok(),
                  "an own signature that does not verify");
  MEDCHAIN_ASSERT(check_content_digest(**header(request, "content-digest"), body).ok(), "an own digest that is wrong");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  examine_fields(text(input));
  if (auto position = read_cursor(text(input), "fuzz")) {
    MEDCHAIN_ASSERT(make_cursor("fuzz", *position) == text(input), "a cursor with two texts");
  }
  fuzz::Pieces pieces(input);
  Request request{"POST", "node", text_piece(pieces), text_piece(pieces), {}};
  for (const char* name : {"signature-input", "signature", "content-digest", "x-header"}) {
    request.headers.push_back({name, text_piece(pieces)});
  }
  request.headers.push_back({std::string(kNodeHeader), Address{}.text()});
  examine_signature(request);
  sign_and_judge(request, pieces.rest());
  return 0;
}
