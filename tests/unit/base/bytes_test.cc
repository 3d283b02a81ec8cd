#include "medchain/bytes.h"

#include "support/catch.h"

using namespace medchain;

TEST_CASE("hexadecimal round-trips and names what it refuses") {
  Bytes bytes{0x00, 0x7f, 0xff};
  CHECK(to_hex(bytes) == "007fff");
  CHECK(from_hex("007FfF").value() == bytes);
  CHECK(from_hex("007").error().code() == ErrorCode::kMalformed);
  CHECK(from_hex("0g").error().message().find("position 0") != std::string::npos);
}

TEST_CASE("base64 has one spelling per value") {  // RFC 4648 section 10
  CHECK(to_base64(view("")) == "");
  CHECK(to_base64(view("f")) == "Zg==");
  CHECK(to_base64(view("fo")) == "Zm8=");
  CHECK(to_base64(view("foo")) == "Zm9v");
  CHECK(to_base64(view("foobar")) == "Zm9vYmFy");
  CHECK(from_base64("Zm9vYmFy").value() == to_bytes(view("foobar")));
  CHECK(from_base64("Zm8=").value() == to_bytes(view("fo")));
  for (auto bad : {"Zg", "Zh==", "Zm9=", "Zg==Zg==", "Z===", "Zm9v\n", "Zm-v", "===="}) {
    CAPTURE(bad);
    CHECK_FALSE(from_base64(bad).ok());
  }
}

TEST_CASE("fixed bytes refuse another size, naming the thing") {
  using Id = FixedBytes<32, struct IdTag>;
  auto id = Id::from(Bytes(31), "record id");
  CHECK(id.error().message() == "record id has 31 bytes, expected 32");
}
