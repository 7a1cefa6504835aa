# Ends what a session left behind when the program that opened it was killed. Standard input is a pipe from that program:
# `+` and a number is a bash of the session, `-` and the number that it is gone, `bye` means that the session ended well,
# end of file without it that the program is gone. $1 is the session's nonce; those of its background blocks begin with it.
# $2 is a folder of the run's own, or nothing. A bash that waits for its next block ends at that same moment: who had given
# up its environment and is not seen before that has no parent left to be found by.
trap '' HUP INT TERM
bashes=' ' known=''
while read -r line; do
  case $line in
    bye) exit 0 ;;
    +*) bashes="$bashes${line#+} " ;;
    -*) bashes=${bashes/ ${line#-} / } ;;
  esac
done

# The descendants of $1, by parent: those that gave up the environment are known by nothing else.
descendants() {
  local kid kids=()
  if [[ -r /proc/$1/task/$1/children ]]; then
    read -r -a kids <"/proc/$1/task/$1/children"
  elif [[ ! -d /proc/self ]]; then
    kids=($(ps -A -o pid=,ppid= | awk -v parent="$1" '$2 == parent { print $1 }'))
  fi
  for kid in "${kids[@]}"; do
    printf '%s\n' "$kid"
    descendants "$kid"
  done
} 2>/dev/null

# First of all: a bash that waits for a block ends by itself at this moment, and then leads to nobody.
for bash in $bashes; do known="$known $(descendants "$bash")"; done
for signal in TERM KILL KILL KILL KILL; do
  if [[ -d /proc/self ]]; then
    pids=$(grep -lsaF "LEARN_ISTIO_SESSION=$1" /proc/[0-9]*/environ | tr -dc '0-9\n')
  else
    pids=$(ps -Aww -E -o pid=,command= | grep -F "LEARN_ISTIO_SESSION=$1" | awk '{ print $1 }')
  fi
  for pid in $known; do
    if kill -0 "$pid" 2>/dev/null; then pids="$pids $pid"; fi
  done
  [[ -n $pids ]] || break
  kill -s "$signal" $pids
  sleep 0.3
done
# What is not there any more writes no more; the sandbox's own process notices by itself, a little later.
for try in 1 2 3 4 5; do
  [[ -n $2 && -d $2 ]] || exit 0
  rm -rf -- "$2" 2>/dev/null
  sleep 0.3
done
