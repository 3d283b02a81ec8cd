#include "validate.h"

#include <algorithm>
#include <bitset>
#include <utility>

#include "place.h"
#include "primitives.h"
#include "types.h"

namespace medchain::fhir {
namespace {

using json::Kind;
using json::Node;

constexpr std::size_t kMostElements = 64;  // of one type, inherited ones included

// What a member's name stands for in a type.
struct Slot {
  const Element* element;
  std::size_t index;  // among all elements of the type
  Type type;          // of the alternative, when the element has some
  const Shape* shape;
};

std::optional<Slot> match(const Element& element, std::size_t index, std::string_view name) {
  if (!name.starts_with(element.name)) return std::nullopt;
  const std::string_view suffix = name.substr(element.name.size());
  if (element.choices.empty()) {
    if (!suffix.empty()) return std::nullopt;
    return Slot{&element, index, element.type, element.shape};
  }
  for (const Choice& choice : element.choices) {
    if (choice.suffix == suffix) return Slot{&element, index, choice.type, choice.shape};
  }
  return std::nullopt;
}

template <class Visit>
void for_each_element(const Shape& shape, Visit visit) {
  std::size_t index = 0;
  for (const Element& element : elements_of(shape.base)) visit(element, index++);
  for (const Element& element : shape.elements) visit(element, index++);
}

std::optional<Slot> find_slot(const Shape& shape, std::string_view name) {
  std::optional<Slot> found;
  for_each_element(shape, [&](const Element& element, std::size_t index) {
    if (!found) found = match(element, index, name);
  });
  return found;
}

bool is_many(Count count) { return count == Count::kMany || count == Count::kManyRequired; }
bool is_required(Count count) { return count == Count::kRequired || count == Count::kManyRequired; }
std::string name_of(const Element& element) {
  return std::string(element.name) + (element.choices.empty() ? "" : "[x]");
}

// What the type's invariants say beyond its table; empty when they hold.
std::string_view broken_rule(const Shape& shape, const Node& object) {
  auto has_value = [&] {
    const auto members = object.children();
    return std::any_of(members.begin(), members.end(), [](const Node& member) {
      const std::string key = member.key();
      return key.starts_with("value") || key.starts_with("_value");
    });
  };
  if (&shape == &kExtension && has_value() == object.find("extension").has_value()) {
    return "an Extension has either a value[x] or extensions (ext-1)";
  }
  if (&shape == &kObservation && object.find("dataAbsentReason") && has_value()) {
    return "a dataAbsentReason is for an Observation without value[x] (obs-6)";
  }
  if (&shape == &kQuantity && object.find("code") && !object.find("system")) {
    return "a Quantity with a code needs the code's system (qty-3)";
  }
  return {};
}

// What an object is that no table describes, as far as it shows. No type of R4 but CodeableConcept has `coding`, and
// none but Reference has a `reference` that is a string.
const Shape& guess(const Node& object) {
  if (object.find("coding")) return kCodeableConcept;
  const auto reference = object.find("reference");
  return reference && reference->is_string() ? kReference : kUnknown;
}

class Validator {
 public:
  Result<void> run(const Node& node) {
    if (!resource(node, Place{}, true)) return *error_;
    return {};
  }

 private:
  // What the members of one object have in common.
  struct Object {
    const Node& node;
    const Shape& shape;
    const Place& place;
    std::bitset<kMostElements> seen;
    std::vector<std::pair<const Element*, std::string>> chosen;  // of elements with alternatives: which
  };

  bool fail(const Place& place, std::string_view why) {
    error_ = Error(ErrorCode::kMalformed, to_string(place) + ": " + std::string(why));
    return false;
  }

  bool resource(const Node& node, const Place& place, bool may_contain) {
    if (!node.is_object()) return fail(place, "expected a resource, which is an object");
    const Place at{&place, "resourceType"};
    const auto named = node.find("resourceType");
    if (!named) return fail(at, "missing");
    const std::string type = named->text();
    const Shape* shape = find_resource(type);
    if (!named->is_string()) return fail(at, "expected a string");
    if (shape == nullptr) return fail(at, shown_code(type) + " is not a resource type of FHIR R4");
    const Place inside{&place, type};
    if (!may_contain && node.find("contained")) {
      return fail(Place{&inside, "contained"}, "a contained resource contains no other");
    }
    return object(node, *shape, inside);
  }

  bool object(const Node& node, const Shape& shape, const Place& place) {
    if (!node.is_object()) return fail(place, "expected " + std::string(shape.name));
    Object in{node, shape, place, {}, {}};
    const auto members = node.children();
    if (members.empty()) return fail(place, "an empty object");
    for (const Node& value : members) {
      const std::string key = value.key();
      if (!member(in, value, key, Place{&place, key})) return false;
    }
    const Element* missing = nullptr;
    for_each_element(shape, [&](const Element& element, std::size_t index) {
      if (missing == nullptr && is_required(element.count) && !in.seen[index]) missing = &element;
    });
    if (missing != nullptr) return fail(Place{&place, name_of(*missing)}, "missing");
    const std::string_view broken = broken_rule(shape, node);
    return broken.empty() || fail(place, broken);
  }

  bool member(Object& in, const Node& value, std::string_view key, const Place& at) {
    const bool is_twin = key.starts_with('_');
    const std::string_view name = is_twin ? key.substr(1) : key;
    if (name.empty()) return fail(at.name.empty() ? *at.parent : at, "a member without a name");
    const auto slot = find_slot(in.shape, name);
    if (!slot) {
      if (!in.shape.open) return fail(at, "unknown element");
      return is_twin ? twin(in, value, name, at) : anything(in, value, at);
    }
    if (!slot->element->choices.empty() && !choose(in, *slot->element, name)) return false;
    in.seen.set(slot->index);
    if (!is_twin) return element(in, value, *slot, at);
    if (!is_primitive(slot->type)) return fail(at, "only an element of a primitive type has a twin with _");
    if (is_many(slot->element->count) && !value.is_array()) return fail(at, "expected an array");
    return twin(in, value, name, at);
  }

  bool choose(Object& in, const Element& element, std::string_view name) {
    for (const auto& [chosen, as] : in.chosen) {
      if (chosen == &element && as != name) {
        return fail(Place{&in.place, name_of(element)}, as + " and " + std::string(name) + ", at most one is allowed");
      }
    }
    in.chosen.emplace_back(&element, name);
    return true;
  }

  bool element(const Object& in, const Node& value, const Slot& slot, const Place& at) {
    if (!is_many(slot.element->count)) {
      return value.is_array() ? fail(at, "expected one value, not an array") : single(value, slot, at);
    }
    if (!value.is_array()) return fail(at, "expected an array");
    return items(in, value, at, is_primitive(slot.type),
                 [&](const Node& item, const Place& place) { return single(item, slot, place); });
  }

  bool single(const Node& value, const Slot& slot, const Place& at) {
    if (value.is_null()) return fail(at, "null is no value");
    if (slot.type == Type::kResource) return resource(value, at, slot.element->name != "contained");
    if (slot.type == Type::kShape) return object(value, *slot.shape, at);
    const std::string_view wrong = wrong_primitive(slot.type, value);
    if (!wrong.empty()) return fail(at, wrong);
    const Codes& codes = slot.element->codes;
    if (codes.empty()) return true;
    const std::string code = value.text();  // as R4 compares codes: by case, and after JSON's escapes
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return true;
    std::string listed;
    for (std::string_view allowed : codes) listed += (listed.empty() ? "" : ", ") + std::string(allowed);
    return fail(at, shown_code(code) + " is not one of " + listed);
  }

  // Of an element that no table describes.
  bool anything(const Object& in, const Node& value, const Place& at) {
    if (!value.is_array()) return any_single(value, at);
    return items(in, value, at, true, [&](const Node& item, const Place& place) {
      return item.is_array() ? fail(place, "an array within an array") : any_single(item, place);
    });
  }

  bool any_single(const Node& value, const Place& at) {
    switch (value.kind()) {
      case Kind::kNull: return fail(at, "null is no value");
      case Kind::kString: return is_string(value.text()) || fail(at, "an empty string, or one with control characters");
      case Kind::kObject:
        if (at.name == "resource" && value.find("resourceType")) return resource(value, at, true);
        return object(value, guess(value), at);
      default: return true;
    }
  }

  // Of an array that is not empty. A null among primitive values stands for one that has only a twin.
  template <class Check>
  bool items(const Object& in, const Node& array, const Place& at, bool may_be_twins, Check check) {
    const auto values = array.children();
    if (values.empty()) return fail(at, "an empty array");
    std::optional<std::vector<Node>> twins;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Place place{&at, {}, i};
      if (!may_be_twins || !values[i].is_null()) {
        if (!check(values[i], place)) return false;
        continue;
      }
      if (!twins) twins = children_of(in.node, "_" + std::string(at.name));
      if (i >= twins->size() || !(*twins)[i].is_object())
        return fail(place, "null without an object in the twin with _");
    }
    return true;
  }

  static std::vector<Node> children_of(const Node& object, std::string_view key) {
    const auto member = object.find(key);
    return member ? member->children() : std::vector<Node>{};
  }

  // `_name`, which holds id and extensions of the primitive element `name`, or of each item of it.
  bool twin(const Object& in, const Node& value, std::string_view name, const Place& at) {
    const auto other = in.node.find(name);
    if (other && (other->is_object() || other->is_array() != value.is_array())) {
      return fail(at, "does not fit " + shown_name(name));
    }
    if (!value.is_array()) return object(value, kPrimitiveTwin, at);
    const auto twins = value.children();
    const auto values = other ? other->children() : std::vector<Node>{};
    if (twins.empty()) return fail(at, "an empty array");
    if (other && twins.size() != values.size()) return fail(at, "is not as long as " + shown_name(name));
    for (std::size_t i = 0; i < twins.size(); ++i) {
      const Place place{&at, {}, i};
      const bool nothing = !other || values[i].is_null();
      if (other && values[i].is_object()) return fail(at, "does not fit " + shown_name(name));
      if (twins[i].is_null() && nothing) return fail(place, "null without a value in " + shown_name(name));
      if (!twins[i].is_null() && !object(twins[i], kPrimitiveTwin, place)) return false;
    }
    return true;
  }

  std::optional<Error> error_;
};

}  // namespace

Result<void> validate(const json::Node& resource) { return Validator().run(resource); }

}  // namespace medchain::fhir
