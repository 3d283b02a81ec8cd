#include "maker.h"

#include <thread>

#include "medchain/sealing.h"

namespace medchain::benchmark {
namespace {

// Evenly over `count`, whatever the step of `number`: Knuth's multiplicative hash. Were it the next one, what an
// account gives and gets in a block would cancel out, and the state would not change.
std::size_t drawn(std::uint64_t number, std::size_t count) { return (number * 0x9e3779b97f4a7c15 >> 20) % count; }

}  // namespace

Maker::Maker(const ChainId& chain, const LoadShape& shape) : chain_(chain), shape_(shape) {
  const bool registering = shape.kind == LoadKind::kRegistrations;
  for (std::size_t i = 0; i < (registering ? kRegistrars : shape.senders); ++i) {
    senders_.push_back(registering ? registrar(i) : sender(i));
    addresses_.push_back(senders_.back().address());
  }
}

Made Maker::signed_by(const SigningKey& key, Transaction transaction, Payload payload) const {
  const TxId id = transaction.id();
  return {id, {bcs::encode(sign_transaction(std::move(transaction), key)), std::move(payload)}};
}

Made Maker::transfer(std::uint64_t number, Height valid_until) const {
  const std::size_t from = number % senders_.size();
  const Address to = shape_.recipients == 0 ? addresses_[drawn(number, addresses_.size())]
                                            : sender(drawn(number, shape_.recipients)).address();
  Transaction transaction{chain_, addresses_[from], valid_until, number, TokensBody{Transfer{to, Tokens{1}}}};
  return signed_by(senders_[from].signing, std::move(transaction));
}

Made Maker::record(std::uint64_t number, Height valid_until) const {
  const std::size_t author = number % senders_.size();
  Put put;
  put.subject = addresses_[author];
  put.kind = RecordKind::kVitals;
  put.time_ms = 1'700'000'000'000 + number;
  random_bytes(put.nonce);
  put.readers = {put.subject};
  const RecordId id = record_id(chain_, put.subject, put);
  auto sealed = seal_record(Bytes(shape_.record_bytes, static_cast<std::uint8_t>(number)),
                            {senders_[author].public_keys()}, {chain_, id}, senders_[author].signing);
  MEDCHAIN_ASSERT(sealed.ok(), "a record of the benchmark that cannot be sealed");
  Payload payload{{std::move(sealed->body), bcs::encode(sealed->wraps[0])}};
  put.payload_root = payload.root();
  put.payload_bytes = payload.bytes();
  put.content_commitment = sealed->content_commitment;
  Transaction transaction{chain_, addresses_[author], valid_until, number, RecordsBody{std::move(put)}};
  return signed_by(senders_[author].signing, std::move(transaction), std::move(payload));
}

Made Maker::registration(std::uint64_t index, Height valid_until) const {
  const std::uint64_t number = shape_.first_number + index;
  const std::size_t by = number % senders_.size();
  Register body{sender(shape_.first_account + index).public_keys(), Role::kPatient, ""};
  Transaction transaction{chain_, addresses_[by], valid_until, number, RegistryBody{std::move(body)}};
  return signed_by(senders_[by].signing, std::move(transaction));
}

Made Maker::make(std::uint64_t index, Height valid_until) const {
  const std::uint64_t number = shape_.first_number + index;
  switch (shape_.kind) {
    case LoadKind::kTransfers: return transfer(number, valid_until);
    case LoadKind::kRecords: return record(number, valid_until);
    case LoadKind::kRegistrations: return registration(index, valid_until);
  }
  MEDCHAIN_ASSERT(false, "a kind of load that does not exist");
}

std::vector<Made> Maker::make_many(std::size_t count, Height valid_until, std::size_t threads) const {
  std::vector<Made> made(count);
  auto make_share = [&](std::size_t share) {
    for (std::size_t i = share; i < count; i += threads) made[i] = make(i, valid_until);
  };
  std::vector<std::jthread> workers;
  for (std::size_t share = 0; share < threads; ++share) workers.emplace_back(make_share, share);
  workers.clear();  // joins them
  return made;
}

}  // namespace medchain::benchmark
