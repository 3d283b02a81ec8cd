// To whom a patient's readings are sealed: herself and her standing readers, as the state proves it under a certified
// block. A node can withhold that; it cannot add a reader, or a key.
#pragma once

#include <map>

#include "chain.h"

namespace medchain::gateway {

struct Reader {
  Address address;
  PublicKeys keys;  // current
};

class Readers {
 public:
  // Borrows `chain`. A proof counts under a block that is at most `max_age_ms` older than now.
  Readers(Chain& chain, std::uint64_t max_age_ms) : chain_(chain), max_age_ms_(max_age_ms) {}

  // The patient first. Suspended readers are left out. kInadmissible: the ledger would refuse records about her now,
  // for she is not registered as a patient, or suspended. kUnavailable: nothing could be proved now.
  Result<std::vector<Reader>> of(Ledger& node, const Address& patient, std::uint64_t now_ms);
  void forget() { known_.clear(); }

 private:
  struct Known {
    std::vector<Reader> readers;
    std::uint64_t asked_ms = 0;
    std::uint64_t proved_ms = 0;  // time of the oldest block that it was proved under
  };
  struct Proved {
    std::optional<Bytes> value;
    std::uint64_t block_ms = 0;
  };
  Result<Proved> prove(Ledger& node, const StateKey& key, std::uint64_t now_ms);
  Result<std::optional<Proved>> match(Ledger& node, const StateProof& proof, std::uint64_t now_ms);
  Result<std::optional<Participant>> participant(Ledger& node, const Address& address, std::uint64_t now_ms,
                                                 std::uint64_t& proved_ms);
  Result<Known> prove_all(Ledger& node, const Address& patient, std::uint64_t now_ms);
  bool young(std::uint64_t block_ms, std::uint64_t now_ms) const;

  Chain& chain_;
  std::uint64_t max_age_ms_;
  std::map<Address, Known> known_;
};

}  // namespace medchain::gateway
