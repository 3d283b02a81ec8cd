// Catch2, whichever of its two header layouts is installed (2 on Debian 12, 3 on Debian 13).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
