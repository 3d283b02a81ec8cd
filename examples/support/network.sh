# A network of processes on loopback: start, ask, kill, clean up. Sourced by examples/quickstart and http-tour.

nodes=5  # four producers, and the follower: node 4
declare -a pids=()

# Whether QUICKSTART_BREAK names $1.
broken() { [[ ,${QUICKSTART_BREAK:-}, == *,"$1",* ]]; }

# Below the ports that the system hands out by itself; each one is tried.
free_base_port() {
  local base port
  for _ in {1..50}; do
    base=$((12000 + RANDOM % 9000))
    for ((port = base; port < base + 3 * nodes; port++)); do
      # A connection that succeeds: somebody listens there.
      (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue 2
    done
    echo "$base" && return
  done
  echo "quickstart: no free ports found" >&2
  return 1
}

client_port() { echo $((base_port + 2 * $1 + 1)); }

# as KEY NODE COMMAND...: medchain as the holder of KEY, asking that node.
as() {
  local key=$1 node=$2
  shift 2
  medchain --config "$work/net/client.toml" --key "$work/keys/$key.key" --node "127.0.0.1:$(client_port "$node")" "$@"
}

# The same for hospital K.
as_hospital() {
  local hospital=$1 node=$2
  shift 2
  medchain --config "$work/net/client.toml" --key "$work/net/institutions/hospital$hospital.key" \
    --node "127.0.0.1:$(client_port "$node")" "$@"
}

# field NAME: its value in a line of JSON on standard input.
field() { sed -nE 's/.*"'"$1"'":"?([^",}]*)"?.*/\1/p'; }

status_of() { medchain --config "$work/net/client.toml" --timeout 2 --node "127.0.0.1:$(client_port "$1")" --json status; }
height_of() { status_of "$1" 2>/dev/null | field height; }

start_node() {
  local run=()
  ((keep)) && run=(setsid)
  "${run[@]}" medchaind run --config "$work/net/node$1/medchaind.toml" >>"$work/node$1.log" 2>&1 &
  pids[$1]=$!
}

# until_true SECONDS COMMAND...: tries again every 50 ms.
until_true() {
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < end)) || return 1
    sleep 0.05
  done
}

has_peers() { (($(status_of "$1" 2>/dev/null | field peers) + 0 == $2)); }
has_height() { (($(height_of "$1") + 0 >= $2)); }

make_network() {
  base_port=$(free_base_port)
  say "a network of 4 producers and a follower, ports $base_port to $((base_port + 3 * nodes - 1))"
  medchaind init --nodes 4 --followers 1 --dir "$work/net" --base-port "$base_port" --name quickstart \
    --view-timeout-ms 500 >>"$work/init.log"
  local node
  for ((node = 0; node < nodes; node++)); do start_node "$node"; done
  for ((node = 0; node < nodes; node++)); do
    until_true 15 has_peers "$node" $((nodes - 1)) && continue
    echo "quickstart: node $node did not come up; its log ends:" >&2
    tail -n 5 "$work/node$node.log" >&2
    exit 1
  done
}

clean_up() {
  local code=$? pid
  # An interrupt may have ended a command, and with it the script, before its own trap could run: now it can.
  trap 'code=130' INT
  trap 'code=143' TERM
  :
  trap - EXIT INT TERM
  if ((keep && code == 0)); then exit 0; fi
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in {1..100}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.05
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
  exit "$code"
}

explain_network() {
  cat <<TEXT

The network is running. Programs: $MEDCHAIN_BIN
  export MEDCHAIN_CONFIG=$work/net/client.toml MEDCHAIN_KEY=$work/keys/doctor.key
  $MEDCHAIN_BIN/medchain status
  $MEDCHAIN_BIN/medchain get ${records[1]:-${records[0]}} --out document
Keys of the patient, doctor, colleague, device, gateway and stranger: $work/keys; of the hospitals: $work/net/institutions
Logs: $work/node*.log
To end it: kill ${pids[*]}; rm -rf $work
TEXT
}
