// From a Reply to what goes over the wire: caching, compression, what web pages may see.
#pragma once

#include <kj/compat/http.h>

#include "exchange.h"
#include "site.h"

namespace medchain::http {

// `request` is borrowed until the promise resolves.
kj::Promise<void> write_reply(Site& site, const kj::HttpHeaderTable& table, const Request& request, Reply reply,
                              kj::HttpService::Response& response);

// Headers that every answer to this request has: CORS, and that nothing guesses the content's type.
void add_common_headers(const HttpConfig& config, const Request& request, kj::HttpHeaders& headers);

// To an OPTIONS request (CORS preflight; Fetch standard).
Reply preflight_reply(std::string_view allow);

kj::StringPtr status_text(int status);

}  // namespace medchain::http
