# Ends what a session left behind when the program that opened it was killed. Standard input is a pipe from that program:
# a line means that it ended well, end of file without one that it is gone. $1 is the session's nonce.
trap '' HUP INT TERM
if read -r _; then exit 0; fi
for signal in TERM KILL KILL KILL KILL; do
  if [[ -d /proc/self ]]; then
    pids=$(grep -lsaF "LEARN_ISTIO_SESSION=$1" /proc/[0-9]*/environ | tr -dc '0-9\n')
  else
    pids=$(ps -Aww -E -o pid=,command= | grep -F "LEARN_ISTIO_SESSION=$1" | awk '{ print $1 }')
  fi
  [[ -n $pids ]] || exit 0
  kill -s "$signal" $pids
  sleep 0.3
done
