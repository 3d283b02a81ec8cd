# What the tour does over HTTP, and the comparisons of its table. Sourced by examples/http-tour.

http_port() { echo $((base_port + 2 * nodes + $1)); }
node_url() { echo "https://127.0.0.1:$(http_port "$1")"; }

# ask NODE TARGET [CURL OPTION...]: as a guest.
ask() {
  local node=$1 target=$2
  shift 2
  curl --silent --show-error --max-time 30 --cacert "$work/net/ca/ca.crt" "$@" "$(node_url "$node")$target"
}

# sign KEY NODE TARGET: the headers with which the holder of KEY asks.
sign() { as "$1" "$2" http-headers GET "$(node_url "$2")$3"; }

# ask_as KEY NODE TARGET [CURL OPTION...]
ask_as() {
  local key=$1 node=$2 target=$3
  shift 3
  sign "$key" "$node" "$target" | ask "$node" "$target" -H @- "$@"
}

# --- people, the gateway

enrol() {
  medchain keys new --out "$work/keys/$1.key" >/dev/null
  as_hospital 0 0 --json register --role "$2" --label "${3:-}" "$work/keys/$1.pub" >/dev/null
}
address() { medchain --json keys show "$work/keys/$1.pub" | field address; }

register_people_of_the_tour() {
  say 'keys, and registrations by hospital 0; the patient names her doctor and her daughter as standing readers'
  mkdir -p "$work/keys"
  enrol patient patient
  enrol doctor clinician
  enrol daughter family
  enrol stranger clinician
  enrol gateway gateway 'ward 3'
  patient=$(address patient)
  broken no-readers || as patient 0 set-readers "$(address doctor)" "$(address daughter)" >/dev/null
}

start_gateway() {
  local token_line port=$((base_port + 3 * nodes))
  token_line=$(medchain --json gateway-token)
  token=$(field token <<<"$token_line")
  gateway=https://127.0.0.1:$port
  say "the gateway on port $port"
  mkdir -p "$work/gateway"
  medchaind certificate --authority "$work/net/ca" --node "$(address gateway)" --host 127.0.0.1 --out "$work/gateway" >/dev/null
  cat >"$work/gateway/gateway.toml" <<TEXT
listen = "127.0.0.1:$port"
certificate = "tls.crt"
private_key = "tls.key"
nodes = ["127.0.0.1:$(client_port 0)", "127.0.0.1:$(client_port 1)"]
ca = "$work/net/ca/ca.crt"
genesis = "$work/net/genesis.json"
key = "$work/keys/gateway.key"
data = "data"

[[device]]
name = "wrist-band"
token_sha256 = "$(field token_sha256 <<<"$token_line")"
subject = "$patient"
TEXT
  local run=()
  ((keep)) && run=(setsid)
  "${run[@]}" medchain gateway --config "$work/gateway/gateway.toml" >>"$work/gateway.log" 2>&1 &
  pids+=($!)
  until_true 15 curl --silent --fail --cacert "$work/net/ca/ca.crt" --output "$work/health" "$gateway/health" && return
  echo "http-tour: the gateway did not come up; its log ends:" >&2
  tail -n 5 "$work/gateway.log" >&2
  exit 1
}

# --- what happens

listen_for_events() {
  say "the daughter listens at node 4 for what concerns her mother"
  local target="/v1/events?from=1&types=transaction&subject=$patient"
  sign daughter 4 "$target" >"$work/daughter.headers"
  curl --silent --no-buffer --cacert "$work/net/ca/ca.crt" -H "@$work/daughter.headers" "$(node_url 4)$target" \
    >"$work/events" 2>>"$work/errors.log" &
  pids+=($!)
}

# upload FILE TOKEN: as a device does.
upload() {
  curl --silent --show-error --cacert "$work/net/ca/ca.crt" -H "Authorization: Bearer $2" \
    -H 'Content-Type: application/fhir+json' --data-binary "@$1" "$gateway/observations?wait_ms=20000"
}

upload_observation() {
  say 'an observation goes to the gateway'
  upload "${files[0]}" "$token" >"$work/uploaded"
  record=$(field record <"$work/uploaded") transaction=$(field transaction <"$work/uploaded")
  height=$(grep -o '"height":[0-9]*' "$work/uploaded" | cut -d: -f2)
}

send_wearable() {
  say 'a wearable reports ten seconds, with a fall'
  "$here/wearable" --gateway "$gateway" --ca "$work/net/ca/ca.crt" --token "$token" --seconds 10 --fall-at 6 --speed 20 \
    >"$work/wearable.log"
}

# --- the comparisons

check_ready() {
  local node count=0
  for ((node = 0; node < nodes; node++)); do
    ask "$node" /v1/ready | grep -q '"status":"pass"' || { echo "node $node is not"; return 1; }
    count=$((count + 1))
  done
  echo "$count of $nodes"
}

check_uploaded() {
  [[ $(field status <"$work/uploaded") == final && $(field receipt <"$work/uploaded") == success ]] ||
    { cut -c1-40 "$work/uploaded"; return 1; }
  echo "record ${record:0:8}, in block $height"
}

# told_of RECORD KIND: an event names the record, with this kind.
told_of() { grep '^data:' "$work/events" | grep "\"id\":\"$1\"" | grep -q "\"kind\":\"$2\""; }

check_event() {
  local wanted=$record
  broken wrong-record && wanted=$(printf '%064d' 7)
  until_true 10 told_of "$wanted" other || { echo 'no event in ten seconds'; return 1; }
  echo "event $(grep -B1 "\"id\":\"$wanted\"" "$work/events" | sed -n 's/^id: //p' | head -n 1)"
}

check_alarm() {
  local fall
  fall=$(awk '$2 == "fall" { print $3 }' "$work/wearable.log")
  [[ -n $fall ]] && until_true 10 told_of "$fall" alarm || { echo 'no alarm in ten seconds'; return 1; }
  echo "of $(wc -l <"$work/wearable.log") readings, 1 alarm"
}

check_record() {
  local told
  told=$(ask_as doctor 2 "/v1/records/$record")
  [[ $(field subject <<<"$told") == "$patient" ]] || { echo "$(field code <<<"$told")"; return 1; }
  echo "of $(field kind <<<"$told"), at node 2"
}

check_opened_bytes() {
  local expected=$work/expected
  printf %s "$(<"${files[0]}")" >"$expected"  # what is sealed ends with the resource, not with the line
  broken alter-upload && echo >>"$expected"
  ask_as doctor 3 "/v1/records/$record/payload" | grep -q '"wrap"' || { echo 'no payload'; return 1; }
  as doctor 3 get "$record" --out "$work/opened" >/dev/null || return 1
  cmp -s "$work/opened" "$expected" || { echo 'other bytes'; return 1; }
  echo "$(wc -c <"$expected") bytes"
}

check_block() {
  local at=$height
  broken other-block && at=$((height - 1))
  ask 1 "/v1/blocks/$at" | grep -q "\"id\":\"$transaction\"" || { echo "not in block $at"; return 1; }
  echo "block $at, at node 1"
}

check_receipt_of_the_tour() {
  local target="/v1/transactions/$transaction/receipt"
  ask_as doctor 3 "$target" -H 'Accept: application/octet-stream' >"$work/receipt"
  broken alter-receipt && printf 'x' | dd of="$work/receipt" bs=1 seek=100 conv=notrunc status=none
  medchain --json verify-receipt "$work/receipt" --genesis "$work/net/genesis.json" >"$work/verified" || return 1
  [[ $(field transaction <"$work/verified") == "$transaction" ]] || { echo 'of another transaction'; return 1; }
  echo "$(wc -c <"$work/receipt") bytes"
}

check_guest() {
  local told
  told=$(ask 4 "/v1/records/$record")
  [[ $(field code <<<"$told") == unauthenticated ]] || { echo "$told"; return 1; }
  echo unauthenticated
}

check_stranger() {
  local there missing
  there=$(ask_as stranger 4 "/v1/records/$record")
  missing=$(ask_as stranger 4 "/v1/records/$(printf '%064d' 7)")
  [[ $there == "$missing" && $(field code <<<"$there") == permission_denied ]] || { echo "$there"; return 1; }
  echo 'as of one that does not exist'
}

check_token() {
  local wrong=wrong
  broken wrong-token && wrong=$token
  [[ $(upload "${files[0]}" "$wrong" | field code) == unauthenticated ]] || { echo 'it was let in'; return 1; }
  echo unauthenticated
}

explain_tour() {
  cat <<TEXT

The network is running.
  curl --cacert $work/net/ca/ca.crt $(node_url 4)/v1/status
  $here/wearable --gateway $gateway --ca $work/net/ca/ca.crt --token $token
Logs: $work/node*.log, $work/gateway.log
To end it: kill ${pids[*]}; rm -rf $work
TEXT
}
