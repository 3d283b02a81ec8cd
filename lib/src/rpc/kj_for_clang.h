// Included first in everything that sees Cap'n Proto, under Clang: in C++20 it finds the comparison of a literal with a
// kj::StringPtr, as the headers of Cap'n Proto 0.9 write it, ambiguous with the reversed one. An exact match settles
// it.
#pragma once

#include <kj/string.h>

namespace kj {

inline bool operator==(const char* a, const StringPtr& b) { return b == StringPtr(a); }
inline bool operator!=(const char* a, const StringPtr& b) { return !(b == StringPtr(a)); }

}  // namespace kj
