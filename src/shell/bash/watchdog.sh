# Ends what a session left behind when the program that opened it was killed. Standard input is a pipe from that program:
# `+` and a number is a bash of the session, `-` and the number that it is gone, `also` and numbers are more of its
# processes, `bye` means that the session ended well, end of file without it that the program is gone. $1 is the session's
# nonce; those of its background blocks begin with it. $2 and $3 are folders of the run's own, or nothing.
trap '' HUP INT TERM
bashes=' ' known=''
while read -r line; do
  case $line in
    bye) exit 0 ;;
    also*) known="$known${line#also}" ;;
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

# The members of the session (setsid's) that bash $1 leads, known by it when bash itself is gone and they have another parent.
members() {
  local file stat
  for file in /proc/[0-9]*/stat; do
    IFS= read -r stat <"$file" || continue
    # The name, in parentheses, may hold blanks and parentheses; after it: state, parent, group, session.
    set -- "$1" ${stat##*) }
    if [[ $5 == "$1" && $2 != Z ]]; then
      file=${file#/proc/}
      printf '%s\n' "${file%/stat}"
    fi
  done
} 2>/dev/null

# A stopped bash starts nothing more while it is looked at; once it has ended it leads to nobody: so what hung off it is
# remembered.
remember() {
  local pid bash found=''
  for bash in $bashes; do
    kill -s STOP "$bash" 2>/dev/null
    found="$found $(descendants "$bash") $(members "$bash")"
  done
  for pid in $known; do found="$found $(descendants "$pid")"; done
  known="$known $found"
}

for signal in TERM KILL KILL KILL KILL; do
  remember
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
  for bash in $bashes; do kill -s CONT "$bash" 2>/dev/null; done
  sleep 0.3
done
# What is not there any more writes no more; the sandbox's own process notices by itself, a little later.
for try in 1 2 3 4 5; do
  [[ -n $2 && -d $2 || -n $3 && -d $3 ]] || exit 0
  for folder in "$2" "$3"; do
    if [[ -n $folder ]]; then rm -rf -- "$folder" 2>/dev/null; fi
  done
  sleep 0.3
done
