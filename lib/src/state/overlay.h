// Changes upon a state that stays as it is. A transaction writes through it and is then kept or undone as a whole.
// Each key is looked up in the state once, however often a block's transactions read and write it.
#pragma once

#include <unordered_map>

#include "data.h"

namespace medchain::state {

class Overlay {
 public:
  explicit Overlay(const Contracts& base, std::size_t expected_keys = 0) : base_(base) {
    entries_.reserve(expected_keys);
  }

  template <class T>
  std::optional<T> read(const StateKey& key) const {
    auto value = entry(key).second.value();
    if (!value) return std::nullopt;
    return decode_stored<T>(*value);
  }
  std::optional<Registered> registered(const Address& address) const;
  // Of what is there by an invariant of the state: an account for each participant, a candidate for each that stands.
  template <class T>
  T expect(const StateKey& key) const {
    auto value = read<T>(key);
    MEDCHAIN_ASSERT(value.has_value(), "a value that the state must hold is not there");
    return std::move(*value);
  }
  bool has(const StateKey& key) const { return entry(key).second.value().has_value(); }
  template <class T>
  void write(const StateKey& key, const T& value) {
    set(key, bcs::encode(value));
  }
  void remove(const StateKey& key) { set(key, std::nullopt); }

  // Looks keys up that will be read soon, all at once: the processor waits for the memory of many together.
  void look_up(std::span<const StateKey> keys) const;

  // What was written since the last keep() or undo() stays; or never was.
  void keep() { journal_.clear(); }
  void undo();

  // What differs from the base, in the order in which it was first written. Leaves the overlay empty.
  StateChanges take_changes();

 private:
  struct Entry {
    std::optional<ByteView> base;                // in the state
    std::optional<std::optional<Bytes>> change;  // the outer one: none; the inner one: removed
    bool listed = false;                         // in written_
    std::optional<ByteView> value() const {
      if (!change) return base;
      return *change ? std::optional<ByteView>(**change) : std::nullopt;
    }
  };
  using Entries = std::unordered_map<StateKey, Entry>;  // whose entries stay where they are
  struct Before {
    Entry* entry;
    std::optional<std::optional<Bytes>> change;
  };
  Entries::value_type& entry(const StateKey& key) const;
  void set(const StateKey& key, std::optional<Bytes> value);

  const Contracts& base_;
  mutable Entries entries_;                    // of keys read or written
  std::vector<Entries::value_type*> written_;  // those that ever had a change
  std::vector<Before> journal_;
};

}  // namespace medchain::state
