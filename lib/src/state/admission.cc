#include "data.h"

namespace medchain::state {
namespace {

Error inadmissible(std::string why) { return {ErrorCode::kInadmissible, std::move(why)}; }

Result<void> check_window(const Data& data, const Transaction& transaction) {
  std::uint64_t block = data.height.value + 1;
  std::uint64_t until = transaction.valid_until.value;
  if (until < block) {
    return inadmissible("expired: valid until " + std::to_string(until) + ", the block is " + std::to_string(block));
  }
  if (until - block > data.parameters.replay_window) {
    return inadmissible("valid for too long: until " + std::to_string(until) + ", block " + std::to_string(block) +
                        " accepts at most " + std::to_string(block + data.parameters.replay_window));
  }
  return {};
}

Result<void> check_sender(const std::optional<Registered>& sender, const ParsedTransaction& transaction) {
  if (!sender) return inadmissible("the sender is not registered");
  if (sender->suspended) return inadmissible("the sender is suspended");
  if (sender->keys.signing != transaction.content.key) {
    return inadmissible("signed with a key that is not the sender's current one");
  }
  return {};
}

}  // namespace

Result<void> check_still_new(const Data& data, const ParsedTransaction& transaction) {
  MEDCHAIN_TRY(check_window(data, transaction.transaction()));
  if (auto place = data.window.find(transaction.id)) {
    return inadmissible("repeated: it is in block " + std::to_string(place->value) + " already");
  }
  return {};
}

Result<void> check_admissible(const Data& data, const std::optional<Registered>& sender,
                              const ParsedTransaction& transaction) {
  const ChainId& chain = transaction.transaction().chain;
  if (chain != data.chain) {
    return inadmissible("made for the chain " + chain.hex() + ", this one is " + data.chain.hex());
  }
  MEDCHAIN_TRY(check_still_new(data, transaction));
  return check_sender(sender, transaction);
}

}  // namespace medchain::state
