// openapi.json describes exactly what the router and the catalogue of problems have. That answers are as it says,
// tests/integration/openapi_test.py sees.
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "handlers.h"
#include "ledger_json.h"
#include "paging.h"
#include "router.h"
#include "support/catch.h"

using namespace medchain;
using namespace medchain::http;

namespace {

const Json& document() {
  static const Json parsed = Json::parse(kOpenApi);
  return parsed;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

const Json& operation_of(const Route& route) {
  return document().at("paths").at(std::string(route.path)).at(lower(route.method));
}

const Json& resolve(const Json& value) {
  if (!value.contains("$ref")) return value;
  return document().at(Json::json_pointer(value.at("$ref").get<std::string>().substr(1)));
}

std::set<std::string> strings(const Json& list) { return list.get<std::set<std::string>>(); }

// Every object within `value`, itself included.
void each_object(const Json& value, const std::function<void(const Json&)>& visit) {
  if (value.is_object()) visit(value);
  if (!value.is_structured()) return;
  for (const Json& inner : value) each_object(inner, visit);
}

std::set<std::string> braced_in(std::string_view path) {
  std::set<std::string> names;
  for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1)) {
    names.insert(std::string(path.substr(open + 1, path.find('}', open) - open - 1)));
  }
  return names;
}

template <class Names>
void check_enum(const char* schema, const Names& names) {
  CAPTURE(schema);
  CHECK(strings(document().at("components").at("schemas").at(schema).at("enum")) == names);
}

}  // namespace

TEST_CASE("The document has exactly the router's operations") {
  using Operation = std::tuple<std::string, std::string, std::string>;
  std::set<Operation> routed, documented;
  for (const Route& route : routes()) routed.emplace(route.path, lower(route.method), route.name);
  for (const auto& [path, item] : document().at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      documented.emplace(path, method, operation.at("operationId").get<std::string>());
    }
  }
  CHECK(documented == routed);
  CHECK(routed.size() == routes().size());
}

TEST_CASE("Every operation says what it is and what it answers") {
  for (const Route& route : routes()) {
    CAPTURE(route.name);
    const Json& operation = operation_of(route);
    CHECK_FALSE(operation.at("summary").get<std::string>().empty());
    CHECK_FALSE(operation.at("description").get<std::string>().empty());
    CHECK(operation.contains("requestBody") == (route.method == "POST"));
    // What any request may be answered.
    for (const char* status : {"200", "400", "401", "429", "431", "500", "503"}) {
      CHECK(operation.at("responses").contains(status));
    }
    CHECK(operation.at("responses").contains("403") >= (route.access == medchain::http::Admission::kCaller));
  }
}

TEST_CASE("What a path has in braces is declared, once, and nothing else as of the path") {
  for (const Route& route : routes()) {
    CAPTURE(route.path);
    std::set<std::string> declared;
    std::set<std::pair<std::string, std::string>> all;
    for (const Json& given : operation_of(route).value("parameters", Json::array())) {
      const Json& parameter = resolve(given);
      CAPTURE(parameter.dump());
      CHECK(all.emplace(parameter.at("in"), parameter.at("name")).second);
      CHECK_FALSE(parameter.at("description").get<std::string>().empty());
      CHECK(parameter.contains("schema"));
      if (parameter.at("in") != "path") continue;
      CHECK(parameter.at("required") == true);
      declared.insert(parameter.at("name"));
    }
    CHECK(declared == braced_in(route.path));
  }
}

TEST_CASE("Who must sign, and who need not, is as in the router") {
  const Json& schemes = document().at("components").at("securitySchemes");
  CHECK(schemes.at("signature").at("name") == "Signature");
  CHECK_FALSE(document().contains("security"));
  for (const Route& route : routes()) {
    CAPTURE(route.name);
    const Json security = operation_of(route).value("security", Json::array());
    const bool without = security.empty() || std::ranges::find(security, Json::object()) != security.end();
    CHECK(without == (route.access == medchain::http::Admission::kOpen));
    for (const Json& way : security) {
      if (!way.empty()) CHECK(way.contains("signature"));
      for (const auto& [scheme, scopes] : way.items()) CHECK(schemes.contains(scheme));
    }
  }
}

TEST_CASE("The document's problems are those of the catalogue") {
  std::set<std::string> codes;
  std::map<int, std::set<std::string>> by_status;
  for (const ProblemKind& kind : problem_catalogue()) {
    codes.emplace(kind.code);
    by_status[kind.status].emplace(kind.code);
  }
  const Json& components = document().at("components");
  CHECK(strings(components.at("schemas").at("Problem").at("properties").at("code").at("enum")) == codes);
  std::size_t found = 0;
  each_object(components.at("responses"), [&](const Json& object) {
    if (!object.contains("status") || !object.contains("code")) return;
    const int status = object.at("status").at("const");
    CAPTURE(status);
    CHECK(strings(object.at("code").at("enum")) == by_status[status]);
    ++found;
  });
  CHECK(found >= 10);
  // Under the status that it belongs to.
  for (const Route& route : routes()) {
    for (const auto& [status, given] : operation_of(route).at("responses").items()) {
      const Json& response = resolve(given);
      if (status < "400") continue;
      CAPTURE(route.name, status);
      const Json& schema = response.at("content").at(std::string(kProblemMediaType)).at("schema");
      CHECK(schema.at("properties").at("status").at("const") == std::stoi(status));
    }
  }
}

TEST_CASE("Every reference leads somewhere, and everything shared is referred to") {
  std::set<std::string> used;
  each_object(document(), [&](const Json& object) {
    auto reference = object.find("$ref");
    if (reference == object.end() || !reference->is_string()) return;
    const auto target = reference->get<std::string>();
    CAPTURE(target);
    REQUIRE(target.starts_with("#/components/"));
    CHECK(document().contains(Json::json_pointer(target.substr(1))));
    used.insert(target);
  });
  for (const char* kind : {"schemas", "parameters", "responses"}) {
    for (const auto& [name, shared] : document().at("components").at(kind).items()) {
      CAPTURE(kind, name);
      CHECK(used.contains("#/components/" + std::string(kind) + "/" + name));
    }
  }
}

TEST_CASE("An object says all of its members, and which are required") {
  each_object(document().at("components").at("schemas"), [](const Json& schema) {
    // A schema by which another one is narrowed has no type.
    if (schema.value("type", Json()) != "object" || !schema.contains("properties")) return;
    CAPTURE(schema.dump());
    CHECK(schema.at("additionalProperties") == false);
    for (const Json& name : schema.value("required", Json::array())) {
      CHECK(schema.at("properties").contains(name.get<std::string>()));
    }
  });
}

TEST_CASE("Names are those of the ledger") {
  std::set<std::string> statuses, roles, kinds, contracts;
  for (unsigned i = 0; i <= static_cast<unsigned>(TxStatus::kEvidenceNotSigned); ++i) {
    statuses.emplace(to_string(static_cast<TxStatus>(i)));
  }
  for (unsigned i = 0; i <= static_cast<unsigned>(Role::kAuditor); ++i) roles.emplace(to_string(static_cast<Role>(i)));
  for (unsigned i = 0; i <= static_cast<unsigned>(RecordKind::kOther); ++i) {
    kinds.emplace(to_string(static_cast<RecordKind>(i)));
  }
  for (std::size_t i = 0; i < kContracts; ++i) contracts.emplace(to_string(static_cast<Contract>(i)));
  check_enum("TransactionStatus", statuses);
  check_enum("Role", roles);
  check_enum("RecordKind", kinds);
  check_enum("Contract", contracts);
  const Json& limit = document().at("components").at("parameters").at("Limit").at("schema");
  CHECK(limit.at("default") == kPageItems);
  CHECK(limit.at("maximum") == kMaxPageItems);
}

namespace {

template <class ContractBody, std::size_t... kIndex>
void add_names(std::set<std::pair<std::string, std::string>>& names, std::index_sequence<kIndex...>) {
  for (const Body& body : {Body{ContractBody{std::variant_alternative_t<kIndex, ContractBody>{}}}...}) {
    names.emplace(contract_name(body), body_name(body));
  }
}

template <std::size_t... kContract>
std::set<std::pair<std::string, std::string>> all_bodies(std::index_sequence<kContract...>) {
  std::set<std::pair<std::string, std::string>> names;
  (add_names<std::variant_alternative_t<kContract, Body>>(
       names, std::make_index_sequence<std::variant_size_v<std::variant_alternative_t<kContract, Body>>>{}),
   ...);
  return names;
}

}  // namespace

TEST_CASE("Every kind of transaction is described") {
  std::set<std::pair<std::string, std::string>> described;
  std::set<std::string> kinds;
  const Json& schemas = document().at("components").at("schemas");
  for (const Json& choice : schemas.at("Asked").at("oneOf")) {
    const Json& properties = choice.at("properties");
    described.emplace(properties.at("contract").at("const"), properties.at("kind").at("const"));
    kinds.insert(properties.at("kind").at("const"));
    CHECK(properties.at("body").at("additionalProperties") == false);
  }
  CHECK(described == all_bodies(std::make_index_sequence<kContracts>{}));
  for (const char* name : {"Transaction", "SignedTransaction", "IdentifiedTransaction"}) {
    CHECK(strings(schemas.at(name).at("properties").at("kind").at("enum")) == kinds);
  }
}
