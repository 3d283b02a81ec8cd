#!/usr/bin/env bash
# The shared library shows the symbols of symbols.txt and no others, all under MEDCHAIN_1, and has its soname; the static
# one has the same functions, and hides the rest from whatever shared library it is linked into.
#
# usage: symbols_test.sh SHARED STATIC SYMBOLS all|offline     offline: built without the client of a node
set -euo pipefail

shared=$1 static=$2 golden=$3 kind=$4
expected=$(cat "$golden")
[[ $kind == all ]] || expected=$(grep -vE '^medchain_(client|released)_' "$golden")

compare() {
  diff <(printf '%s\n' "$expected") <(printf '%s\n' "$1") && return
  echo "$2: not the symbols of symbols.txt (< expected, > found). A symbol that goes breaks programs that use it." >&2
  exit 1
}

# The version node itself is listed too, as an absolute symbol.
compare "$(nm -D --defined-only "$shared" | awk '$2 != "A" { print $3 }' | sed 's/@@MEDCHAIN_1$//' | LC_ALL=C sort)" "$shared"
compare "$(readelf -sW "$static" | awk '$4 == "FUNC" && $5 == "GLOBAL" && $6 == "DEFAULT" && $7 != "UND" { print $8 }' |
  LC_ALL=C sort)" "$static"

readelf -d "$shared" | grep -q 'SONAME.*\[libmedchain-c\.so\.0\]' || { echo "$shared: another soname" >&2; exit 1; }
