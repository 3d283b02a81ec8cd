// What devices send, checked, as readings of exactly the bytes that were sent.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "entry.h"

namespace medchain::gateway {

enum class ContentForm { kFhirJson, kFhirNdjson, kJson };

// By the media type of a request, without parameters, lower case. Nothing: none that is taken as observations.
std::optional<ContentForm> content_form(std::string_view media_type);

// kMalformed or kTooLarge name the element. Never more than `max_bytes`.
Result<std::vector<Reading>> read_observations(ByteView body, ContentForm form, const Address& subject,
                                               std::uint64_t now_ms, std::size_t max_bytes);
Result<std::vector<Reading>> read_message(ByteView message, const Address& subject, std::uint64_t now_ms,
                                          std::size_t max_bytes);

}  // namespace medchain::gateway
