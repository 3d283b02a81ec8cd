// Where in a document: by FHIRPath, as "Observation.component[1].valueQuantity". Places of one branch lie on the stack
// and are put into words only when something is wrong there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "utf8.h"

namespace medchain::fhir {

struct Place {
  const Place* parent = nullptr;
  std::string_view name;  // of an element; empty for an item of an array
  std::size_t index = 0;  // of an item
};

inline std::string to_string(const Place& place) {
  std::vector<const Place*> way;
  for (const Place* at = &place; at->parent != nullptr; at = at->parent) way.push_back(at);
  std::string path;
  for (std::size_t i = way.size(); i-- > 0;) {
    const Place& step = *way[i];
    path +=
        step.name.empty() ? '[' + std::to_string(step.index) + ']' : (path.empty() ? "" : ".") + shown_name(step.name);
  }
  return path.empty() ? "resource" : path;
}

}  // namespace medchain::fhir
