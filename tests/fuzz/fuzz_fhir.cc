// FHIR documents in both forms, and readings of wearables. What is accepted gives resources that lie within it in
// order, and each is accepted by itself, with the same bytes, type, kind and time. An error says something.
#include "medchain/fhir.h"
#include "pieces.h"

using namespace medchain;

namespace {

void check_alone(ByteView bytes, const fhir::Resource& resource) {
  auto alone = fhir::read(bytes, fhir::Form::kJson);
  MEDCHAIN_ASSERT(alone.ok(), "a resource that is not accepted by itself");
  if (!alone->bundle_type.empty()) return;  // of a Bundle within a Bundle, its entries
  const fhir::Resource& again = alone->resources.at(0);
  MEDCHAIN_ASSERT(again.offset == 0 && again.size == bytes.size(), "a resource of other bytes");
  MEDCHAIN_ASSERT(again.type == resource.type && again.id == resource.id && again.kind == resource.kind &&
                      again.time_ms == resource.time_ms,
                  "a resource that is another by itself");
}

void check(ByteView input, fhir::Form form) {
  auto document = fhir::read(input, form);
  if (!document) {
    MEDCHAIN_ASSERT(!document.error().message().empty(), "an error that says nothing");
    return;
  }
  std::size_t end = 0;
  for (const fhir::Resource& resource : document->resources) {
    MEDCHAIN_ASSERT(resource.offset >= end && resource.offset + resource.size <= input.size(), "a resource elsewhere");
    end = resource.offset + resource.size;
    check_alone(input.subspan(resource.offset, resource.size), resource);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  check(input, fhir::Form::kJson);
  check(input, fhir::Form::kNdjson);
  auto reading = fhir::read_wearable(input);
  if (reading) {
    MEDCHAIN_ASSERT(!reading->device.empty() && (reading->samples > 0) == (reading->axes > 0), "half a reading");
  }
  return 0;
}
