#include "fixture.h"
#include "medchain/merkle.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::testing;

namespace {

const Payload kPayload{{Bytes{1, 2, 3}, Bytes{4}, Bytes{}}};

Body put_of(const Payload& payload, std::size_t readers) {
  Put put;
  for (std::size_t i = 0; i < readers; ++i) put.readers.push_back(address(static_cast<std::uint8_t>(i)));
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  return RecordsBody{put};
}

}  // namespace

TEST_CASE("A payload's root and size are those of its parts") {
  CHECK(kPayload.bytes() == 4);
  CHECK(kPayload.root() ==
        merkle::node_hash(merkle::node_hash(merkle::leaf_hash(Bytes{1, 2, 3}), merkle::leaf_hash(Bytes{4})),
                          merkle::leaf_hash(Bytes{})));
  CHECK(Payload{}.root() == sha256(ByteView()));
}

TEST_CASE("Bodies say what payload travels with them") {
  auto put = payload_of(put_of(kPayload, 2));
  REQUIRE(put);
  CHECK(put->parts == 3);
  CHECK(put->bytes == 4);
  CHECK(put->root == kPayload.root());
  auto grant = payload_of(ConsentBody{Grant{{}, address(1), kPayload.root(), 4}});
  REQUIRE(grant);
  CHECK(grant->parts == 1);
  CHECK_FALSE(payload_of(ConsentBody{Revoke{}}));
  CHECK_FALSE(payload_of(TokensBody{Transfer{}}));
  CHECK_FALSE(payload_of(RegistryBody{Suspend{}}));
}

TEST_CASE("A payload is refused unless it is exactly what its transaction commits to") {
  const Body body = put_of(kPayload, 2);
  CHECK(check_payload(body, kPayload));
  auto refuses = [&](const Body& b, const Payload& payload, std::string_view why) {
    auto result = check_payload(b, payload);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == ErrorCode::kMalformed);
    CHECK(result.error().message().find(why) != std::string::npos);
  };
  refuses(body, {}, "0 parts");
  refuses(body, {{Bytes{1, 2, 3}, Bytes{4}}}, "2 parts, its transaction commits to 3");
  refuses(body, {{Bytes{1, 2, 3}, Bytes{4}, Bytes{5}}}, "5 bytes, its transaction commits to 4");
  refuses(body, {{Bytes{1, 2, 3}, Bytes{5}, Bytes{}}}, "root");
  refuses(body, {{Bytes{1, 2}, Bytes{3, 4}, Bytes{}}}, "root");
  refuses(TokensBody{Transfer{}}, kPayload, "transfer");
  CHECK(check_payload(TokensBody{Transfer{}}, {}));
}

TEST_CASE("A payload above the limits is refused, even when its transaction announces it") {
  Payload large{{Bytes(limits::kMaxPayloadBytes), Bytes{}}};
  CHECK(check_payload(put_of(large, 1), large));
  large.parts[1].push_back(0);
  CHECK(check_payload(put_of(large, 1), large).error().code() == ErrorCode::kTooLarge);

  Payload many{std::vector<Bytes>(limits::kMaxPayloadParts)};
  CHECK(check_payload(put_of(many, limits::kMaxReaders), many));
  many.parts.emplace_back();
  CHECK(check_payload(put_of(many, limits::kMaxReaders + 1), many).error().code() == ErrorCode::kTooLarge);
}
