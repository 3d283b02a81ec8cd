// Of resources about payment, what R4 requires and which codes it binds. https://hl7.org/fhir/R4/<type>.html
#include "types.h"

namespace medchain::fhir {
namespace {

using enum Type;

constexpr std::string_view kStatus[] = {"active", "cancelled", "draft", "entered-in-error"};
constexpr std::string_view kUse[] = {"claim", "preauthorization", "predetermination"};
constexpr std::string_view kOutcome[] = {"queued", "complete", "error", "partial"};

constexpr Element kClaimInsuranceElements[] = {must("sequence", kPositiveInt), must("focal", kBoolean),
                                               must("coverage", kReference)};
constexpr Shape kClaimInsurance{"an insurance", Base::kBackbone, kClaimInsuranceElements, true};
constexpr Element kClaimElements[] = {many("identifier", kIdentifier),
                                      must("status", kCode, kStatus),
                                      must("type", kCodeableConcept),
                                      must("use", kCode, kUse),
                                      must("patient", kReference),
                                      one("billablePeriod", kPeriod),
                                      must("created", kDateTime),
                                      must("provider", kReference),
                                      must("priority", kCodeableConcept),
                                      must_many("insurance", kClaimInsurance),
                                      one("total", kMoney)};
constexpr Shape kClaim{"a Claim", Base::kDomainResource, kClaimElements, true};

constexpr Element kBenefitInsuranceElements[] = {must("focal", kBoolean), must("coverage", kReference)};
constexpr Shape kBenefitInsurance{"an insurance", Base::kBackbone, kBenefitInsuranceElements, true};
constexpr Element kBenefitElements[] = {many("identifier", kIdentifier),
                                        must("status", kCode, kStatus),
                                        must("type", kCodeableConcept),
                                        must("use", kCode, kUse),
                                        must("patient", kReference),
                                        one("billablePeriod", kPeriod),
                                        must("created", kDateTime),
                                        must("insurer", kReference),
                                        must("provider", kReference),
                                        must("outcome", kCode, kOutcome),
                                        must_many("insurance", kBenefitInsurance)};
constexpr Shape kExplanationOfBenefit{"an ExplanationOfBenefit", Base::kDomainResource, kBenefitElements, true};

constexpr Element kCoverageElements[] = {many("identifier", kIdentifier), must("status", kCode, kStatus),
                                         one("type", kCodeableConcept),   must("beneficiary", kReference),
                                         one("period", kPeriod),          must_many("payor", kReference)};
constexpr Shape kCoverage{"a Coverage", Base::kDomainResource, kCoverageElements, true};

constexpr ResourceTable kTables[] = {
    {"Claim", &kClaim}, {"ExplanationOfBenefit", &kExplanationOfBenefit}, {"Coverage", &kCoverage}};

}  // namespace

std::span<const ResourceTable> billing_resources() { return kTables; }

}  // namespace medchain::fhir
