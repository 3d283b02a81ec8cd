#include "medchain/committee.h"

#include <algorithm>

namespace medchain {
namespace {

constexpr std::string_view kSetDomain = "medchain/committee-set/v1";
constexpr std::string_view kOrderDomain = "medchain/committee-order/v1";

bool has_equal_keys(const std::vector<Member>& members) {
  std::vector<SigningPublicKey> keys;
  keys.reserve(members.size());
  for (const Member& member : members) keys.push_back(member.consensus_key);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

}  // namespace

Hash committee_set_hash(const std::vector<Member>& sorted_members) {
  return hash_with_domain(kSetDomain, {bcs::encode(sorted_members)});
}

Result<void> check_members(const std::vector<Member>& sorted_members) {
  if (sorted_members.empty() || sorted_members.size() > limits::kMaxCommittee) {
    return Error(ErrorCode::kMalformed, "a committee of " + std::to_string(sorted_members.size()) +
                                            " members, expected 1 to " + std::to_string(limits::kMaxCommittee));
  }
  for (std::size_t i = 1; i < sorted_members.size(); ++i) {
    if (!(sorted_members[i - 1].validator < sorted_members[i].validator)) {
      return Error(ErrorCode::kMalformed, "committee member " + std::to_string(i) + " of the set, " +
                                              sorted_members[i].validator.text() +
                                              ", does not come after the one before it");
    }
  }
  if (has_equal_keys(sorted_members)) {
    return Error(ErrorCode::kMalformed, "two members of a committee have the same consensus key");
  }
  return {};
}

std::optional<std::size_t> Committee::index_of(const Address& validator) const {
  auto found = std::find_if(order.begin(), order.end(), [&](const Member& m) { return m.validator == validator; });
  if (found == order.end()) return std::nullopt;
  return static_cast<std::size_t>(found - order.begin());
}

std::vector<Member> Committee::sorted() const {
  std::vector<Member> members = order;
  std::sort(members.begin(), members.end());
  return members;
}

Hash Committee::set_hash() const { return committee_set_hash(sorted()); }
Hash Committee::order_hash() const { return hash_with_domain(kOrderDomain, {bcs::encode(order)}); }

Result<void> Committee::check() const {
  MEDCHAIN_TRY(check_members(sorted()));
  if (!checked_add(first_height, Height{size()})) {
    return Error(ErrorCode::kMalformed, "a committee whose heights do not fit 64 bits");
  }
  return {};
}

}  // namespace medchain
