#include "medchain/hl7v2.h"
#include "seeds.h"

namespace medchain::fuzz {
namespace {

constexpr std::string_view kObservation =
    R"({"resourceType":"Observation","id":"o","text":{"status":"generated","div":"<div/>"},)"
    R"("status":"final",)"
    R"("category":[{"coding":[{"system":"http://x","code":"vital-signs"}]}],)"
    R"("code":{"text":"\u00e4"},"_issued":{"id":"i"},)"
    R"("contained":[{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"1"}]}]}],)"
    R"("extension":[{"url":"u","valueRange":{"low":{"value":1.50}}}],)"
    R"("effectiveDateTime":"2026-11-22T08:00:00+01:00",)"
    R"("component":[{"code":{"text":"c"},"valueSampledData":{"origin":{"value":0},"period":1e1,)"
    R"("dimensions":1,"data":"E"}}]})";
constexpr std::string_view kMedicationRequest =
    R"({"resourceType":"MedicationRequest","status":"active","intent":"order",)"
    R"("medicationReference":{"reference":"#m"},)"
    R"("subject":{"reference":"Patient/1"},"authoredOn":"2026-11",)"
    R"("dosageInstruction":[{"text":"x",)"
    R"("timing":{"code":{"text":"y"}}}]})";
constexpr std::string_view kWearable =
    R"({"device":"d","time":"2026-11-22T08:00:00.000Z","kind":"acceleration","unit":"g",)"
    R"("samples":[[0,1,2],[3,4,5e-1]],"period_ms":10})";
constexpr std::string_view kFall = R"({"device":"d","time":1795334400000,"kind":"fall"})";

constexpr std::string_view kReport =
    "MSH|^~\\&|MON|WARD7|GATE|HOSP|20261122080500+0000||ORU^R01^ORU_R01|msg-1|P|2.5.1\r"
    "PID|1||4711\rOBR|1||||||20261122080000.5+0000\rOBX|1|NM|8867-4^Heart rate^LN||72~73|/min|||||F|||20261122080001\r";
constexpr std::string_view kOldReport =
    "MSH|^~\\&|||||||ORU^R01|1\t2|P|2.3\nOBR|1\nOBX|1|DT|150456^MDC_PULS_OXIM_SAT_O2^MDC||2026|||||F\nOBX|2|||\nNTE|1||"
    "x\n";
constexpr std::string_view kAdmission = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.4\rEVN|A01\r";

void put_gateway_configuration(Seeds& seeds) {
  const std::string patient = world().patient.address().text();
  const std::string token(64, '6');
  // The numbers are files that the target has.
  const std::string least =
      "listen = \"127.0.0.1:7301\"\ncertificate = \"102\"\nprivate_key = \"102\"\nnodes = [\"node0:7102\"]\n"
      "ca = \"102\"\ngenesis = \"100\"\nkey = \"101\"\ndata = \"data\"\n";
  const std::string device =
      "\n[[device]]\nname = \"monitor\"\ntoken_sha256 = \"" + token + "\"\nsubject = \"" + patient + "\"\n";
  seeds.put("gateway_config", "least", least + device);
  seeds.put("gateway_config", "numbers",
            least +
                "max_connections = 8\nmax_body_bytes = 2048\nmax_queued_readings = 9\nmax_queued_megabytes = 1\n"
                "max_receiving_megabytes = 32\nrequests_per_second = 1\nproof_max_age_seconds = 5\n"
                "remember_hours = 1\n" +
                device);
  seeds.put("gateway_config", "all",
            least + "mllp_listen = \"[::1]:2575\"\nmllp_tls = false\nclient_ca = \"102\"\naddress = \"" + patient +
                "\"\nprevious_key = \"101\"\n" + device + "certificate_name = \"pump\"\nkey = \"101\"\naddress = \"" +
                patient + "\"\n\n[[device]]\nname = \"lab\"\nsubject = \"" + patient +
                "\"\nmllp_address = \"10.0.0.1\"\nmllp_application = \"LAB\"\nmllp_facility = \"WEST\"\n");
}

void put_gateway_content(Seeds& seeds, const std::string& bundle) {
  auto put = [&](const char* name, std::size_t form, std::string_view body, std::size_t limit = 0) {
    seeds.put("gateway_content", name, Script().byte(form).byte(limit).raw(view(body)));
  };
  put("resource", 0, kMedicationRequest);
  put("bundle", 0, bundle);
  put("lines", 1, std::string(kMedicationRequest) + "\n\r\n" + std::string(kObservation) + "\n");
  put("bundle_in_a_line", 1, bundle + "\n");
  put("reading", 2, kWearable);
  put("fhir_as_json", 2, kObservation);
  put("limited", 2, kWearable, 4);
  put("message", 3, kReport);
  put("moment", 3, "2026-11-23T09:15:30.25+01:00");
}

}  // namespace

void put_document_seeds(Seeds& seeds) {
  seeds.put("fhir", "observation", kObservation);
  seeds.put("fhir", "medication_request", kMedicationRequest);
  seeds.put("fhir", "lines", std::string(kObservation) + "\n\r\n" + std::string(kMedicationRequest) + "\n");
  const std::string bundle =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":)" +
      std::string(kObservation) + R"(,"request":{"method":"POST","url":"Observation"}},{"resource":)" +
      std::string(kMedicationRequest) + "}]}";
  seeds.put("fhir", "bundle", bundle);
  seeds.put("fhir", "wearable", kWearable);
  seeds.put("fhir", "fall", kFall);
  put_gateway_configuration(seeds);
  put_gateway_content(seeds, bundle);
  Bytes stream;
  for (std::string_view message : {kReport, kOldReport, kAdmission}) {
    seeds.put("hl7v2", "message_" + std::to_string(message.size()), message);
    append(stream, hl7v2::mllp_frame(view(message)));
  }
  seeds.put("hl7v2", "stream", ByteView(stream));
}

}  // namespace medchain::fuzz
