// Of resources about a patient's care, what R4 requires and which codes it binds. https://hl7.org/fhir/R4/<type>.html
#include "types.h"

namespace medchain::fhir {
namespace {

using enum Type;

constexpr Choice kWhen[] = {{"DateTime", kDateTime}, {"Period", kShape, &kPeriod}};
constexpr Choice kMedication[] = {{"CodeableConcept", kShape, &kCodeableConcept}, {"Reference", kShape, &kReference}};

constexpr std::string_view kReportStatus[] = {"registered",       "partial",   "preliminary", "final",
                                              "amended",          "corrected", "appended",    "cancelled",
                                              "entered-in-error", "unknown"};
constexpr Element kReportMediaElements[] = {one("comment", kString), must("link", kReference)};
constexpr Shape kReportMedia{"a report's media", Base::kBackbone, kReportMediaElements};
constexpr Element kDiagnosticReportElements[] = {many("identifier", kIdentifier),
                                                 many("basedOn", kReference),
                                                 must("status", kCode, kReportStatus),
                                                 many("category", kCodeableConcept),
                                                 must("code", kCodeableConcept),
                                                 one("subject", kReference),
                                                 one("encounter", kReference),
                                                 one_of("effective", kWhen),
                                                 one("issued", kInstant),
                                                 many("performer", kReference),
                                                 many("resultsInterpreter", kReference),
                                                 many("specimen", kReference),
                                                 many("result", kReference),
                                                 many("imagingStudy", kReference),
                                                 many("media", kReportMedia),
                                                 one("conclusion", kString),
                                                 many("conclusionCode", kCodeableConcept),
                                                 many("presentedForm", kAttachment)};
constexpr Shape kDiagnosticReport{"a DiagnosticReport", Base::kDomainResource, kDiagnosticReportElements, true};

constexpr std::string_view kPrescriptionStatus[] = {"active",           "on-hold", "cancelled", "completed",
                                                    "entered-in-error", "stopped", "draft",     "unknown"};
constexpr std::string_view kPrescriptionIntent[] = {"proposal",     "plan",         "order",          "original-order",
                                                    "reflex-order", "filler-order", "instance-order", "option"};
constexpr std::string_view kPriority[] = {"routine", "urgent", "asap", "stat"};
constexpr Choice kReported[] = {{"Boolean", kBoolean}, {"Reference", kShape, &kReference}};
constexpr Choice kAllowed[] = {{"Boolean", kBoolean}, {"CodeableConcept", kShape, &kCodeableConcept}};
constexpr Element kSubstitutionElements[] = {one_of("allowed", kAllowed, Count::kRequired),
                                             one("reason", kCodeableConcept)};
constexpr Shape kSubstitution{"a substitution", Base::kBackbone, kSubstitutionElements};
constexpr Element kMedicationRequestElements[] = {many("identifier", kIdentifier),
                                                  must("status", kCode, kPrescriptionStatus),
                                                  must("intent", kCode, kPrescriptionIntent),
                                                  one("statusReason", kCodeableConcept),
                                                  many("category", kCodeableConcept),
                                                  one("priority", kCode, kPriority),
                                                  one("doNotPerform", kBoolean),
                                                  one_of("reported", kReported),
                                                  one_of("medication", kMedication, Count::kRequired),
                                                  must("subject", kReference),
                                                  one("encounter", kReference),
                                                  one("authoredOn", kDateTime),
                                                  one("requester", kReference),
                                                  one("performer", kReference),
                                                  one("performerType", kCodeableConcept),
                                                  one("recorder", kReference),
                                                  many("reasonCode", kCodeableConcept),
                                                  many("reasonReference", kReference),
                                                  many("note", kAnnotation),
                                                  one("substitution", kSubstitution)};
constexpr Shape kMedicationRequest{"a MedicationRequest", Base::kDomainResource, kMedicationRequestElements, true};

constexpr std::string_view kMedicationStatus[] = {"active", "inactive", "entered-in-error"};
constexpr Element kMedicationElements[] = {many("identifier", kIdentifier), one("code", kCodeableConcept),
                                           one("status", kCode, kMedicationStatus), one("amount", kRatio)};
constexpr Shape kMedicationResource{"a Medication", Base::kDomainResource, kMedicationElements, true};

constexpr Element kConditionElements[] = {many("identifier", kIdentifier),
                                          one("clinicalStatus", kCodeableConcept),
                                          one("verificationStatus", kCodeableConcept),
                                          many("category", kCodeableConcept),
                                          one("severity", kCodeableConcept),
                                          one("code", kCodeableConcept),
                                          must("subject", kReference),
                                          one("encounter", kReference),
                                          one("recordedDate", kDateTime)};
constexpr Shape kCondition{"a Condition", Base::kDomainResource, kConditionElements, true};

constexpr std::string_view kAllergyType[] = {"allergy", "intolerance"};
constexpr std::string_view kAllergyCategory[] = {"food", "medication", "environment", "biologic"};
constexpr std::string_view kCriticality[] = {"low", "high", "unable-to-assess"};
constexpr Element kAllergyElements[] = {many("identifier", kIdentifier),
                                        one("clinicalStatus", kCodeableConcept),
                                        one("verificationStatus", kCodeableConcept),
                                        one("type", kCode, kAllergyType),
                                        many("category", kCode, kAllergyCategory),
                                        one("criticality", kCode, kCriticality),
                                        one("code", kCodeableConcept),
                                        must("patient", kReference),
                                        one("recordedDate", kDateTime)};
constexpr Shape kAllergy{"an AllergyIntolerance", Base::kDomainResource, kAllergyElements, true};

constexpr std::string_view kProcedureStatus[] = {"preparation", "in-progress", "not-done",         "on-hold",
                                                 "stopped",     "completed",   "entered-in-error", "unknown"};
constexpr Element kProcedureElements[] = {many("identifier", kIdentifier),   must("status", kCode, kProcedureStatus),
                                          one("category", kCodeableConcept), one("code", kCodeableConcept),
                                          must("subject", kReference),       one("encounter", kReference)};
constexpr Shape kProcedure{"a Procedure", Base::kDomainResource, kProcedureElements, true};

constexpr std::string_view kImmunizationStatus[] = {"completed", "entered-in-error", "not-done"};
constexpr Choice kOccurrence[] = {{"DateTime", kDateTime}, {"String", kString}};
constexpr Element kImmunizationElements[] = {many("identifier", kIdentifier),
                                             must("status", kCode, kImmunizationStatus),
                                             must("vaccineCode", kCodeableConcept),
                                             must("patient", kReference),
                                             one("encounter", kReference),
                                             one("recorded", kDateTime),
                                             one_of("occurrence", kOccurrence, Count::kRequired)};
constexpr Shape kImmunization{"an Immunization", Base::kDomainResource, kImmunizationElements, true};

constexpr std::string_view kEncounterStatus[] = {"planned",  "arrived",   "triaged",          "in-progress", "onleave",
                                                 "finished", "cancelled", "entered-in-error", "unknown"};
constexpr Element kEncounterElements[] = {many("identifier", kIdentifier), must("status", kCode, kEncounterStatus),
                                          must("class", kCoding),          many("type", kCodeableConcept),
                                          one("subject", kReference),      one("period", kPeriod)};
constexpr Shape kEncounter{"an Encounter", Base::kDomainResource, kEncounterElements, true};

constexpr std::string_view kRequestStatus[] = {"draft",     "active",           "on-hold", "revoked",
                                               "completed", "entered-in-error", "unknown"};
constexpr std::string_view kPlanIntent[] = {"proposal", "plan", "order", "option"};
constexpr Element kCarePlanElements[] = {many("identifier", kIdentifier),    must("status", kCode, kRequestStatus),
                                         must("intent", kCode, kPlanIntent), many("category", kCodeableConcept),
                                         must("subject", kReference),        one("period", kPeriod),
                                         one("created", kDateTime)};
constexpr Shape kCarePlan{"a CarePlan", Base::kDomainResource, kCarePlanElements, true};

constexpr std::string_view kRequestIntent[] = {"proposal",     "plan",           "directive",
                                               "order",        "original-order", "reflex-order",
                                               "filler-order", "instance-order", "option"};
constexpr Element kServiceRequestElements[] = {
    many("identifier", kIdentifier),    must("status", kCode, kRequestStatus), must("intent", kCode, kRequestIntent),
    many("category", kCodeableConcept), one("priority", kCode, kPriority),     one("code", kCodeableConcept),
    must("subject", kReference),        one("authoredOn", kDateTime)};
constexpr Shape kServiceRequest{"a ServiceRequest", Base::kDomainResource, kServiceRequestElements, true};

constexpr std::string_view kGoalStatus[] = {"proposed",  "planned",   "accepted",         "active",  "on-hold",
                                            "completed", "cancelled", "entered-in-error", "rejected"};
constexpr Element kGoalElements[] = {many("identifier", kIdentifier), must("lifecycleStatus", kCode, kGoalStatus),
                                     must("description", kCodeableConcept), must("subject", kReference)};
constexpr Shape kGoal{"a Goal", Base::kDomainResource, kGoalElements, true};

constexpr std::string_view kStudyStatus[] = {"registered", "available", "cancelled", "entered-in-error", "unknown"};
constexpr Element kInstanceElements[] = {must("uid", kId), must("sopClass", kCoding), one("number", kUnsignedInt),
                                         one("title", kString)};
constexpr Shape kInstance{"an instance", Base::kBackbone, kInstanceElements};
constexpr Element kSeriesElements[] = {must("uid", kId), must("modality", kCoding), one("started", kDateTime),
                                       many("instance", kInstance)};
constexpr Shape kSeries{"a series", Base::kBackbone, kSeriesElements, true};
constexpr Element kImagingStudyElements[] = {many("identifier", kIdentifier), must("status", kCode, kStudyStatus),
                                             must("subject", kReference), one("started", kDateTime),
                                             many("series", kSeries)};
constexpr Shape kImagingStudy{"an ImagingStudy", Base::kDomainResource, kImagingStudyElements, true};

constexpr ResourceTable kTables[] = {
    {"Observation", &kObservation},
    {"DiagnosticReport", &kDiagnosticReport},
    {"MedicationRequest", &kMedicationRequest},
    {"Medication", &kMedicationResource},
    {"Condition", &kCondition},
    {"AllergyIntolerance", &kAllergy},
    {"Procedure", &kProcedure},
    {"Immunization", &kImmunization},
    {"Encounter", &kEncounter},
    {"CarePlan", &kCarePlan},
    {"ServiceRequest", &kServiceRequest},
    {"Goal", &kGoal},
    {"ImagingStudy", &kImagingStudy},
};

}  // namespace

std::span<const ResourceTable> clinical_resources() { return kTables; }

}  // namespace medchain::fhir
