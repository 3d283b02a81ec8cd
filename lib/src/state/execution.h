// What an Execution carries from State::execute to State::apply.
#pragma once

#include "data.h"

namespace medchain {

struct Execution::Overlay {
  const state::Data* base = nullptr;  // only compared: the very state, at the very height
  Height base_height;
  std::size_t changes = 0;
  state::Staged staged;
  std::vector<TxId> ids;
};

}  // namespace medchain
