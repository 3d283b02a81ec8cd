// Changes upon a state that stays as it is. A transaction writes through it and is then kept or undone as a whole.
// Each key is looked up in the state once, however often a block's transactions read and write it.
#pragma once

#include <unordered_map>

#include "data.h"

namespace medchain::state {

class Overlay {
 public:
  explicit Overlay(const Contracts& base) : base_(base) {}

  template <class T>
  std::optional<T> read(const StateKey& key) const {
    auto value = entry(key).value();
    if (!value) return std::nullopt;
    return decode_stored<T>(*value);
  }
  // Of what is there by an invariant of the state: an account for each participant, a candidate for each that stands.
  template <class T>
  T expect(const StateKey& key) const {
    auto value = read<T>(key);
    MEDCHAIN_ASSERT(value.has_value(), "a value that the state must hold is not there");
    return std::move(*value);
  }
  bool has(const StateKey& key) const { return entry(key).value().has_value(); }
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
  struct Entry {
    std::optional<ByteView> base;                // in the state
    std::optional<std::optional<Bytes>> change;  // the outer one: none; the inner one: removed
    std::optional<ByteView> value() const {
      if (!change) return base;
      return *change ? std::optional<ByteView>(**change) : std::nullopt;
    }
  };
  struct Before {
    Entry* entry;
    std::optional<std::optional<Bytes>> change;
  };
  Entry& entry(const StateKey& key) const;
  void set(const StateKey& key, std::optional<Bytes> value);

  const Contracts& base_;
  mutable std::unordered_map<StateKey, Entry> entries_;  // of keys read or written
  std::vector<Before> journal_;
};

}  // namespace medchain::state
