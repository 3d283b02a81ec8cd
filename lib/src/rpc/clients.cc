#include "clients.h"

#include "channel.h"
#include "medchain/limits.h"

namespace medchain::rpc {

ConnectionLimits client_limits() {
  return {.max_message_bytes = limits::kMaxReceiptProofBytes + 8 * 1024 * 1024,
          .max_unread_bytes = 8 * 1024 * 1024,
          .max_unread_answers = 10'000,
          .max_open_calls = 2 * ClientSession::kMaxWaits};  // those that are refused are told so, and not cut off
}

Result<schema::ClientService::Client> Clients::admit_guest(const LifelinePtr& lifeline) {
  return schema::ClientService::Client(kj::heap<ClientSession>(host_, timer_, std::nullopt, lifeline));
}

Result<schema::ClientService::Client> Clients::admit(const Address& address, const SigningPublicKey& key,
                                                     const LifelinePtr& lifeline) {
  MEDCHAIN_TRY(check_standing(address, key, host_.engine().state().participant(address), ChannelPurpose::kClient));
  return schema::ClientService::Client(kj::heap<ClientSession>(host_, timer_, Identity{address, key}, lifeline));
}

Result<schema::PeerService::Client> Clients::admit_peer(const Address&, const SigningPublicKey&,
                                                        schema::PeerService::Client, const LifelinePtr&) {
  return Error(ErrorCode::kInvalidArgument, "this is the port for clients; nodes have another");
}

// Whose key it was stays out of the log.
void Clients::refused(const LifelinePtr& lifeline, const Error& why) {
  log_.warn("refused " + lifeline->where + " on the client port: " + std::string(error_name(why.code())));
}

}  // namespace medchain::rpc
