#include "dialler.h"

#include <kj/debug.h>

#include "convert.h"
#include "medchain/limits.h"
#include "medchain/rpc/certificates.h"

namespace medchain::rpc {

ConnectionLimits peer_limits() {
  // Reading never waits for the peer to read: two nodes that each waited so would wait for ever.
  return {.max_message_bytes = limits::kMaxMessageBytes + 1024 * 1024,
          .max_open_calls = 50'000,
          .calls_only_deliver = true};
}

// One connection, from its TLS handshake on.
struct Dialler::Attempt {
  Attempt(kj::AuthenticatedStream stream, const Peer& peer, const DialContext& context)
      : certificate_name(peer_name(*stream.peerIdentity).value_or("nobody")),
        connection(kj::mv(stream.stream), peer.address, peer_limits(), context.timer),
        entrance(connection.entrance()),
        caller(ChannelPurpose::kPeer, context.chain, context.self, &context.key) {}

  std::string certificate_name;
  Connection connection;
  schema::Entrance::Client entrance;
  Caller caller;
  SigningPublicKey key;
};

kj::Promise<void> Dialler::run() {
  auto attempt = context_.peers.is_connected(peer_.node) ? kj::Promise<void>(kj::READY_NOW)
                                                         : kj::evalNow([this] { return dial(); });
  return attempt.catch_([this](kj::Exception&& exception) { report(explain_handshake(exception, "it")); })
      .then([this] { return pause(); })
      .then([this] { return run(); });
}

kj::Promise<void> Dialler::pause() {
  if (context_.peers.is_connected(peer_.node)) back_off_ = kMinBackOff;
  const auto delay = back_off_;
  back_off_ = kj::min(back_off_ * 2, kMaxBackOff);
  return context_.timer.afterDelay(delay);
}

void Dialler::report(const std::string& why) {
  if (why == reported_) return;
  reported_ = why;
  context_.log.warn("cannot connect to peer " + peer_.node.text() + " at " + peer_.address + ": " + why);
}

kj::Promise<void> Dialler::dial() {
  context_.log.debug([&] { return "dialling peer " + peer_.node.text() + " at " + peer_.address; });
  auto secure = context_.network.parseAddress(to_kj(peer_.address))
                    .then([](kj::Own<kj::NetworkAddress> address) {
                      auto connecting = address->connectAuthenticated();
                      return connecting.attach(kj::mv(address));
                    })
                    .then([this](kj::AuthenticatedStream stream) {
                      keep_alive(*stream.stream);
                      return context_.tls.get().wrapClient(kj::mv(stream), kNodeName);
                    });
  return context_.timer.timeoutAfter(context_.handshake_timeout, kj::mv(secure))
      .then([this](kj::AuthenticatedStream stream) { return talk(kj::mv(stream)); });
}

kj::Promise<void> Dialler::talk(kj::AuthenticatedStream stream) {
  auto attempt = std::make_shared<Attempt>(kj::mv(stream), peer_, context_);
  if (attempt->certificate_name != peer_.node.text()) {
    report("its certificate names " + attempt->certificate_name);
    return kj::READY_NOW;
  }
  return context_.timer.timeoutAfter(context_.handshake_timeout, greet(attempt))
      .then([this, attempt](bool connected) -> kj::Promise<void> {
        if (!connected) return kj::READY_NOW;
        reported_.clear();
        back_off_ = kMinBackOff;
        return attempt->connection.ended();
      })
      .attach(kj::defer([attempt] {}));
}

kj::Promise<bool> Dialler::greet(std::shared_ptr<Attempt> attempt) {
  const Hello& hello = attempt->caller.hello();
  auto request = attempt->entrance.helloRequest();
  request.setProtocol(hello.protocol);
  request.setPurpose(schema::Purpose::PEER);
  request.setChain(to_data(hello.chain->bytes));
  request.setAddress(to_data(hello.address->bytes));
  request.setNonce(to_data(hello.nonce.bytes));
  return request.send().then([this, attempt](auto&& response) -> kj::Promise<bool> {
    auto welcome = decode_answer<Welcome>(response.getWelcome(), "the peer's welcome");
    auto checked = welcome ? attempt->caller.check(*welcome, attempt->certificate_name) : welcome.error();
    if (!checked) {
      report(checked.error().message());
      return false;
    }
    attempt->key = welcome->key;
    return enter(attempt);
  });
}

kj::Promise<bool> Dialler::enter(std::shared_ptr<Attempt> attempt) {
  const LifelinePtr lifeline = attempt->connection.lifeline();
  auto link = std::make_shared<PeerInbox::Link>();
  auto request = attempt->entrance.enterPeerRequest();
  request.setKey(to_data(bcs::encode(context_.key.public_key())));
  request.setProof(to_data(attempt->caller.prove().bytes));
  request.setCallback(kj::heap<PeerInbox>(context_.peers, peer_.node, lifeline, link));
  return request.send().then([this, attempt, link, lifeline](auto&& response) {
    if (response.hasFailure()) {
      const Error why = to_error(response.getFailure());
      if (why.code() != ErrorCode::kUnavailable) report("it refused this node: " + why.message());
      return false;
    }
    auto number = context_.peers.connect(peer_.node, attempt->key, true, response.getPeer(), lifeline);
    if (!number) {
      if (number.error().code() != ErrorCode::kUnavailable) report(number.error().message());
      return false;
    }
    link->set(*number);
    return true;
  });
}

}  // namespace medchain::rpc
