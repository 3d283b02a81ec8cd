#!/usr/bin/env bash
# Installs MedChain into a folder of its own, builds examples/embed-c against nothing but that, in every way that its
# README names, runs it on receipts that hold and on one that does not.
#
# usage: embed_c_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail
export CMAKE_GENERATOR=Ninja  # the one that is installed

build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fixture=$build/bindings/c/tests/fixture

fail() { echo "$1" >&2; exit 1; }

# A program's two receipts: one of a success, one altered.
check() {
  local answer
  answer=$("$@" "$fixture/genesis.json" "$fixture/put.receipt") || fail "$1 failed"
  echo "$answer"
  grep -q 'opened: the same' <<<"$answer" || fail "$1: the document is another"
  grep -q ': success, final at height' <<<"$answer" || fail "$1: the receipt is not told"
  "$@" "$fixture/genesis.json" "$work/altered.receipt" >/dev/null 2>"$work/refused" && fail "$1: took an altered receipt"
  grep -q 'verifying the receipt: ' "$work/refused" || fail "$1: refused for another reason: $(cat "$work/refused")"
}

size=$(stat -c %s "$fixture/put.receipt")
{ head -c $((size - 1)) "$fixture/put.receipt"; printf 'x'; } >"$work/altered.receipt"

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
cp -r "$source/examples/embed-c" "$work/embed"  # away from the checkout: nothing of it may be found
cmake -S "$work/embed" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build"
check "$work/build/embed-c"
readelf -d "$work/build/embed-c" | grep -q 'NEEDED.*libmedchain-c\.so\.0' || fail 'not linked by its soname'

# pkg-config, and a C compiler that is told nothing else.
packages=$(dirname "$(find "$work/prefix" -name medchain-c.pc)")
export PKG_CONFIG_PATH=$packages
strict=(-std=c99 -Wall -Wextra -Wpedantic -Werror)
# shellcheck disable=SC2046
cc "${strict[@]}" "$work/embed/main.c" $(pkg-config --cflags --libs medchain-c) -o "$work/embed_pc"
check env LD_LIBRARY_PATH="${packages%/pkgconfig}" "$work/embed_pc"
# shellcheck disable=SC2046
cc "${strict[@]}" "$work/embed/main.c" $(pkg-config --static --cflags --libs medchain-c-static) -o "$work/embed_static"
check "$work/embed_static"
readelf -d "$work/embed_static" | grep -q 'NEEDED.*libmedchain' && fail 'linked the shared library, not the static one'

# The header is C++ too.
printf '#include <medchain.h>\nint main() { return medchain_version()[0] == 0; }\n' >"$work/plus.cc"
# shellcheck disable=SC2046
c++ "$work/plus.cc" $(pkg-config --cflags --libs medchain-c) -o "$work/plus"
LD_LIBRARY_PATH="${packages%/pkgconfig}" "$work/plus"
