#include "mllp_front.h"

#include <algorithm>

#include "content.h"
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
          messages_ = std::move(*messages);
          replies_.clear();
          return answer_from(0).then([this] { return reply(); }).then([this] { return run(); });
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

  // One after the other; what came in together may be much.
  kj::Promise<void> answer_from(std::size_t at) {
    if (at == messages_.size()) return kj::READY_NOW;
    const Bytes& message = messages_[at];
    const std::uint64_t now = unix_now_ms();
    return take(message, now).then([this, &message, now, at](Result<void> taken) -> kj::Promise<void> {
      append(replies_, hl7v2::mllp_frame(acknowledge(message, taken, now)));
      if (at + 1 == messages_.size()) return kj::READY_NOW;
      return let_others(site_.timer).then([this, at] { return answer_from(at + 1); });
    });
  }

  kj::Promise<void> reply() {
    if (!decoder_.inside()) account_nothing();
    if (replies_.empty()) return kj::READY_NOW;
    return site_.timer.timeoutAfter(kPatience, stream_->write(replies_.data(), replies_.size()));
  }

  Bytes acknowledge(const Bytes& message, const Result<void>& taken, std::uint64_t now) {
    if (taken) return hl7v2::accept(message, hl7_time(now));
    site_.metrics.rejected(error_name(taken.error().code()));
    return hl7v2::refuse(message, taken.error(), hl7_time(now));
  }

  kj::Promise<Result<void>> take(const Bytes& message, std::uint64_t now) {
    const GatewayDevice* device = site_.devices.by_message(shown_, mllp_sender(message));
    auto refuse = [](ErrorCode code, const char* why) { return Result<void>(Error(code, why)); };
    if (device == nullptr) {
      return refuse(ErrorCode::kPermissionDenied, "MSH-3, MSH-4: no device of this gateway sends so from there");
    }
    if (!site_.devices.take(*device, monotonic_now_ms())) {
      return refuse(ErrorCode::kUnavailable, "the device sends too often");
    }
    auto readings = read_message(message, device->subject, now, most_);
    if (!readings) return Result<void>(readings.error());
    return site_.intake.take(*device, std::move(*readings), std::nullopt)
        .then([this, refuse](Intake::Taken ids) -> Result<void> {
          if (ids) return {};
          if (ids.error().code() == ErrorCode::kUnavailable) return ids.error();
          site_.log.in(log_module::kQueue).error(ids.error().message());
          return refuse(ErrorCode::kInternal, "a fault of this gateway");
        });
  }

  Site& site_;
  kj::Own<kj::AsyncIoStream> stream_;
  Credentials shown_;
  std::size_t most_;
  hl7v2::MllpDecoder decoder_;
  Bytes buffer_ = Bytes(kPieceBytes);
  std::vector<Bytes> messages_;  // that came in together
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
