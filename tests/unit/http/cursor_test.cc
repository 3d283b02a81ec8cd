#include "cursor.h"

#include "support/catch.h"
#include "support/rng.h"

using namespace medchain;
using namespace medchain::http;

TEST_CASE("A cursor gives back the position, to its listing only") {
  for (const Bytes& position : {Bytes{}, Bytes{0}, Bytes{1, 2, 3}, Bytes(100, 0xff)}) {
    const std::string cursor = make_cursor("blocks", position);
    CHECK(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    auto back = read_cursor(cursor, "blocks");
    REQUIRE(back);
    CHECK(*back == position);
    auto other = read_cursor(cursor, "records");
    REQUIRE_FALSE(other);
    CHECK(other.error().code() == ErrorCode::kInvalidArgument);
    CHECK(other.error().message() == "the cursor belongs to another listing");
  }
}

TEST_CASE("A cursor that was cut, extended or changed in any place is refused") {
  const std::string good = make_cursor("blocks", Bytes{1, 2, 3, 4, 5, 6, 7, 8});
  auto refused = [](const std::string& cursor) {
    auto read = read_cursor(cursor, "blocks");
    return !read && read.error().code() == ErrorCode::kInvalidArgument;
  };
  for (std::size_t size = 0; size < good.size(); ++size) CHECK(refused(good.substr(0, size)));
  for (const char* more : {"A", "=", " ", "AA"}) CHECK(refused(good + more));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (char c : {'A', 'B', '_', '-', '+', '/', '=', ' ', '\0', '\xff'}) {
      std::string changed = good;
      changed[i] = c;
      CAPTURE(changed);
      CHECK((changed == good || refused(changed)));
    }
  }
  CHECK(refused(std::string(100'000, 'A')));
}

TEST_CASE("base64url has one spelling for each value") {
  CHECK(to_base64url(Bytes{0xfb, 0xff}) == "-_8");
  CHECK(to_base64url({}).empty());
  test::Rng rng(3);
  for (int i = 0; i < 2'000; ++i) {
    std::string text(rng.below(12), 'A');
    for (char& c : text) c = "AQgw-_+/= z9"[rng.below(12)];
    if (auto bytes = from_base64url(text)) CHECK(to_base64url(*bytes) == text);
  }
  CHECK_FALSE(from_base64url("-_9"));  // a bit below the last byte
  CHECK_FALSE(from_base64url("-_8="));
}
