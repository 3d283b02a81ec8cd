// Changes upon a state that stays as it is. A transaction writes through it and is then kept or undone as a whole.
#pragma once

#include "data.h"

namespace medchain::state {

class Overlay {
 public:
  explicit Overlay(const Contracts& base) : base_(base) {}

  template <class T>
  std::optional<T> read(const StateKey& key) const {
    const Bytes* value = find(key);
    if (value == nullptr) return std::nullopt;
    return decode_stored<T>(*value);
  }
  // Of what is there by an invariant of the state: an account for each participant, a candidate for each that stands.
  template <class T>
  T expect(const StateKey& key) const {
    auto value = read<T>(key);
    MEDCHAIN_ASSERT(value.has_value(), "a value that the state must hold is not there");
    return std::move(*value);
  }
  bool has(const StateKey& key) const { return find(key) != nullptr; }
  template <class T>
  void write(const StateKey& key, const T& value) {
    set(key, bcs::encode(value));
  }
  void remove(const StateKey& key) { set(key, std::nullopt); }

  // What was written since the last keep() or undo() stays; or never was.
  void keep() { journal_.clear(); }
  void undo();

  // What differs from the base. Leaves the overlay empty.
  StateChanges take_changes();

 private:
  struct Before {
    StateChanges::iterator place;
    std::optional<std::optional<Bytes>> value;  // nothing: the key was not among the changes
  };
  const Bytes* find(const StateKey& key) const;
  void set(const StateKey& key, std::optional<Bytes> value);

  const Contracts& base_;
  StateChanges changes_;
  std::vector<Before> journal_;
};

}  // namespace medchain::state
