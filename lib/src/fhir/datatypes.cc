// https://hl7.org/fhir/R4/datatypes.html, references.html, extensibility.html, narrative.html, resource.html
#include "types.h"

namespace medchain::fhir {
namespace {

using enum Type;

constexpr std::string_view kNarrativeStatus[] = {"generated", "extensions", "additional", "empty"};
constexpr std::string_view kComparator[] = {"<", "<=", ">=", ">"};
constexpr std::string_view kIdentifierUse[] = {"usual", "official", "temp", "secondary", "old"};
constexpr std::string_view kNameUse[] = {"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"};
constexpr std::string_view kContactSystem[] = {"phone", "fax", "email", "pager", "url", "sms", "other"};
constexpr std::string_view kContactUse[] = {"home", "work", "temp", "old", "mobile"};
constexpr std::string_view kAddressUse[] = {"home", "work", "temp", "old", "billing"};
constexpr std::string_view kAddressType[] = {"postal", "physical", "both"};

// Every data type that an extension may hold, https://hl7.org/fhir/R4/extensibility.html#extension
constexpr Choice kExtensionValues[] = {
    {"Base64Binary", kBase64},
    {"Boolean", kBoolean},
    {"Canonical", kUri},
    {"Code", kCode},
    {"Date", kDate},
    {"DateTime", kDateTime},
    {"Decimal", kDecimal},
    {"Id", kId},
    {"Instant", kInstant},
    {"Integer", kInteger},
    {"Markdown", kString},
    {"Oid", kUri},
    {"PositiveInt", kPositiveInt},
    {"String", kString},
    {"Time", kTime},
    {"UnsignedInt", kUnsignedInt},
    {"Uri", kUri},
    {"Url", kUri},
    {"Uuid", kUri},
    {"Address", kShape, &kAddress},
    {"Age", kShape, &kQuantity},
    {"Annotation", kShape, &kAnnotation},
    {"Attachment", kShape, &kAttachment},
    {"CodeableConcept", kShape, &kCodeableConcept},
    {"Coding", kShape, &kCoding},
    {"ContactPoint", kShape, &kContactPoint},
    {"Count", kShape, &kQuantity},
    {"Distance", kShape, &kQuantity},
    {"Duration", kShape, &kQuantity},
    {"HumanName", kShape, &kHumanName},
    {"Identifier", kShape, &kIdentifier},
    {"Money", kShape, &kMoney},
    {"Period", kShape, &kPeriod},
    {"Quantity", kShape, &kQuantity},
    {"Range", kShape, &kRange},
    {"Ratio", kShape, &kRatio},
    {"Reference", kShape, &kReference},
    {"SampledData", kShape, &kSampledData},
    {"Signature", kShape, &kSignature},
    {"Timing", kShape, &kTiming},
    {"Meta", kShape, &kMeta},
    {"ContactDetail", kShape, &kUnknown},
    {"Contributor", kShape, &kUnknown},
    {"DataRequirement", kShape, &kUnknown},
    {"Expression", kShape, &kUnknown},
    {"ParameterDefinition", kShape, &kUnknown},
    {"RelatedArtifact", kShape, &kUnknown},
    {"TriggerDefinition", kShape, &kUnknown},
    {"UsageContext", kShape, &kUnknown},
    {"Dosage", kShape, &kUnknown},
};

constexpr Element kElementElements[] = {one("id", kString), many("extension", kExtension)};
constexpr Element kBackboneElements[] = {
    one("id", kString),
    many("extension", kExtension),
    many("modifierExtension", kExtension),
};
constexpr Element kResourceElements[] = {
    must("resourceType", kCode), one("id", kId), one("meta", kMeta), one("implicitRules", kUri), one("language", kCode),
};
constexpr Element kDomainResourceElements[] = {
    must("resourceType", kCode),
    one("id", kId),
    one("meta", kMeta),
    one("implicitRules", kUri),
    one("language", kCode),
    one("text", kNarrative),
    many("contained", kResource),
    many("extension", kExtension),
    many("modifierExtension", kExtension),
};

constexpr Element kExtensionElements[] = {must("url", kUri), one_of("value", kExtensionValues)};
constexpr Element kNarrativeElements[] = {must("status", kCode, kNarrativeStatus), must("div", kXhtml)};
constexpr Element kMetaElements[] = {one("versionId", kId), one("lastUpdated", kInstant), one("source", kUri),
                                     many("profile", kUri), many("security", kCoding),    many("tag", kCoding)};
constexpr Element kCodingElements[] = {one("system", kUri), one("version", kString), one("code", kCode),
                                       one("display", kString), one("userSelected", kBoolean)};
constexpr Element kCodeableConceptElements[] = {many("coding", kCoding), one("text", kString)};
constexpr Element kQuantityElements[] = {one("value", kDecimal), one("comparator", kCode, kComparator),
                                         one("unit", kString), one("system", kUri), one("code", kCode)};
constexpr Element kSimpleQuantityElements[] = {one("value", kDecimal), one("unit", kString), one("system", kUri),
                                               one("code", kCode)};
constexpr Element kReferenceElements[] = {one("reference", kString), one("type", kUri), one("identifier", kIdentifier),
                                          one("display", kString)};
constexpr Element kIdentifierElements[] = {one("use", kCode, kIdentifierUse),
                                           one("type", kCodeableConcept),
                                           one("system", kUri),
                                           one("value", kString),
                                           one("period", kPeriod),
                                           one("assigner", kReference)};
constexpr Element kPeriodElements[] = {one("start", kDateTime), one("end", kDateTime)};
constexpr Element kRangeElements[] = {one("low", kSimpleQuantity), one("high", kSimpleQuantity)};
constexpr Element kRatioElements[] = {one("numerator", kQuantity), one("denominator", kQuantity)};
constexpr Element kSampledDataElements[] = {
    must("origin", kSimpleQuantity),
    must("period", kDecimal),
    one("factor", kDecimal),
    one("lowerLimit", kDecimal),
    one("upperLimit", kDecimal),
    must("dimensions", kPositiveInt),
    one("data", kString),
};
constexpr Choice kAuthors[] = {{"Reference", kShape, &kReference}, {"String", kString}};
constexpr Element kAnnotationElements[] = {one_of("author", kAuthors), one("time", kDateTime), must("text", kString)};
constexpr Element kAttachmentElements[] = {one("contentType", kCode), one("language", kCode),    one("data", kBase64),
                                           one("url", kUri),          one("size", kUnsignedInt), one("hash", kBase64),
                                           one("title", kString),     one("creation", kDateTime)};
constexpr Element kHumanNameElements[] = {one("use", kCode, kNameUse), one("text", kString),    one("family", kString),
                                          many("given", kString),      many("prefix", kString), many("suffix", kString),
                                          one("period", kPeriod)};
constexpr Element kContactPointElements[] = {one("system", kCode, kContactSystem), one("value", kString),
                                             one("use", kCode, kContactUse), one("rank", kPositiveInt),
                                             one("period", kPeriod)};
constexpr Element kAddressElements[] = {
    one("use", kCode, kAddressUse), one("type", kCode, kAddressType), one("text", kString),  many("line", kString),
    one("city", kString),           one("district", kString),         one("state", kString), one("postalCode", kString),
    one("country", kString),        one("period", kPeriod),
};
constexpr Element kSignatureElements[] = {
    must_many("type", kCoding), must("when", kInstant),  must("who", kReference), one("onBehalfOf", kReference),
    one("targetFormat", kCode), one("sigFormat", kCode), one("data", kBase64)};
constexpr Element kMoneyElements[] = {one("value", kDecimal), one("currency", kCode)};
constexpr Element kTimingElements[] = {many("event", kDateTime), one("repeat", kUnknown),
                                       one("code", kCodeableConcept)};

}  // namespace

std::span<const Element> elements_of(Base base) {
  switch (base) {
    case Base::kElement: return kElementElements;
    case Base::kBackbone: return kBackboneElements;
    case Base::kResource: return kResourceElements;
    case Base::kDomainResource: break;
  }
  return kDomainResourceElements;
}

constinit const Shape kExtension{"an Extension", Base::kElement, kExtensionElements};
constinit const Shape kPrimitiveTwin{"an object with id or extension", Base::kElement, {}};
constinit const Shape kNarrative{"a Narrative: an object with status and div", Base::kElement, kNarrativeElements};
constinit const Shape kMeta{"a Meta", Base::kElement, kMetaElements};
constinit const Shape kCoding{"a Coding", Base::kElement, kCodingElements};
constinit const Shape kCodeableConcept{"a CodeableConcept", Base::kElement, kCodeableConceptElements};
constinit const Shape kQuantity{"a Quantity", Base::kElement, kQuantityElements};
constinit const Shape kSimpleQuantity{"a Quantity", Base::kElement, kSimpleQuantityElements};
constinit const Shape kReference{"a Reference", Base::kElement, kReferenceElements};
constinit const Shape kIdentifier{"an Identifier", Base::kElement, kIdentifierElements};
constinit const Shape kPeriod{"a Period", Base::kElement, kPeriodElements};
constinit const Shape kRange{"a Range", Base::kElement, kRangeElements};
constinit const Shape kRatio{"a Ratio", Base::kElement, kRatioElements};
constinit const Shape kSampledData{"a SampledData", Base::kElement, kSampledDataElements};
constinit const Shape kAnnotation{"an Annotation", Base::kElement, kAnnotationElements};
constinit const Shape kAttachment{"an Attachment", Base::kElement, kAttachmentElements};
constinit const Shape kHumanName{"a HumanName", Base::kElement, kHumanNameElements};
constinit const Shape kContactPoint{"a ContactPoint", Base::kElement, kContactPointElements};
constinit const Shape kAddress{"an Address", Base::kElement, kAddressElements};
constinit const Shape kSignature{"a Signature", Base::kElement, kSignatureElements};
constinit const Shape kMoney{"a Money", Base::kElement, kMoneyElements};
constinit const Shape kTiming{"a Timing", Base::kBackbone, kTimingElements};
constinit const Shape kUnknown{"an object", Base::kBackbone, {}, true};

}  // namespace medchain::fhir
