// Tables of R4's types: which elements a type has, how often, of which type, and from which codes. What a table does
// not name is refused when the type is closed, and otherwise held to the rules that hold for every element.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace medchain::fhir {

enum class Type : std::uint8_t {
  // Primitive types, https://hl7.org/fhir/R4/datatypes.html#primitive. url, canonical, oid and uuid are uris.
  kBoolean,
  kInteger,
  kUnsignedInt,
  kPositiveInt,
  kDecimal,
  kString,  // and markdown
  kCode,
  kId,
  kUri,
  kInstant,
  kDate,
  kDateTime,
  kTime,
  kBase64,
  kXhtml,
  // Others.
  kShape,     // the Element's own `shape`
  kAny,       // not described here: the general rules
  kResource,  // by its resourceType
};
constexpr bool is_primitive(Type type) { return type < Type::kShape; }

enum class Count : std::uint8_t { kOptional, kRequired, kMany, kManyRequired };

struct Shape;

// An alternative of an element with a type in its name: value[x] is valueQuantity, valueString, ...
struct Choice {
  std::string_view suffix;  // "Quantity"
  Type type;
  const Shape* shape = nullptr;
};

using Codes = std::span<const std::string_view>;

struct Element {
  std::string_view name;  // "status"; "value" of value[x]
  Type type = Type::kAny;
  Count count = Count::kOptional;
  const Shape* shape = nullptr;
  Codes codes = {};                      // required binding; empty when any
  std::span<const Choice> choices = {};  // of value[x]
};

// What every type of a sort has beside its own elements.
enum class Base : std::uint8_t {
  kElement,         // id, extension
  kBackbone,        // and modifierExtension
  kResource,        // resourceType, id, meta, implicitRules, language
  kDomainResource,  // and text, contained, extension, modifierExtension
};
std::span<const Element> elements_of(Base base);

struct Shape {
  std::string_view name;  // for messages: "an Identifier"
  Base base;
  std::span<const Element> elements;
  bool open = false;  // may have elements that are not named here
};

// For tables.
constexpr Element one(std::string_view name, Type type, Codes codes = {}) {
  return {name, type, Count::kOptional, nullptr, codes, {}};
}
constexpr Element must(std::string_view name, Type type, Codes codes = {}) {
  return {name, type, Count::kRequired, nullptr, codes, {}};
}
constexpr Element many(std::string_view name, Type type, Codes codes = {}) {
  return {name, type, Count::kMany, nullptr, codes, {}};
}
constexpr Element one(std::string_view name, const Shape& shape) {
  return {name, Type::kShape, Count::kOptional, &shape, {}, {}};
}
constexpr Element must(std::string_view name, const Shape& shape) {
  return {name, Type::kShape, Count::kRequired, &shape, {}, {}};
}
constexpr Element many(std::string_view name, const Shape& shape) {
  return {name, Type::kShape, Count::kMany, &shape, {}, {}};
}
constexpr Element must_many(std::string_view name, const Shape& shape) {
  return {name, Type::kShape, Count::kManyRequired, &shape, {}, {}};
}
constexpr Element one_of(std::string_view name, std::span<const Choice> choices, Count count = Count::kOptional) {
  return {name, Type::kAny, count, nullptr, {}, choices};
}

// Data types, https://hl7.org/fhir/R4/datatypes.html and those beside it.
extern const Shape kExtension, kPrimitiveTwin, kNarrative, kMeta, kCoding, kCodeableConcept, kQuantity, kSimpleQuantity,
    kReference, kIdentifier, kPeriod, kRange, kRatio, kSampledData, kAnnotation, kAttachment, kHumanName, kContactPoint,
    kAddress, kSignature, kMoney, kTiming;
extern const Shape kUnknown;  // a type that no table describes

// Nothing when R4 has no such resource.
const Shape* find_resource(std::string_view type);

// Tables of resources, all open but kObservation's.
struct ResourceTable {
  std::string_view type;
  const Shape* shape;
};
extern const Shape kObservation;
std::span<const ResourceTable> clinical_resources();        // what is known or done about a patient
std::span<const ResourceTable> administrative_resources();  // people, devices, consent, audit, bundles
std::span<const ResourceTable> billing_resources();

}  // namespace medchain::fhir
