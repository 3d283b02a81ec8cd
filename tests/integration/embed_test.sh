#!/usr/bin/env bash
# Installs MedChain into a folder of its own, builds examples/embed against nothing but that, runs it, and looks at what
# it links: an embedding program must not drag in the database or the network.
#
# usage: embed_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail
export CMAKE_GENERATOR=Ninja  # the one that is installed

build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
cp -r "$source/examples/embed" "$work/embed"  # away from the checkout: nothing of it may be found
cmake -S "$work/embed" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release >"$work/configure.log" ||
  { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build"
"$work/build/embed"

if ldd "$work/build/embed" | grep -E 'rocksdb|capnp|kj'; then
  echo "embed links what only a node needs" >&2
  exit 1
fi

# The pkg-config file alone is enough, too, and finds what was installed under a prefix that was not configured.
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name medchain.pc)") export PKG_CONFIG_PATH
# shellcheck disable=SC2046
c++ -std=c++20 "$work/embed/embed.cc" $(pkg-config --cflags --libs --static medchain) -o "$work/embed_pc"
"$work/embed_pc" >/dev/null

# Each component is found by name, and one that does not exist is refused with the names of those that do.
cat >"$work/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(components LANGUAGES CXX)
find_package(medchain REQUIRED COMPONENTS rocksdb rpc http gateway c c_static)
foreach(target medchain::medchain medchain::rocksdb medchain::rpc medchain::http medchain::gateway medchain::c medchain::c_static)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "no ${target}")
  endif()
endforeach()
file(WRITE ${CMAKE_BINARY_DIR}/client.cc "
#include <medchain/fhir.h>
#include <medchain/http.h>
#include <medchain/rocksdb.h>
#include <medchain/rpc/client.h>
int main() {
  if (medchain::make_http_service({})->listen() != \"\") return 1;
  if (medchain::fhir::read({}, medchain::fhir::Form::kJson)) return 1;
  auto client = medchain::rpc::Client::connect({.node = \"127.0.0.1:1\", .ca = \"\"});
  auto storage = medchain::open_rocksdb(\"/nonexistent/medchain\", {.create_if_missing = false});
  return client.ok() || storage.ok() ? 1 : 0;
}")
add_executable(client ${CMAKE_BINARY_DIR}/client.cc)
target_link_libraries(client PRIVATE medchain::rpc medchain::rocksdb medchain::http medchain::gateway)
CMAKE
cmake -S "$work" -B "$work/components" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/components.log" ||
  { cat "$work/components.log"; exit 1; }
cmake --build "$work/components"
"$work/components/client"
sed -i 's/COMPONENTS rocksdb rpc http gateway c c_static/COMPONENTS imaging/' "$work/CMakeLists.txt"
if cmake -S "$work" -B "$work/wrong" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/wrong.log" 2>&1; then
  echo "a component that does not exist was found" >&2
  exit 1
fi
# CMake breaks lines where they are long.
tr -s ' \n' ' ' <"$work/wrong.log" | grep -q 'it has rocksdb, rpc, http, gateway, c and c_static'
