// What a load consists of: transactions by accounts that exist for the measurement alone.
#pragma once

#include "medchain/peer_message.h"
#include "senders.h"

namespace medchain::benchmark {

enum class LoadKind {
  kTransfers,      // one token each, from sender to recipient
  kRecords,        // a document each, sealed to its author, who is a patient
  kRegistrations,  // a new patient each, by one of the registrars
};

struct LoadShape {
  LoadKind kind = LoadKind::kTransfers;
  std::size_t senders = 10'000;
  std::uint64_t first_number = 0;   // of the load's transactions; a network takes none twice while it is remembered
  std::size_t record_bytes = 1024;  // of each document
  std::size_t recipients = 0;       // accounts that transfers go to, drawn evenly; 0: the senders
  std::size_t first_account = 0;    // number of the first account that is registered
};

struct Made {
  TxId id;
  Submission submission;
};

class Maker {
 public:
  Maker(const ChainId& chain, const LoadShape& shape);

  // The load's transaction `index`, from 0 on. Senders, or registrars, take turns. Any threads.
  Made make(std::uint64_t index, Height valid_until) const;
  std::vector<Made> make_many(std::size_t count, Height valid_until, std::size_t threads) const;

 private:
  Made signed_by(const SigningKey& key, Transaction transaction, Payload payload = {}) const;
  Made transfer(std::uint64_t number, Height valid_until) const;
  Made record(std::uint64_t number, Height valid_until) const;
  Made registration(std::uint64_t index, Height valid_until) const;

  ChainId chain_;
  LoadShape shape_;
  std::vector<KeyPair> senders_;
  std::vector<Address> addresses_;
};

}  // namespace medchain::benchmark
