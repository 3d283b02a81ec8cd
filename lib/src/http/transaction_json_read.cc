#include <nlohmann/json.hpp>

#include "problem.h"
#include "transaction_json.h"
#include "transaction_members.h"

namespace medchain::http {
namespace {

Result<VoteType> parse_vote_type(std::string_view name) {
  for (VoteType type : {VoteType::kProposal, VoteType::kPrepare, VoteType::kCommit, VoteType::kViewChange}) {
    if (name_of(type) == name) return type;
  }
  return Error(ErrorCode::kMalformed, "unknown type of vote, expected proposal, prepare, commit or view_change");
}

// Reads one member by the type of the field that it is for.
struct Reader {
  JsonObject& object;

  void operator()(const char* name, Address& address) const { address = object.address(name); }
  void operator()(const char* name, Tokens& amount) const { amount.value = object.decimal(name); }
  void operator()(const char* name, Height& height) const { height.value = object.number(name); }
  void operator()(const char* name, Round& round) const { round.value = object.number(name); }
  void operator()(const char* name, View& view) const { view.value = object.number(name); }
  void operator()(const char* name, std::uint64_t& number) const { number = object.number(name); }
  void operator()(const char* name, Role& role) const { role = object.named(name, &parse_role); }
  void operator()(const char* name, RecordKind& kind) const { kind = object.named(name, &parse_record_kind); }
  void operator()(const char* name, VoteType& type) const { type = object.named(name, &parse_vote_type); }
  void operator()(const char* name, std::string& text) const { text = object.text(name); }
  void operator()(const char* name, Bytes& bytes) const { bytes = object.hex(name); }
  void operator()(const char* name, std::array<std::uint8_t, 16>& bytes) const { object.hex_into(name, bytes); }
  void operator()(const char* name, std::vector<Address>& addresses) const { addresses = object.addresses(name); }
  template <std::size_t N, class Tag>
  void operator()(const char* name, FixedBytes<N, Tag>& bytes) const {
    object.hex_into(name, bytes.bytes);
  }
  template <std::size_t N>
  void operator()(const char* name, BasicPublicKey<N>& key) const {
    object.object(name, [&key](JsonObject& inner) {
      key.algorithm = inner.named("algorithm", &parse_key_algorithm);
      inner.hex_into("public", std::span(key.storage).first(key.size()));
    });
  }
  template <Listed T>
  void operator()(const char* name, T& value) const {
    object.object(name, [&value](JsonObject& inner) { Members<T>::list(value, Reader{inner}); });
  }
};

// A body of this contract, when `kind` is one of its kinds.
template <class ContractBody, std::size_t... kIndex>
bool read_kind(JsonObject& object, std::string_view kind, Body& body, std::index_sequence<kIndex...>) {
  auto read_as = [&]<class Asked>(Asked asked) {
    if (body_name(Body{ContractBody{asked}}) != kind) return false;
    Reader{object}("body", asked);
    body = ContractBody{std::move(asked)};
    return true;
  };
  return (read_as(std::variant_alternative_t<kIndex, ContractBody>{}) || ...);
}

template <std::size_t... kContract>
void read_body(JsonObject& object, Body& body, std::index_sequence<kContract...>) {
  const std::string contract = object.text("contract");
  const std::string kind = object.text("kind");
  if (!object.ok()) return;
  bool known_contract = false;
  auto read_contract = [&]<class ContractBody>(ContractBody empty) {
    if (contract_name(Body{std::move(empty)}) != contract) return false;
    known_contract = true;
    return read_kind<ContractBody>(object, kind, body, std::make_index_sequence<std::variant_size_v<ContractBody>>{});
  };
  if ((read_contract(std::variant_alternative_t<kContract, Body>{}) || ...)) return;
  if (known_contract) return object.refuse("kind", shown(kind) + " is no kind of the contract " + contract);
  object.refuse("contract", "expected tokens, stake, registry, records or consent, not " + shown(contract));
}

void read_members(JsonObject& object, Transaction& transaction) {
  const Reader read{object};
  read("chain", transaction.chain);
  read("sender", transaction.sender);
  read("valid_until", transaction.valid_until);
  transaction.salt = object.decimal("salt");
  read_body(object, transaction.body, std::make_index_sequence<std::variant_size_v<Body>>{});
}

void read_members(JsonObject& object, SignedTransaction& transaction) {
  read_members(object, transaction.transaction);
  Reader{object}("key", transaction.key);
  Reader{object}("signature", transaction.signature);
}

void read_members(JsonObject& object, Submission& submission) {
  const Json* transaction = object.any("transaction");
  if (transaction != nullptr && transaction->is_object()) {
    SignedTransaction read;
    object.object("transaction", [&read](JsonObject& inner) { read_members(inner, read); });
    submission.transaction = bcs::encode(read);
  } else if (transaction != nullptr && transaction->is_string()) {
    submission.transaction = object.base64("transaction");
  } else {
    object.expected("transaction", "an object, or the canonical bytes in base64");
  }
  if (!object.has("payload")) return;
  object.array("payload", limits::kMaxPayloadParts, [&](const Json& element, const std::string& pointer) {
    auto part = element.is_string() ? from_base64(element.get_ref<const std::string&>())
                                    : Result<Bytes>(Error(ErrorCode::kMalformed, "no string"));
    if (!part) return object.fail(unexpected(pointer, "base64 with its padding", element));
    submission.payload.parts.push_back(std::move(*part));
  });
}

template <class T>
Result<T> read(const Json& json, std::string pointer) {
  T value;
  std::optional<Error> error;
  JsonObject object(json, std::move(pointer), error);
  read_members(object, value);
  object.finish();
  if (error) return *error;
  return value;
}

template <class T>
Result<T> read_text(std::string_view text, std::size_t most) {
  auto json = parse_json(text, {.bytes = most});
  if (!json) return json.error();
  return read<T>(*json, "");
}

}  // namespace

Result<Transaction> read_transaction(const Json& json, std::string pointer) {
  return read<Transaction>(json, std::move(pointer));
}
Result<SignedTransaction> read_signed_transaction(const Json& json, std::string pointer) {
  return read<SignedTransaction>(json, std::move(pointer));
}
Result<Submission> read_submission(const Json& json, std::string pointer) {
  return read<Submission>(json, std::move(pointer));
}

Result<Transaction> read_transaction_text(std::string_view text) {
  return read_text<Transaction>(text, kMaxTransactionText);
}
Result<SignedTransaction> read_signed_transaction_text(std::string_view text) {
  return read_text<SignedTransaction>(text, kMaxTransactionText);
}
Result<Submission> read_submission_text(std::string_view text) {
  return read_text<Submission>(text, kMaxSubmissionText);
}

}  // namespace medchain::http
