/** The programs of a small Linux; `sh` is the shell itself. */
export const BASE = (
  "sh [ awk base64 basename cat chmod clear cp cut date df dirname echo egrep env false find free grep head hostname id ip kill ln ls " +
  "md5sum mkdir mount mv nproc ping pgrep pkill killall printenv printf ps pwd readlink rev rm rmdir sed seq sha1sum sha256sum sleep sort sync " +
  "tail tar tee test timeout touch tr true uname uniq uptime wc which whoami xargs yes"
).split(" ");

/** What busybox adds for the network. */
export const NETWORK = ["getent", "nc", "nslookup", "wget"];

export const SHELLS = ["ash", "bash"];
