#include "events.h"

#include "event_filter.h"
#include "places.h"

namespace medchain::http {
namespace {

using rpc::EventPosition;

constexpr kj::Duration kPatience = 30 * kj::SECONDS;   // with a reader that does not read
constexpr kj::Duration kHeartbeat = 15 * kj::SECONDS;  // so that neither side takes silence for a dead line

class EventStream {
 public:
  EventStream(Site& site, const Call& call, const rpc::EventFilter& filter, EventPosition next,
              kj::Own<kj::AsyncOutputStream> stream)
      : site_(site), answers_(call.answers), filter_(filter), next_(next), stream_(kj::mv(stream)) {
    site_.metrics.streams(++site_.streams);
  }
  ~EventStream() { site_.metrics.streams(--site_.streams); }
  KJ_DISALLOW_COPY(EventStream);

  kj::Promise<void> run() {
    if (next_.height > site_.context.node.engine().height()) return wait();
    auto block = site_.context.node.block(next_.height);
    if (!block) return kj::READY_NOW;  // the reader comes again, and is told why
    auto events = events_of(**block, next_.place, filter_, answers_);
    if (!events) return kj::READY_NOW;
    text_ = std::move(*events);
    next_ = {next_.height.next(), 0};
    return write();
  }

 private:
  kj::Promise<void> wait() {
    auto beat = site_.context.timer.afterDelay(kHeartbeat).then([this]() -> bool {
      text_ = ":\n\n";
      return false;
    });
    return site_.context.node.next_block()
        .then([] { return true; })
        .exclusiveJoin(kj::mv(beat))
        .then([this](bool block) { return block ? run() : write(); });
  }

  kj::Promise<void> write() {
    return site_.context.timer.timeoutAfter(kPatience, stream_->write(text_.data(), text_.size())).then([this] {
      return let_others(site_.context.timer).then([this] { return run(); });
    });
  }

  Site& site_;
  rpc::Answers answers_;
  rpc::EventFilter filter_;
  EventPosition next_;
  kj::Own<kj::AsyncOutputStream> stream_;
  std::string text_;
};

// What `after` or Last-Event-ID names was delivered already.
EventPosition read_start(const Call& call, Arguments& arguments) {
  const Height now = call.answers.node().engine().height();
  auto after = arguments.text("after");
  if (auto sent = header(call.request, "last-event-id"); sent && *sent) after = **sent;
  const std::uint64_t from = arguments.number("from", now.value + 1, 1);
  if (!after) return {Height{from}, 0};
  auto position = rpc::parse_event_position(*after);
  if (!position || position->height.value == UINT64_MAX || position->place == UINT64_MAX) {
    arguments.refuse(invalid_parameter("after", "the id of an event, HEIGHT-PLACE", *after));
    return {};
  }
  return position->next();
}

}  // namespace

kj::Promise<void> stream_events(Site& site, const kj::HttpHeaderTable& table, Call& call,
                                kj::HttpService::Response& response,
                                const std::function<kj::Promise<void>(Reply)>& refuse) {
  Arguments arguments(call.arguments);
  EventPosition start = read_start(call, arguments);
  const rpc::EventFilter filter = read_event_filter(arguments, !call.answers.caller());
  if (auto problem = arguments.finish()) return refuse(problem_reply(*problem));
  if (auto may = call.answers.may_watch(filter); !may) {
    if (call.answers.caller()) return refuse(problem_reply(may.error()));
    return refuse(problem_reply(problem("unauthenticated", "only blocks are for everybody; sign the request")));
  }
  if (call.request.method == "HEAD") return refuse(Reply{.content_type = "text/event-stream", .secret = true});
  if (site.streams >= site.config.max_streams) {
    return refuse(problem_reply(problem("too_many_connections", "this node serves as many streams as it may")));
  }
  if (start.height.value == 0) start = {Height{1}, 0};
  kj::HttpHeaders headers(table);
  add_common_headers(site.config, call.request, headers);
  headers.set(kj::HttpHeaderId::CONTENT_TYPE, "text/event-stream");
  headers.add("cache-control", "no-store");
  auto stream = kj::heap<EventStream>(site, call, filter, start, response.send(200, status_text(200), headers));
  auto& borrowed = *stream;
  return borrowed.run().attach(kj::mv(stream));
}

}  // namespace medchain::http
