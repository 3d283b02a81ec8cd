// Pages of a listing: at most `limit` items, and a cursor when there may be more.
#pragma once

#include <nlohmann/json.hpp>

#include "cursor.h"
#include "exchange.h"

namespace medchain::http {

inline constexpr std::uint64_t kPageItems = 50;
inline constexpr std::uint64_t kMaxPageItems = 500;

// What was passed as `cursor`, for the listing of this name.
template <class Position>
std::optional<Position> read_position(Arguments& arguments, std::string_view listing) {
  auto given = arguments.text("cursor");
  if (!given) return std::nullopt;
  auto bytes = read_cursor(*given, listing);
  auto position = bytes ? bcs::decode<Position>(*bytes) : Result<Position>(bytes.error());
  if (position) return *position;
  arguments.refuse(problem("invalid_cursor", position.error().message()));
  return std::nullopt;
}

template <class Position>
Reply page_reply(OrderedJson items, std::string_view listing, const std::optional<Position>& next) {
  OrderedJson json{{"items", std::move(items)}};
  if (next) json["next"] = make_cursor(listing, bcs::encode(*next));
  return json_reply(json);
}

}  // namespace medchain::http
