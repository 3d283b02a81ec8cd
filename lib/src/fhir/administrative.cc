// Of resources about people, devices, consent and what was done with data, what R4 requires and which codes it binds;
// and Bundle. https://hl7.org/fhir/R4/<type>.html
#include "types.h"

namespace medchain::fhir {
namespace {

using enum Type;

constexpr std::string_view kGender[] = {"male", "female", "other", "unknown"};
constexpr Choice kDeceased[] = {{"Boolean", kBoolean}, {"DateTime", kDateTime}};
constexpr Choice kMultipleBirth[] = {{"Boolean", kBoolean}, {"Integer", kInteger}};
constexpr Element kCommunicationElements[] = {must("language", kCodeableConcept), one("preferred", kBoolean)};
constexpr Shape kCommunication{"a communication", Base::kBackbone, kCommunicationElements};
constexpr std::string_view kLinkType[] = {"replaced-by", "replaces", "refer", "seealso"};
constexpr Element kPatientLinkElements[] = {must("other", kReference), must("type", kCode, kLinkType)};
constexpr Shape kPatientLink{"a link", Base::kBackbone, kPatientLinkElements};
constexpr Element kContactElements[] = {many("relationship", kCodeableConcept),
                                        one("name", kHumanName),
                                        many("telecom", kContactPoint),
                                        one("address", kAddress),
                                        one("gender", kCode, kGender),
                                        one("organization", kReference),
                                        one("period", kPeriod)};
constexpr Shape kContact{"a contact", Base::kBackbone, kContactElements};
constexpr Element kPatientElements[] = {many("identifier", kIdentifier),
                                        one("active", kBoolean),
                                        many("name", kHumanName),
                                        many("telecom", kContactPoint),
                                        one("gender", kCode, kGender),
                                        one("birthDate", kDate),
                                        one_of("deceased", kDeceased),
                                        many("address", kAddress),
                                        one("maritalStatus", kCodeableConcept),
                                        one_of("multipleBirth", kMultipleBirth),
                                        many("photo", kAttachment),
                                        many("contact", kContact),
                                        many("communication", kCommunication),
                                        many("generalPractitioner", kReference),
                                        one("managingOrganization", kReference),
                                        many("link", kPatientLink)};
constexpr Shape kPatient{"a Patient", Base::kDomainResource, kPatientElements, true};

constexpr Element kQualificationElements[] = {many("identifier", kIdentifier), must("code", kCodeableConcept),
                                              one("period", kPeriod), one("issuer", kReference)};
constexpr Shape kQualification{"a qualification", Base::kBackbone, kQualificationElements};
constexpr Element kPractitionerElements[] = {many("identifier", kIdentifier),
                                             one("active", kBoolean),
                                             many("name", kHumanName),
                                             many("telecom", kContactPoint),
                                             many("address", kAddress),
                                             one("gender", kCode, kGender),
                                             one("birthDate", kDate),
                                             many("photo", kAttachment),
                                             many("qualification", kQualification),
                                             many("communication", kCodeableConcept)};
constexpr Shape kPractitioner{"a Practitioner", Base::kDomainResource, kPractitionerElements, true};

constexpr Element kOrganizationElements[] = {many("identifier", kIdentifier), one("active", kBoolean),
                                             many("type", kCodeableConcept),  one("name", kString),
                                             many("alias", kString),          many("telecom", kContactPoint),
                                             many("address", kAddress),       one("partOf", kReference)};
constexpr Shape kOrganization{"an Organization", Base::kDomainResource, kOrganizationElements, true};

constexpr std::string_view kConsentStatus[] = {"draft",    "proposed", "active",
                                               "rejected", "inactive", "entered-in-error"};
constexpr std::string_view kPermission[] = {"deny", "permit"};
constexpr std::string_view kDataMeaning[] = {"instance", "related", "dependents", "authoredby"};
constexpr Choice kConsentSource[] = {{"Attachment", kShape, &kAttachment}, {"Reference", kShape, &kReference}};
constexpr Element kVerificationElements[] = {must("verified", kBoolean), one("verifiedWith", kReference),
                                             one("verificationDate", kDateTime)};
constexpr Shape kVerification{"a verification", Base::kBackbone, kVerificationElements};
constexpr Element kProvisionActorElements[] = {must("role", kCodeableConcept), must("reference", kReference)};
constexpr Shape kProvisionActor{"an actor", Base::kBackbone, kProvisionActorElements};
constexpr Element kProvisionDataElements[] = {must("meaning", kCode, kDataMeaning), must("reference", kReference)};
constexpr Shape kProvisionData{"provision data", Base::kBackbone, kProvisionDataElements};
extern const Shape kProvision;
constexpr Element kProvisionElements[] = {
    one("type", kCode, kPermission),  one("period", kPeriod),         many("actor", kProvisionActor),
    many("action", kCodeableConcept), many("securityLabel", kCoding), many("purpose", kCoding),
    many("class", kCoding),           many("code", kCodeableConcept), one("dataPeriod", kPeriod),
    many("data", kProvisionData),     many("provision", kProvision)};
constinit const Shape kProvision{"a provision", Base::kBackbone, kProvisionElements};
constexpr Element kConsentElements[] = {many("identifier", kIdentifier),     must("status", kCode, kConsentStatus),
                                        must("scope", kCodeableConcept),     must_many("category", kCodeableConcept),
                                        one("patient", kReference),          one("dateTime", kDateTime),
                                        many("performer", kReference),       many("organization", kReference),
                                        one_of("source", kConsentSource),    one("policyRule", kCodeableConcept),
                                        many("verification", kVerification), one("provision", kProvision)};
constexpr Shape kConsent{"a Consent", Base::kDomainResource, kConsentElements, true};

constexpr std::string_view kAuditAction[] = {"C", "R", "U", "D", "E"};
constexpr std::string_view kAuditOutcome[] = {"0", "4", "8", "12"};
constexpr std::string_view kNetworkType[] = {"1", "2", "3", "4", "5"};
constexpr Element kNetworkElements[] = {one("address", kString), one("type", kCode, kNetworkType)};
constexpr Shape kNetwork{"a network", Base::kBackbone, kNetworkElements};
constexpr Element kAuditAgentElements[] = {one("type", kCodeableConcept),
                                           many("role", kCodeableConcept),
                                           one("who", kReference),
                                           one("altId", kString),
                                           one("name", kString),
                                           must("requestor", kBoolean),
                                           one("location", kReference),
                                           many("policy", kUri),
                                           one("media", kCoding),
                                           one("network", kNetwork),
                                           many("purposeOfUse", kCodeableConcept)};
constexpr Shape kAuditAgent{"an agent", Base::kBackbone, kAuditAgentElements};
constexpr Element kAuditSourceElements[] = {one("site", kString), must("observer", kReference), many("type", kCoding)};
constexpr Shape kAuditSource{"a source", Base::kBackbone, kAuditSourceElements};
constexpr Choice kDetailValue[] = {{"String", kString}, {"Base64Binary", kBase64}};
constexpr Element kAuditDetailElements[] = {must("type", kString), one_of("value", kDetailValue, Count::kRequired)};
constexpr Shape kAuditDetail{"a detail", Base::kBackbone, kAuditDetailElements};
constexpr Element kAuditEntityElements[] = {
    one("what", kReference),   one("type", kCoding),           one("role", kCoding),
    one("lifecycle", kCoding), one("name", kString),           one("description", kString),
    one("query", kBase64),     many("securityLabel", kCoding), many("detail", kAuditDetail)};
constexpr Shape kAuditEntity{"an entity", Base::kBackbone, kAuditEntityElements};
constexpr Element kAuditEventElements[] = {must("type", kCoding),
                                           many("subtype", kCoding),
                                           one("action", kCode, kAuditAction),
                                           one("period", kPeriod),
                                           must("recorded", kInstant),
                                           one("outcome", kCode, kAuditOutcome),
                                           one("outcomeDesc", kString),
                                           many("purposeOfEvent", kCodeableConcept),
                                           must_many("agent", kAuditAgent),
                                           must("source", kAuditSource),
                                           many("entity", kAuditEntity)};
constexpr Shape kAuditEvent{"an AuditEvent", Base::kDomainResource, kAuditEventElements, true};

constexpr std::string_view kEntityRole[] = {"derivation", "revision", "quotation", "source", "removal"};
constexpr Choice kOccurred[] = {{"Period", kShape, &kPeriod}, {"DateTime", kDateTime}};
constexpr Element kProvenanceAgentElements[] = {one("type", kCodeableConcept), many("role", kCodeableConcept),
                                                must("who", kReference), one("onBehalfOf", kReference)};
constexpr Shape kProvenanceAgent{"an agent", Base::kBackbone, kProvenanceAgentElements};
constexpr Element kProvenanceEntityElements[] = {must("role", kCode, kEntityRole), must("what", kReference),
                                                 many("agent", kProvenanceAgent)};
constexpr Shape kProvenanceEntity{"an entity", Base::kBackbone, kProvenanceEntityElements};
constexpr Element kProvenanceElements[] = {must_many("target", kReference),   one_of("occurred", kOccurred),
                                           must("recorded", kInstant),        many("policy", kUri),
                                           one("location", kReference),       many("reason", kCodeableConcept),
                                           one("activity", kCodeableConcept), must_many("agent", kProvenanceAgent),
                                           many("entity", kProvenanceEntity), many("signature", kSignature)};
constexpr Shape kProvenance{"a Provenance", Base::kDomainResource, kProvenanceElements, true};

constexpr std::string_view kDeviceStatus[] = {"active", "inactive", "entered-in-error", "unknown"};
constexpr std::string_view kUdiEntry[] = {"barcode", "rfid", "manual", "card", "self-reported", "unknown"};
constexpr std::string_view kDeviceNameType[] = {"udi-label-name",    "user-friendly-name", "patient-reported-name",
                                                "manufacturer-name", "model-name",         "other"};
constexpr Element kUdiElements[] = {one("deviceIdentifier", kString), one("issuer", kUri),
                                    one("jurisdiction", kUri),        one("carrierAIDC", kBase64),
                                    one("carrierHRF", kString),       one("entryType", kCode, kUdiEntry)};
constexpr Shape kUdi{"a UDI carrier", Base::kBackbone, kUdiElements};
constexpr Element kDeviceNameElements[] = {must("name", kString), must("type", kCode, kDeviceNameType)};
constexpr Shape kDeviceName{"a device name", Base::kBackbone, kDeviceNameElements};
constexpr Element kSpecializationElements[] = {must("systemType", kCodeableConcept), one("version", kString)};
constexpr Shape kSpecialization{"a specialization", Base::kBackbone, kSpecializationElements};
constexpr Element kDeviceVersionElements[] = {one("type", kCodeableConcept), one("component", kIdentifier),
                                              must("value", kString)};
constexpr Shape kDeviceVersion{"a version", Base::kBackbone, kDeviceVersionElements};
constexpr Element kPropertyElements[] = {must("type", kCodeableConcept), many("valueQuantity", kQuantity),
                                         many("valueCode", kCodeableConcept)};
constexpr Shape kProperty{"a property", Base::kBackbone, kPropertyElements};
constexpr Element kDeviceElements[] = {
    many("identifier", kIdentifier),  many("udiCarrier", kUdi),      one("status", kCode, kDeviceStatus),
    many("deviceName", kDeviceName),  one("type", kCodeableConcept), many("specialization", kSpecialization),
    many("version", kDeviceVersion),  many("property", kProperty),   one("manufactureDate", kDateTime),
    one("expirationDate", kDateTime), one("patient", kReference),    one("owner", kReference)};
constexpr Shape kDevice{"a Device", Base::kDomainResource, kDeviceElements, true};

constexpr std::string_view kMetricStatus[] = {"on", "off", "standby", "entered-in-error"};
constexpr std::string_view kMetricColor[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};
constexpr std::string_view kMetricCategory[] = {"measurement", "setting", "calculation", "unspecified"};
constexpr std::string_view kCalibrationType[] = {"unspecified", "offset", "gain", "two-point"};
constexpr std::string_view kCalibrationState[] = {"not-calibrated", "calibration-required", "calibrated",
                                                  "unspecified"};
constexpr Element kCalibrationElements[] = {one("type", kCode, kCalibrationType),
                                            one("state", kCode, kCalibrationState), one("time", kInstant)};
constexpr Shape kCalibration{"a calibration", Base::kBackbone, kCalibrationElements};
constexpr Element kDeviceMetricElements[] = {
    many("identifier", kIdentifier),   must("type", kCodeableConcept),
    one("unit", kCodeableConcept),     one("source", kReference),
    one("parent", kReference),         one("operationalStatus", kCode, kMetricStatus),
    one("color", kCode, kMetricColor), must("category", kCode, kMetricCategory),
    one("measurementPeriod", kTiming), many("calibration", kCalibration)};
constexpr Shape kDeviceMetric{"a DeviceMetric", Base::kDomainResource, kDeviceMetricElements, true};

constexpr std::string_view kBundleType[] = {"document",  "message",        "transaction", "transaction-response",
                                            "batch",     "batch-response", "history",     "searchset",
                                            "collection"};
constexpr std::string_view kMethod[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"};
constexpr std::string_view kSearchMode[] = {"match", "include", "outcome"};
constexpr Element kBundleLinkElements[] = {must("relation", kString), must("url", kUri)};
constexpr Shape kBundleLink{"a link", Base::kBackbone, kBundleLinkElements};
constexpr Element kSearchElements[] = {one("mode", kCode, kSearchMode), one("score", kDecimal)};
constexpr Shape kSearch{"a search", Base::kBackbone, kSearchElements};
constexpr Element kRequestElements[] = {must("method", kCode, kMethod), must("url", kUri),
                                        one("ifNoneMatch", kString),    one("ifModifiedSince", kInstant),
                                        one("ifMatch", kString),        one("ifNoneExist", kString)};
constexpr Shape kRequest{"a request", Base::kBackbone, kRequestElements};
constexpr Element kResponseElements[] = {must("status", kString), one("location", kUri), one("etag", kString),
                                         one("lastModified", kInstant), one("outcome", kResource)};
constexpr Shape kResponse{"a response", Base::kBackbone, kResponseElements};
constexpr Element kEntryElements[] = {many("link", kBundleLink), one("fullUrl", kUri),     one("resource", kResource),
                                      one("search", kSearch),    one("request", kRequest), one("response", kResponse)};
constexpr Shape kEntry{"an entry", Base::kBackbone, kEntryElements};
constexpr Element kBundleElements[] = {one("identifier", kIdentifier), must("type", kCode, kBundleType),
                                       one("timestamp", kInstant),     one("total", kUnsignedInt),
                                       many("link", kBundleLink),      many("entry", kEntry),
                                       one("signature", kSignature)};
constexpr Shape kBundle{"a Bundle", Base::kResource, kBundleElements};

constexpr ResourceTable kTables[] = {
    {"Patient", &kPatient}, {"Practitioner", &kPractitioner}, {"Organization", &kOrganization},
    {"Consent", &kConsent}, {"AuditEvent", &kAuditEvent},     {"Provenance", &kProvenance},
    {"Device", &kDevice},   {"DeviceMetric", &kDeviceMetric}, {"Bundle", &kBundle},
};

}  // namespace

std::span<const ResourceTable> administrative_resources() { return kTables; }

}  // namespace medchain::fhir
