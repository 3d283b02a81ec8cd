#include "medchain/bcs.h"

#include "support/catch.h"

using namespace medchain;

namespace {

enum class Colour : std::uint32_t { kRed = 0, kGreen = 1 };
MEDCHAIN_ENUM_RANGE(Colour, kRed, kGreen)

struct Point {
  std::uint16_t x;
  bool visible;
  std::optional<std::string> label;
  MEDCHAIN_FIELDS(x, visible, label)
};

struct Shape {
  Colour colour;
  std::vector<Point> points;
  std::variant<std::uint8_t, Bytes> payload;
  std::map<std::uint8_t, std::uint8_t> weights;
  MEDCHAIN_VERSIONED(1, colour, points, payload, weights)
};

Shape sample() {
  return {Colour::kGreen, {{0x0102, true, "é"}, {3, false, std::nullopt}}, Bytes{9, 8}, {{1, 2}, {3, 4}}};
}

}  // namespace

TEST_CASE("BCS encodes as its specification says") {
  CHECK(to_hex(bcs::encode(sample())) ==
        "01"
        "01"
        "02"
        "0201"
        "01"
        "01"
        "02c3a9"
        "0300"
        "00"
        "00"
        "01020908"
        "0201020304");
}

TEST_CASE("BCS decodes what it encoded, and nothing with a byte more or less") {
  Bytes bytes = bcs::encode(sample());
  auto back = bcs::decode<Shape>(bytes);
  REQUIRE(back);
  CHECK(bcs::encode(*back) == bytes);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    CHECK_FALSE(bcs::decode<Shape>(ByteView(bytes).first(cut)).ok());
  }
  bytes.push_back(0);
  CHECK(bcs::decode<Shape>(bytes).error().message().find("trailing bytes") != std::string::npos);
}

TEST_CASE("BCS refuses a second spelling of a value") {
  CHECK_FALSE(bcs::decode<Bytes>(Bytes{0x80, 0x00}).ok());                    // ULEB128 not minimal
  CHECK_FALSE(bcs::decode<Bytes>(Bytes{0xff, 0xff, 0xff, 0xff, 0x1f}).ok());  // does not fit
  CHECK_FALSE(bcs::decode<bool>(Bytes{2}).ok());
  CHECK_FALSE(bcs::decode<Colour>(Bytes{2}).ok());
  CHECK_FALSE((bcs::decode<std::variant<std::uint8_t>>(Bytes{1, 0}).ok()));
  CHECK_FALSE((bcs::decode<std::map<std::uint8_t, bool>>(Bytes{2, 5, 1, 5, 1}).ok()));  // keys do not ascend
  CHECK_FALSE(bcs::decode<std::string>(Bytes{2, 0xc0, 0x80}).ok());                     // overlong UTF-8
  CHECK_FALSE(bcs::decode<std::string>(Bytes{4, 0xf4, 0x90, 0x80, 0x80}).ok());         // above U+10FFFF
  CHECK(bcs::decode<std::string>(Bytes{4, 0xf4, 0x8f, 0xbf, 0xbf}).ok());               // U+10FFFF itself
  Bytes versioned = bcs::encode(sample());
  versioned[0] = 2;
  CHECK(bcs::decode<Shape>(versioned).error().code() == ErrorCode::kUnsupportedVersion);
}

TEST_CASE("A length beyond the input is refused before anything is allocated for it") {
  Bytes huge{0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3};
  auto result = bcs::decode<std::vector<std::uint64_t>>(huge);
  CHECK(result.error().message().find("3 bytes left") != std::string::npos);
}

TEST_CASE("A list above its bound is refused before it is read") {
  auto read = [](Bytes bytes, std::size_t most) {
    bcs::Decoder decoder(bytes);
    auto list = bcs::read_list<Bytes>(decoder, most);
    CHECK(list.size() == (decoder.ok() ? bytes[0] : 0u));
    return decoder.ok() ? std::nullopt : std::optional(decoder.error());
  };
  CHECK_FALSE(read({3, 0, 0, 0}, 3));
  CHECK(read({3, 0, 0, 0}, 2)->code() == ErrorCode::kTooLarge);
  CHECK(read({3, 0, 0, 0}, 2)->message().find("list of 3 elements, above 2") != std::string::npos);
}

TEST_CASE("Every single bit flipped either changes the value or is refused") {
  Bytes bytes = bcs::encode(sample());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << bit % 8));
    auto result = bcs::decode<Shape>(flipped);
    if (result) CHECK(bcs::encode(*result) == flipped);
  }
}
