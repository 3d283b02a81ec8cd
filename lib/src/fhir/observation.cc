// https://hl7.org/fhir/R4/observation.html
#include "types.h"

namespace medchain::fhir {
namespace {

using enum Type;

constexpr std::string_view kStatus[] = {"registered", "preliminary",      "final",  "amended", "corrected",
                                        "cancelled",  "entered-in-error", "unknown"};

constexpr Choice kEffective[] = {
    {"DateTime", kDateTime}, {"Period", kShape, &kPeriod}, {"Timing", kShape, &kTiming}, {"Instant", kInstant}};
constexpr Choice kValue[] = {{"Quantity", kShape, &kQuantity},
                             {"CodeableConcept", kShape, &kCodeableConcept},
                             {"String", kString},
                             {"Boolean", kBoolean},
                             {"Integer", kInteger},
                             {"Range", kShape, &kRange},
                             {"Ratio", kShape, &kRatio},
                             {"SampledData", kShape, &kSampledData},
                             {"Time", kTime},
                             {"DateTime", kDateTime},
                             {"Period", kShape, &kPeriod}};

constexpr Element kReferenceRangeElements[] = {
    one("low", kSimpleQuantity),         one("high", kSimpleQuantity), one("type", kCodeableConcept),
    many("appliesTo", kCodeableConcept), one("age", kRange),           one("text", kString)};
constexpr Shape kReferenceRange{"a reference range", Base::kBackbone, kReferenceRangeElements};

constexpr Element kComponentElements[] = {
    must("code", kCodeableConcept), one_of("value", kValue), one("dataAbsentReason", kCodeableConcept),
    many("interpretation", kCodeableConcept), many("referenceRange", kReferenceRange)};
constexpr Shape kComponent{"a component", Base::kBackbone, kComponentElements};

constexpr Element kElements[] = {many("identifier", kIdentifier),
                                 many("basedOn", kReference),
                                 many("partOf", kReference),
                                 must("status", kCode, kStatus),
                                 many("category", kCodeableConcept),
                                 must("code", kCodeableConcept),
                                 one("subject", kReference),
                                 many("focus", kReference),
                                 one("encounter", kReference),
                                 one_of("effective", kEffective),
                                 one("issued", kInstant),
                                 many("performer", kReference),
                                 one_of("value", kValue),
                                 one("dataAbsentReason", kCodeableConcept),
                                 many("interpretation", kCodeableConcept),
                                 many("note", kAnnotation),
                                 one("bodySite", kCodeableConcept),
                                 one("method", kCodeableConcept),
                                 one("specimen", kReference),
                                 one("device", kReference),
                                 many("referenceRange", kReferenceRange),
                                 many("hasMember", kReference),
                                 many("derivedFrom", kReference),
                                 many("component", kComponent)};

}  // namespace

constinit const Shape kObservation{"an Observation", Base::kDomainResource, kElements};

}  // namespace medchain::fhir
