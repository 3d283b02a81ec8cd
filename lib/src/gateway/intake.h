// From what a device sent to the queue: what is in it is checked, and each reading's very bytes are taken.
#pragma once

#include "devices.h"
#include "metrics.h"
#include "queue.h"

namespace medchain::gateway {

enum class ContentForm { kFhirJson, kFhirNdjson, kJson };

// By the media type of a request, without parameters, lower case. Nothing: none that is taken as observations.
std::optional<ContentForm> content_form(std::string_view media_type);

// kMalformed or kTooLarge name the element. Never more than `max_bytes`.
Result<std::vector<Reading>> read_observations(ByteView body, ContentForm form, const Address& subject,
                                               std::uint64_t now_ms, std::size_t max_bytes);
Result<std::vector<Reading>> read_message(ByteView message, const Address& subject, std::uint64_t now_ms,
                                          std::size_t max_bytes);

class Intake {
 public:
  // Borrows. `gateway` is the author for devices without keys; `wake` is called when something was queued.
  Intake(Queue& queue, Metrics& metrics, const Address& gateway, std::function<void()> wake)
      : queue_(queue), metrics_(metrics), gateway_(gateway), wake_(std::move(wake)) {}

  Result<std::vector<EntryId>> take(const GatewayDevice& device, std::vector<Reading> readings,
                                    std::optional<std::string> idempotency_key);

 private:
  Queue& queue_;
  Metrics& metrics_;
  Address gateway_;
  std::function<void()> wake_;
};

}  // namespace medchain::gateway
