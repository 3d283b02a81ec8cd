// The table of who may do what: one row for every body of every contract, from which execution, docs/roles.md and the
// tests all read.
#pragma once

#include <span>
#include <string>

#include "medchain/state.h"

namespace medchain::state {

class RoleSet {
 public:
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (Role role : roles) bits_ |= bit(role);
  }
  static constexpr RoleSet all_but(std::initializer_list<Role> roles) {
    RoleSet set{};
    for (auto role = 0u; role <= static_cast<unsigned>(bcs_enum_range(Role{}).second); ++role) set.bits_ |= 1u << role;
    for (Role role : roles) set.bits_ &= ~bit(role);
    return set;
  }
  constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }

 private:
  static constexpr std::uint32_t bit(Role role) { return 1u << static_cast<unsigned>(role); }
  std::uint32_t bits_ = 0;
};

struct Permission {
  std::string_view action;     // body_name() of the transaction
  RoleSet roles;               // of the sender
  std::string_view condition;  // what else the contract asks
};

const Permission& permission(const Body& body);
std::span<const Permission> permissions(Contract contract);  // in the order of the contract's bodies

// docs/roles.md.
std::string roles_document();

}  // namespace medchain::state
