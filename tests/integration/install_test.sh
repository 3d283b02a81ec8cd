#!/usr/bin/env bash
# Installs each component into a folder of its own and looks at what is in it: all that it promises, nothing of another. The
# programs run where they were put; the bill of materials (release/sbom) is of what was installed.
#
# usage: install_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail

build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "$1" >&2; exit 1; }

components=(development runtime programs documentation)
for component in "${components[@]}"; do
  cmake --install "$build" --component "$component" --prefix "$work/$component" >"$work/log" || { cat "$work/log"; exit 1; }
  (cd "$work/$component" && find . ! -type d | sort) >"$work/$component.files"
done

# Together they are what is installed without a component, and no file is in two of them.
cmake --install "$build" --prefix "$work/all" >"$work/log"
(cd "$work/all" && find . ! -type d | sort) >"$work/all.files"
(cd "$work" && sort "${components[@]/%/.files}") | diff "$work/all.files" - ||
  fail 'the components (>) are not what is installed without naming one (<)'

# Unix names: a folder of a distribution may stand between lib and what is in it.
holds() {
  local component=$1 pattern
  shift
  for pattern in "$@"; do
    grep -q -E "^\./$pattern\$" "$work/$component.files" || fail "$component lacks $pattern: $(cat "$work/$component.files")"
  done
}
only() {
  local strange
  strange=$(grep -v -E "^\./($2)\$" "$work/$1.files") && fail "$1 has what is not its own: $strange"
  return 0
}
lib='lib(/[^/]+)?'
holds programs bin/medchaind bin/medchain
only programs 'bin/(medchaind|medchain)'
holds runtime "$lib/libmedchain-c\.so\.0" "$lib/libmedchain-c\.so\.[0-9.]+"
only runtime "$lib/libmedchain-c\.so\.[0-9.]+"
holds development include/medchain/medchain.h include/medchain.h "$lib/libmedchain\.a" "$lib/libmedchain-c\.so" \
  "$lib/cmake/medchain/medchain-config.cmake" "$lib/pkgconfig/medchain\.pc"
only development "include/.*\.h|$lib/libmedchain[^/]*\.(a|so)|$lib/cmake/medchain/[^/]*\.cmake|$lib/pkgconfig/[^/]*\.pc"
holds documentation share/doc/medchain/{README.md,CHANGELOG.md,LICENSE,SECURITY.md,docs/operations.md,lib/src/ledger/FORMAT.md}
only documentation 'share/doc/medchain/.*'

# The programs alone are enough, say which version they are, and do something.
version=$(sed -n 's/^project(medchain VERSION \([0-9.]*\) .*/\1/p' "$source/CMakeLists.txt")
for program in medchaind medchain; do
  answer=$("$work/programs/bin/$program" --version)
  [[ $answer == "$version" ]] || fail "$program --version says $answer, not $version"
done
"$work/programs/bin/medchain" keys new --out "$work/alice.key" >/dev/null
"$work/programs/bin/medchaind" init --nodes 4 --dir "$work/net" >/dev/null
"$work/programs/bin/medchaind" check-config --config "$work/net/node0/medchaind.toml" >/dev/null

# The same version for those who build against it, from a prefix that nothing was configured for.
PKG_CONFIG_PATH=$(dirname "$(find "$work/development" -name medchain.pc)") export PKG_CONFIG_PATH
for package in medchain medchain-c; do
  [[ $(pkg-config --modversion "$package") == "$version" ]] || fail "$package.pc says another version than $version"
  [[ $(realpath "$(pkg-config --variable=includedir "$package")") == "$work/development/include" ]] ||
    fail "$package.pc does not find what lies beside it"
done

# What is installed says nothing of where it was built.
if grep -r -l -F -e "$build/" -e "$source/lib/" -e "$source/apps/" "$work/all"; then
  fail 'these name the folder that they were built in or from'
fi
