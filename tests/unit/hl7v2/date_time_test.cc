#include "date_time.h"

#include "messages.h"

using medchain::hl7v2::parse_time;

TEST_CASE("Times of HL7 v2 count from their beginning, in UTC without a zone") {
  CHECK(parse_time("1970") == 0);
  CHECK(parse_time("2026") == 1'767'225'600'000);
  CHECK(parse_time("202611") == 1'793'491'200'000);
  CHECK(parse_time("20261122") == 1'795'305'600'000);
  CHECK(parse_time("2026112208") == 1'795'334'400'000);
  CHECK(parse_time("202611220800") == 1'795'334'400'000);
  CHECK(parse_time("20261122080000") == 1'795'334'400'000);
  CHECK(parse_time("20261122080000.0129") == 1'795'334'400'012);
  CHECK(parse_time("20261122080000.5+0000") == 1'795'334'400'500);
  CHECK(parse_time("202611220930+0130") == 1'795'334'400'000);
  CHECK(parse_time("20261122030000-0500") == 1'795'334'400'000);
  CHECK(parse_time("1969") == -31'536'000'000);
}

TEST_CASE("What is no time of HL7 v2 is none") {
  for (const char* wrong : {"",
                            "20",
                            "202",
                            "20261",
                            "20261322",
                            "20260229",
                            "20261122240000",
                            "20261122086000",
                            "0000",
                            "20261122080000.",
                            "20261122080000.12345",
                            "2026112208.5",
                            "20261122+01",
                            "20261122+0160",
                            "20261122+1500",
                            "20261122Z",
                            "2026-11-22",
                            "202611220800001",
                            "x",
                            "20260001"}) {
    CAPTURE(wrong);
    if (std::string_view(wrong) == "0000") {
      CHECK(parse_time(wrong));  // the calendar has it
    } else {
      CHECK_FALSE(parse_time(wrong));
    }
  }
}
