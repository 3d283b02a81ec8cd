#include "mllp_front.h"

#include "medchain/hl7v2.h"
#include "moment.h"
#include "sealer.h"

namespace medchain::gateway {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr kj::Duration kPatience = 30 * kj::SECONDS;  // for the next piece of a message, and for an answer's reader
constexpr kj::Duration kIdleTimeout = 3600 * kj::SECONDS;

class Conversation {
 public:
  Conversation(Site& site, kj::Own<kj::AsyncIoStream> stream, Credentials shown)
      : site_(site),
        stream_(kj::mv(stream)),
        shown_(std::move(shown)),
        most_(std::min({site.limits.max_body_bytes, hl7v2::kMaxMessageBytes, kMaxReadingBytes})),
        decoder_(most_) {}
  ~Conversation() { site_.release(reserved_); }

  kj::Promise<void> run() {
    const kj::Duration patience = decoder_.inside() ? kPatience : kIdleTimeout;
    return site_.timer.timeoutAfter(patience, stream_->tryRead(buffer_.data(), 1, buffer_.size()))
        .then([this](std::size_t size) -> kj::Promise<void> {
          if (size == 0 || !account(size)) return kj::READY_NOW;
          auto messages = decoder_.feed({buffer_.data(), size});
          if (!messages) {
            site_.metrics.rejected("mllp");
            return kj::READY_NOW;  // nothing can be answered: the connection ends
          }
          replies_.clear();
          for (const Bytes& message : *messages) append(replies_, hl7v2::mllp_frame(answer(message)));
          if (!decoder_.inside()) account_nothing();
          if (replies_.empty()) return run();
          return site_.timer.timeoutAfter(kPatience, stream_->write(replies_.data(), replies_.size())).then([this] {
            return run();
          });
        });
  }

 private:
  // What is being received counts like a request's body.
  bool account(std::size_t size) {
    if (!site_.reserve(size)) {
      site_.metrics.rejected("unavailable");
      return false;
    }
    reserved_ += size;
    return true;
  }
  void account_nothing() {
    site_.release(reserved_);
    reserved_ = 0;
  }

  Bytes answer(const Bytes& message) {
    const std::uint64_t now = unix_now_ms();
    auto taken = take(message, now);
    if (taken) return hl7v2::accept(message, hl7_time(now));
    site_.metrics.rejected(error_name(taken.error().code()));
    return hl7v2::refuse(message, taken.error(), hl7_time(now));
  }

  Result<void> take(const Bytes& message, std::uint64_t now) {
    const GatewayDevice* device = site_.devices.by_message(shown_, mllp_sender(message));
    if (device == nullptr) {
      return Error(ErrorCode::kPermissionDenied, "MSH-3, MSH-4: no device of this gateway sends so from there");
    }
    if (!site_.devices.take(*device, monotonic_now_ms())) {
      return Error(ErrorCode::kUnavailable, "the device sends too often");
    }
    auto readings = read_message(message, device->subject, now, most_);
    if (!readings) return readings.error();
    auto ids = site_.intake.take(*device, std::move(*readings), std::nullopt);
    if (ids) return {};
    if (ids.error().code() == ErrorCode::kUnavailable) return ids.error();
    site_.log.error("the queue: " + ids.error().message());
    return Error(ErrorCode::kInternal, "a fault of this gateway");
  }

  Site& site_;
  kj::Own<kj::AsyncIoStream> stream_;
  Credentials shown_;
  std::size_t most_;
  hl7v2::MllpDecoder decoder_;
  Bytes buffer_ = Bytes(kPieceBytes);
  Bytes replies_;
  std::size_t reserved_ = 0;
};

}  // namespace

MllpFront::MllpFront(Site& site, kj::Own<kj::ConnectionReceiver> port, kj::TlsContext* tls)
    : door_(kj::mv(port), tls, site.timer, site.places, site.metrics, site.log,
            [&site](kj::Own<kj::AsyncIoStream> stream, Credentials shown) -> kj::Promise<void> {
              auto conversation = kj::heap<Conversation>(site, kj::mv(stream), std::move(shown));
              auto ran = conversation->run();
              return ran.attach(kj::mv(conversation));
            }) {}

}  // namespace medchain::gateway
