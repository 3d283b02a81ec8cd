// GET /v1/events: what becomes final, as server-sent events (WHATWG HTML, section 9.2), from any height on.
//
// An event's id is HEIGHT-PLACE: place 0 is the block itself, place i + 1 its i-th transaction. Every node gives the
// same ids, so a reader that was cut off goes on at any of them, with Last-Event-ID or `after`: no gap, no event twice.
#pragma once

#include <functional>

#include "answer_writer.h"

namespace medchain::http {

// `refuse` answers instead, when there is to be no stream. All is borrowed until the promise resolves.
kj::Promise<void> stream_events(Site& site, const kj::HttpHeaderTable& table, Call& call,
                                kj::HttpService::Response& response,
                                const std::function<kj::Promise<void>(Reply)>& refuse);

}  // namespace medchain::http
