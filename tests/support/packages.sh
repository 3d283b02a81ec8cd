# Sourced, not run. ensure_packages installs whatever Debian packages are missing, and asks no package index when none is.

# What the library needs, then the programs, then the tests and the examples. iproute2: hosts whose cables are pulled.
medchain_packages=(
  g++ cmake ninja-build ccache pkgconf
  libsodium-dev libcrypto++-dev libssl-dev libmbedtls-dev nlohmann-json3-dev
  librocksdb-dev libcapnp-dev capnproto libfmt-dev libcli11-dev libtomlplusplus-dev libjemalloc-dev
  prometheus-cpp-dev zlib1g-dev
  catch2 python3 python3-jsonschema iproute2 prometheus curl openssl
)

# For tests/integration/interop_test.py alone, and some 350 packages: so only what runs it calls this. Node.js from
# elsewhere has npm inside, and excludes Debian's.
want_node() {
  { command -v node && command -v npm; } >/dev/null || medchain_packages+=(nodejs npm)
}

missing_packages() {
  local installed
  installed=$(dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "${medchain_packages[@]}" 2>/dev/null |
    sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "${medchain_packages[@]}" | sort) <(sort -u <<<"$installed")
}

ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "packages: this is no Debian system; needed are what Debian calls ${medchain_packages[*]}" >&2
    return 0
  fi
  local -a missing as_root=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || { echo "packages: as root, run: apt-get install ${missing[*]}" >&2; return 1; }
    as_root=(sudo)
  fi
  echo "packages: installing ${missing[*]}"
  # The index is fetched only when what is there does not know a package, as on a fresh image.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
    { "${as_root[@]}" apt-get update -q >/dev/null &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null; }
}
