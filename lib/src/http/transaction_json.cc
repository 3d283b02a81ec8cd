#include "transaction_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "transaction_members.h"

namespace medchain::http {
namespace {

constexpr std::array<std::string_view, 4> kVoteNames{"proposal", "prepare", "commit", "view_change"};
static_assert(kVoteNames.size() == static_cast<std::size_t>(VoteType::kViewChange) + 1);

OrderedJson write(const Address& address) { return address.text(); }
OrderedJson write(Tokens amount) { return std::to_string(amount.value); }
OrderedJson write(Height height) { return height.value; }
OrderedJson write(Round round) { return round.value; }
OrderedJson write(View view) { return view.value; }
OrderedJson write(std::uint64_t number) { return number; }
OrderedJson write(Role role) { return to_string(role); }
OrderedJson write(RecordKind kind) { return to_string(kind); }
OrderedJson write(VoteType type) { return name_of(type); }
OrderedJson write(const std::string& text) { return text; }
OrderedJson write(const Bytes& bytes) { return to_hex(bytes); }
OrderedJson write(const std::array<std::uint8_t, 16>& bytes) { return to_hex(bytes); }
template <std::size_t N, class Tag>
OrderedJson write(const FixedBytes<N, Tag>& bytes) {
  return bytes.hex();
}
template <std::size_t N>
OrderedJson write(const BasicPublicKey<N>& key) {
  return json_of(key);
}
OrderedJson write(const std::vector<Address>& addresses) {
  OrderedJson json = OrderedJson::array();
  for (const Address& address : addresses) json.push_back(address.text());
  return json;
}
template <Listed T>
OrderedJson write(const T& value) {
  OrderedJson json = OrderedJson::object();
  Members<T>::list(value, [&json](const char* name, const auto& field) { json[name] = write(field); });
  return json;
}

template <class Key>
OrderedJson write_key(const Key& key) {
  OrderedJson json;
  json["algorithm"] = to_string(key.algorithm);
  json["public"] = to_hex(key.bytes());
  return json;
}

void append_members(OrderedJson& json, const OrderedJson& more) {
  for (const auto& [name, value] : more.items()) json[name] = value;
}

}  // namespace

std::string_view name_of(VoteType type) { return kVoteNames[static_cast<std::size_t>(type)]; }
std::string_view contract_name(const Body& body) { return to_string(static_cast<Contract>(body.index())); }

OrderedJson json_of(const SigningPublicKey& key) { return write_key(key); }
OrderedJson json_of(const SealingPublicKey& key) { return write_key(key); }
OrderedJson json_of(const PublicKeys& keys) { return write(keys); }
OrderedJson json_of(const Ballot& ballot) { return write(ballot); }

OrderedJson json_of(const Body& body) {
  OrderedJson json;
  json["contract"] = contract_name(body);
  json["kind"] = body_name(body);
  json["body"] = std::visit(
      [](const auto& contract) { return std::visit([](const auto& asked) { return write(asked); }, contract); }, body);
  return json;
}

OrderedJson json_of(const Transaction& transaction) {
  OrderedJson json;
  json["chain"] = transaction.chain.hex();
  json["sender"] = transaction.sender.text();
  json["valid_until"] = transaction.valid_until.value;
  json["salt"] = std::to_string(transaction.salt);
  append_members(json, json_of(transaction.body));
  return json;
}

OrderedJson json_of(const SignedTransaction& transaction) {
  OrderedJson json = json_of(transaction.transaction);
  json["key"] = json_of(transaction.key);
  json["signature"] = transaction.signature.hex();
  return json;
}

}  // namespace medchain::http
