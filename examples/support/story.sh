# What the quickstart does, and the comparisons of its table. Sourced by examples/quickstart.
# A check prints what it saw and returns 1 when the comparison does not hold.

declare -a records=() transactions=()  # as acknowledged; records[i] holds files[i]
killed=2                               # the producer that is killed: not the one that the gateway uses

# --- people and devices

new_key() { medchain keys new --algorithm "$2" --out "$work/keys/$1.key" >/dev/null; }
address() { medchain --json keys show "$work/keys/$1.pub" | field address; }

# enrol WHO ROLE HOSPITAL [LABEL]
enrol() {
  local answer
  answer=$(as_hospital "$3" "$3" --json register --role "$2" --label "${4:-}" "$work/keys/$1.pub")
  transactions+=("$(field transaction <<<"$answer")")
}

register_people() {
  say 'keys; hospital 0 registers a patient, a doctor, a device and its gateway; two others come from elsewhere'
  local began=$EPOCHREALTIME
  mkdir -p "$work/keys"
  new_key patient p256
  new_key doctor p256
  local who
  for who in colleague device gateway stranger; do new_key "$who" ed25519; done
  patient=$(address patient) doctor=$(address doctor) colleague=$(address colleague) stranger=$(address stranger)
  enrol patient patient 0
  enrol doctor clinician 0
  enrol device "$(broken wrong-role && echo gateway || echo device)" 0 'wrist band 0417'
  enrol gateway gateway 0 'ward 3'
  enrol colleague clinician 1
  enrol stranger clinician 3
  took_register=$(elapsed "$began")
}

check_roles() {
  local who role seen count=0
  while read -r who role; do
    seen=$(as_hospital 1 4 --json account "$(address "$who")" | field role)
    [[ $seen == "$role" ]] || { echo "$who is $seen, not $role"; return 1; }
    count=$((count + 1))
  done <<<$'patient patient\ndoctor clinician\ndevice device\ngateway gateway\ncolleague clinician\nstranger clinician'
  echo "$count of 6 as the follower has them"
}

# --- the upload

kind_of() {
  case ${1##*/} in
    *alarm*) echo alarm && return ;;
    *vital*) echo vitals && return ;;
    *diagnos*) echo diagnosis && return ;;
    *prescription*) echo prescription && return ;;
  esac
  case $(grep -a -m1 -oE '"resourceType" *: *"[A-Za-z]+"' "$1" | head -n 1) in
    *'"Observation"') echo vitals ;;
    *'"Condition"' | *'"DiagnosticReport"') echo diagnosis ;;
    *'"MedicationRequest"') echo prescription ;;
    *) echo document ;;
  esac
}

# upload KIND FILE...: the gateway, at its own hospital's node.
upload() {
  local kind=$1 to=(--to "$doctor")
  shift
  broken stranger-as-reader && to+=(--to "$stranger")
  as gateway 0 --json put --kind "$kind" --subject "$patient" "${to[@]}" -- "$@" >>"$work/uploaded"
}

# One put for each run of files of a kind, at most a sixth of all, so that there is an upload to interrupt.
upload_with_a_crash() {
  local count=${#files[@]} most=$(((${#files[@]} + 5) / 6)) i kind next part=() parts=0 last began=$EPOCHREALTIME
  broken lose-upload && count=$((count - 1))
  say "the gateway seals and uploads $count documents"
  : >"$work/uploaded"
  for ((i = 0; i < count; i++)); do
    kind=$(kind_of "${files[i]}")
    part+=("${files[i]}")
    next=''
    ((i + 1 < count)) && next=$(kind_of "${files[i + 1]}")
    [[ $kind == "$next" && ${#part[@]} -lt $most ]] && continue
    parts=$((parts + 1))
    last=$((i + 1 == count))
    if ((parts == 2 || (parts == 1 && last))); then
      upload_and_kill "$kind" "${part[@]}"
    else
      upload "$kind" "${part[@]}"
    fi
    part=()
  done
  took_upload=$(elapsed "$began")
  mapfile -t records < <(field record <"$work/uploaded")
  mapfile -t acknowledged < <(field transaction <"$work/uploaded")
  transactions+=("${acknowledged[@]}")
  pass_its_turn
  took_turn=$(elapsed "$killed_at")
  began=$EPOCHREALTIME
  if ! broken no-return; then
    say 'the producer comes back'
    broken no-kill || start_node "$killed"
  fi
  settle || true
  took_return=$(elapsed "$began")
}

upload_and_kill() {
  killed_at=$EPOCHREALTIME
  upload "$@" &
  local uploading=$!
  if ! broken no-kill; then
    say "kill -9: producer $killed, during the upload"
    kill -9 "${pids[killed]}"
    wait "${pids[killed]}" 2>/dev/null || true
  fi
  height_at_kill=$(height_of 0)
  wait "$uploading"
}

# Work goes on past the killed producer's turn. Each producer has one in every four heights of a round; who missed one
# goes last in the next round, so that two turns may be seven heights apart.
pass_its_turn() {
  local amount hospital1
  hospital1=$(medchain --json keys show "$work/net/institutions/hospital1.pub" | field address)
  say 'work goes on past the turn of the dead producer'
  for amount in {1..12}; do
    (($(height_of 0) < height_at_kill + 8)) || break
    transactions+=("$(as_hospital 0 0 --json transfer "$hospital1" "$amount" | field transaction)")
  done
  height_at_return=$(height_of 0)
}

check_upload() {
  echo "${#records[@]} of ${#files[@]} documents final"
  ((${#records[@]} == ${#files[@]}))
}

# What it proposed before it died may still become the next block, and none after that.
check_view_change() {
  local dead view own
  dead=$(medchain --json keys show "$work/net/node$killed/node.pub" | field address)
  as_hospital 0 0 --json block $(seq $((height_at_kill + 1)) "$height_at_return") >"$work/blocks" || return 1
  view=$(field view <"$work/blocks" | sort -n | tail -n 1)
  own=$(tail -n +2 "$work/blocks" | field producer | grep -c "$dead") || true
  echo "$(wc -l <"$work/blocks") blocks, $own of its own, up to view ${view:-0}"
  ((own == 0 && ${view:-0} > 0))
}

check_return() {
  local height
  height=$(height_of 0)
  kill -0 "${pids[killed]}" 2>/dev/null && until_true 15 has_height "$killed" "$height" ||
    { echo "node $killed is not at height $height"; return 1; }
  echo "node $killed at height $height again"
}

# --- who can open what

# check_opened WHO NODE BREAK: every document, byte for byte.
check_opened() {
  local who=$1 node=$2 out=$work/opened-$1 i same=0
  as "$who" "$node" get "${records[@]}" --out-dir "$out" >/dev/null || { echo 'get failed'; return 1; }
  broken "$3" && flip_byte "$out/${records[0]}" 1
  for i in "${!records[@]}"; do cmp -s "${files[i]}" "$out/${records[i]}" && same=$((same + 1)); done
  echo "$same of ${#files[@]} byte for byte"
  ((same == ${#files[@]}))
}

# refused KEY NODE RECORD: the node says no, for the reason that it is not allowed, and nothing is written.
refused() {
  local code=0 out=$work/refused-$1-$2-$3
  as "$1" "$2" get "$3" --out "$out" >/dev/null 2>&1 || code=$?
  ((code == 4)) && [[ ! -e $out ]]
}

check_stranger_refused() {
  local node code out lines
  for ((node = 0; node < nodes; node++)); do
    code=0 out=$work/stranger-$node
    as stranger "$node" get "${records[@]}" --out-dir "$out" >"$out.got" 2>"$out.refused" || code=$?
    lines=$(grep -c 'no such record, or' "$out.refused") || true
    ((code == 4 && lines == ${#records[@]})) && [[ ! -s $out.got && -z $(ls -A "$out") ]] ||
      { echo "node $node refused $lines of ${#records[@]}"; return 1; }
  done
  echo "$nodes nodes, ${#records[@]} documents each"
}

# The sealed bytes, as the follower released them to the doctor.
fetch_sealed() { as doctor 4 get "${records[0]}" --sealed --out "$work/released.sealed" >/dev/null; }

check_stranger_cannot_open() {
  local key=stranger code=0
  fetch_sealed || { echo 'get --sealed failed'; return 1; }
  broken share-key && key=doctor
  medchain open --key "$work/keys/doctor.key" "$work/released.sealed" --out "$work/by-doctor" >/dev/null &&
    cmp -s "${files[0]}" "$work/by-doctor" || { echo 'the doctor cannot open it'; return 1; }
  medchain open --key "$work/keys/$key.key" "$work/released.sealed" --out "$work/by-stranger" >/dev/null 2>&1 || code=$?
  echo "exit code $code, $(stat -c %s "$work/released.sealed") sealed bytes"
  ((code == 4)) && [[ ! -e $work/by-stranger ]]
}

# A stretch of a document that would be seen if any of it stood anywhere in the clear.
probe_of() { LC_ALL=C grep -a -m 20 -oE '[[:print:]]{24,60}' "$1" | tail -n 1; }

check_no_plaintext() {
  local probe file found=0 probes=0
  fetch_sealed || return 1
  broken plaintext && cat "${files[0]}" >>"$work/released.sealed"
  : >"$work/probes"
  for file in "${files[@]}"; do
    probe=$(probe_of "$file") || continue
    [[ -n $probe ]] && printf '%s\n' "$probe" >>"$work/probes"
  done
  sort -u -o "$work/probes" "$work/probes"
  probes=$(wc -l <"$work/probes")
  ((probes)) || { echo 'documents without text: nothing to look for'; return 0; }
  found=$(LC_ALL=C grep -a -r -l -F -f "$work/probes" "$work/released.sealed" "$work"/net/node*/data | wc -l)
  echo "$probes texts sought, in $found files"
  ((found == 0))
}

grant_colleague() {
  local answer
  answer=$(as patient 0 --json grant "${records[0]}" "$colleague") || return 1
  field transaction <<<"$answer" >>"$work/later-transactions"
  settle
}

check_before_grant() {
  broken early-grant && grant_colleague
  local node
  for ((node = 0; node < nodes; node++)); do
    refused colleague "$node" "${records[0]}" || { echo "node $node did not refuse"; return 1; }
  done
  echo "$nodes nodes refused"
}

# Every running node has all that node 0 has now.
settle() {
  local height node
  height=$(height_of 0)
  for ((node = 1; node < nodes; node++)); do
    kill -0 "${pids[node]}" 2>/dev/null || continue
    until_true 15 has_height "$node" "$height" || return 1
  done
}

check_after_grant() {
  broken skip-grant || broken early-grant || grant_colleague || { echo 'the grant failed'; return 1; }
  as colleague 4 get "${records[0]}" --out "$work/by-colleague" >/dev/null || { echo 'still refused'; return 1; }
  cmp -s "${files[0]}" "$work/by-colleague" || { echo 'other bytes'; return 1; }
  echo 'byte for byte, at the follower'
}

check_revoked() {
  local node answer
  if ! broken skip-revoke; then
    answer=$(as patient 0 --json revoke "${records[0]}" "$doctor") || { echo 'the revoke failed'; return 1; }
    field transaction <<<"$answer" >>"$work/later-transactions"
    settle || return 1
  fi
  for ((node = 0; node < nodes; node++)); do
    refused doctor "$node" "${records[0]}" || { echo "node $node did not refuse"; return 1; }
  done
  as patient 1 get "${records[0]}" --out "$work/by-patient" >/dev/null && cmp -s "${files[0]}" "$work/by-patient" ||
    { echo 'the patient lost it too'; return 1; }
  echo "$nodes nodes refused"
}

# --- the ledger

check_nothing_lost() {
  local node all=("${transactions[@]}") lines
  [[ -e $work/later-transactions ]] && mapfile -t -O "${#all[@]}" all <"$work/later-transactions"
  broken lose-receipt && all+=("$(printf '%064d' 4711)")
  for ((node = 0; node < nodes; node++)); do
    as_hospital 0 "$node" --json tx "${all[@]}" >"$work/found-$node" || { echo "node $node lacks one"; return 1; }
    lines=$(grep -c '"status":"success"' "$work/found-$node")
    ((lines == ${#all[@]})) || { echo "node $node has $lines of ${#all[@]}"; return 1; }
    cmp -s "$work/found-0" "$work/found-$node" || { echo "node $node has them elsewhere"; return 1; }
  done
  echo "${#all[@]} transactions on $nodes nodes"
}

check_state_roots() {
  local height node first='' seen
  height=$(height_of 0)
  for ((node = 0; node < nodes; node++)); do
    until_true 15 has_height "$node" "$height" || { echo "node $node is behind height $height"; return 1; }
    seen=$(as_hospital 0 "$node" --json block "$height" | field state_root)
    if broken alter-root && ((node == 3)); then seen=${seen/[0-7]/8}; fi
    [[ -n $seen ]] || { echo "node $node has no block $height"; return 1; }
    [[ $seen == "${first:=$seen}" ]] || { echo "node $node differs at height $height"; return 1; }
  done
  echo "${first:0:12}... at height $height, $nodes nodes"
}

# flip_byte FILE OFFSET
flip_byte() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  printf "\\x$(printf '%02x' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# With an empty environment: no node, no configuration.
verify_offline() { env -i "$MEDCHAIN_BIN/medchain" --json verify-receipt "$1" --genesis "$2"; }

check_receipt() {
  local id genesis=$work/net/genesis.json answer
  id=$(field transaction <"$work/uploaded" | head -n 1)
  as doctor 4 receipt "$id" --out "$work/put.receipt" >/dev/null || { echo 'no receipt given'; return 1; }
  if broken wrong-genesis; then
    medchaind init --nodes 4 --dir "$work/other" >/dev/null
    genesis=$work/other/genesis.json
  fi
  answer=$(verify_offline "$work/put.receipt" "$genesis") || { echo 'not verified'; return 1; }
  [[ $(field transaction <<<"$answer") == "$id" && $(field status <<<"$answer") == success ]] ||
    { echo 'of something else'; return 1; }
  echo "put, final in block $(field height <<<"$answer")"
}

check_altered_receipt() {
  local size at code refused_count=0 copy=$work/altered.receipt
  [[ -e $work/put.receipt ]] || { echo 'there is no receipt'; return 1; }
  size=$(stat -c %s "$work/put.receipt")
  for at in 1 $((size / 3)) $((size / 2)) $((size * 4 / 5)) $((size - 1)); do
    cp "$work/put.receipt" "$copy"
    broken unaltered-receipt || flip_byte "$copy" "$at"
    code=0
    verify_offline "$copy" "$work/net/genesis.json" >/dev/null 2>&1 || code=$?
    ((code == 6)) && refused_count=$((refused_count + 1))
  done
  echo "$refused_count of 5 alterations"
  ((refused_count == 5))
}

check_stream() {
  local size code=0 file=$work/scan
  head -c 8000000 /dev/urandom >"$file"
  medchain seal --key "$work/keys/gateway.key" --to "$work/keys/doctor.pub" --to "$work/keys/patient.pub" "$file" \
    --out "$file.sealed" >/dev/null || { echo 'not sealed'; return 1; }
  size=$(stat -c %s "$file.sealed")
  cp "$file.sealed" "$file.altered"
  flip_byte "$file.altered" $((size / 2))
  broken alter-sealed && flip_byte "$file.sealed" $((size / 2))
  medchain open --key "$work/keys/patient.key" --author "$work/keys/gateway.pub" "$file.sealed" --out "$file.opened" \
    >/dev/null && cmp -s "$file" "$file.opened" || { echo 'other bytes'; return 1; }
  medchain open --key "$work/keys/patient.key" "$file.altered" --out "$file.wrong" >/dev/null 2>&1 || code=$?
  ((code == 6)) && [[ ! -e $file.wrong ]] || { echo 'an altered one was opened'; return 1; }
  echo "$size sealed bytes; an altered copy refused"
}
