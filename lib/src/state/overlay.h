// Changes upon a state that stays as it is. A transaction writes through it and is then kept or undone as a whole.
// Each key is looked up in the state once, however often a block's transactions read and write it.
#pragma once

#include "data.h"

namespace medchain::state {

class Overlay {
 public:
  // A key with what is under it. Who reads and then writes asks for it once; it stays where it is until take_changes().
  class Place;

  explicit Overlay(const Contracts& base, std::size_t expected_keys = 0);

  Place& at(const StateKey& key) const;
  // As at() of each, all at once: the processor waits for the memory of many together.
  std::vector<Place*> look_up(std::span<const StateKey> keys) const;

  template <class T>
  std::optional<T> read(const Place& place) const {
    auto value = place.value();
    if (!value) return std::nullopt;
    return decode_stored<T>(*value);
  }
  template <class T>
  std::optional<T> read(const StateKey& key) const {
    return read<T>(at(key));
  }
  // Of what is there by an invariant of the state: an account for each participant, a candidate for each that stands.
  template <class T>
  T expect(const Place& place) const {
    auto value = read<T>(place);
    MEDCHAIN_ASSERT(value.has_value(), "a value that the state must hold is not there");
    return std::move(*value);
  }
  template <class T>
  T expect(const StateKey& key) const {
    return expect<T>(at(key));
  }
  bool has(const StateKey& key) const { return at(key).value().has_value(); }
  std::optional<Registered> registered(const Place& participant) const;
  std::optional<Registered> registered(const Address& address) const {
    return registered(at(state_key::participant(address)));
  }

  template <class T>
  void write(Place& place, const T& value) {
    set(place, bcs::encode(value));
  }
  template <class T>
  void write(const StateKey& key, const T& value) {
    write(at(key), value);
  }
  void remove(const StateKey& key) { set(at(key), std::nullopt); }

  // What was written since the last keep() or undo() stays; or never was.
  void keep() { journal_.clear(); }
  void undo();

  // What differs from the base, in the order in which it was first written. Leaves the overlay empty.
  StateChanges take_changes();

  class Place {
   public:
    explicit Place(const StateKey& key) : key_(key) {}
    std::optional<ByteView> value() const {
      if (!change_) return base_;
      return *change_ ? std::optional<ByteView>(**change_) : std::nullopt;
    }

   private:
    friend class Overlay;
    StateKey key_;
    bool listed_ = false;                         // in written_
    std::optional<ByteView> base_;                // in the state
    std::optional<std::optional<Bytes>> change_;  // the outer one: none; the inner one: removed
  };

 private:
  struct Slot {
    std::size_t hash = 0;
    Place* place = nullptr;  // free
  };
  struct Before {
    Place* place;
    std::optional<std::optional<Bytes>> change;
  };
  // Of `key`, and whether it is new: then its base is for the caller to find. `hash` is ValueTable's.
  std::pair<Place*, bool> enter(const StateKey& key, std::size_t hash) const;
  Place& add(const StateKey& key) const;
  void grow() const;
  void set(Place& place, std::optional<Bytes> value);
  const ValueTable& values_of(const StateKey& key) const {
    return base_[static_cast<std::size_t>(key.contract)].values;
  }

  const Contracts& base_;
  mutable std::vector<Slot> slots_;                 // a power of two, at most half of them taken; probed one by one
  mutable std::vector<std::vector<Place>> places_;  // of keys read or written; each inner one never grows
  mutable std::size_t size_ = 0;
  std::vector<Place*> written_;  // those that ever had a change
  std::vector<Before> journal_;
};

}  // namespace medchain::state
