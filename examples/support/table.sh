# Progress, and the table of comparisons. Sourced by examples/quickstart and http-tour.

started=$EPOCHREALTIME
failed=0
declare -a rows=()

elapsed() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'; }

say() { printf '[%6.2f s] %s\n' "$(elapsed "$started")" "$*"; }

# row NAME COMMAND...: the command compares, prints what it saw in a few words, and returns 1 when it does not hold. The
# time is the command's, or `took` where what is compared happened before.
row() {
  local name=$1 since=$EPOCHREALTIME seen verdict=ok
  shift
  seen=$("$@" 2>>"$work/errors.log") || { verdict=FAILED; failed=1; }
  rows+=("$verdict"$'\t'"$name"$'\t'"${seen##*$'\n'}"$'\t'"${took:-$(elapsed "$since")}")
  say "$verdict: $name${seen:+ (${seen##*$'\n'})}"
}

print_table() {
  local line verdict name seen time
  printf '\n%-7s %-56s %-48s %8s\n' '' 'what' 'seen' 'time'
  for line in "${rows[@]}"; do
    IFS=$'\t' read -r verdict name seen time <<<"$line"
    printf '%-7s %-56s %-48s %6s s\n' "$verdict" "$name" "$seen" "$time"
  done
  printf '\n%d documents, %d rows, %s in %s s\n' "${#files[@]}" "${#rows[@]}" \
    "$( ((failed)) && echo 'NOT ALL HOLD' || echo 'all hold')" "$(elapsed "$started")"
  if ((failed)) && [[ -s $work/errors.log ]]; then
    echo 'what was reported:' && sort -u "$work/errors.log" | head -20
  fi
}
