/** The programs of a small Linux; `sh` is the shell itself. */
export const BASE = (
  "sh [ awk base64 basename cat chgrp chmod chown cksum clear cmp comm cp cut date dd df diff dirname du echo egrep env expand expr factor false fgrep " +
  "find fold free grep gunzip gzip head hostname id ip kill killall ln logname ls md5sum mkdir mktemp mount mv nice nl nohup nproc od paste pgrep " +
  "ping pkill printenv printf ps pwd readlink realpath rev rm rmdir sed seq setsid sha1sum sha256sum sha384sum sha512sum shuf sleep sort split stat sync tac " +
  "tail tar tee test timeout top touch tr true truncate tsort tty uname unexpand uniq unlink uptime wc which whoami xargs yes zcat"
).split(" ");

/** What busybox adds, but for its shell. */
export const NETWORK = "getent hd hexdump nc nslookup time vi watch wget xxd".split(" ");

/** What Debian and its like add. */
export const GNU = "apt apt-get bash getent join sha224sum".split(" ");

export const SHELLS = ["ash", "bash"];
