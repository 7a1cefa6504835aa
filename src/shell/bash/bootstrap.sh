# The driver inside the session's bash. Sourced once, before any lesson code; the loop that calls it is the `-c` text in
# `driver.ts`. Names begin with `__li_`. Written for bash 3.2 and later.
#
# Arguments: $2 a folder for the two FIFOs ("" when blocks write to the terminal), $3 the text that opens the syntax
# check, $4 the text that closes it, $5 the loop.
# Descriptors: 230 /dev/null, 231 control (a socket, both ways), 232 captured output, 233 the other stream. The saved copy
# of a redirected descriptor is close-on-exec and `>&` hands that flag on: so no command of a lesson inherits these.

\exec 10>&-
{ \exec 231>&10; } 3>&-
\exec 3>&-
\exec 8<>/dev/null
{ \exec 230>&10; } 8>&-
\exec 8>&-
if [[ -n $2 ]]; then
  PATH=/usr/bin:/bin:$PATH mkfifo -m 600 "$2/out" "$2/other" || \builtin exit 74
  # Opened both ways first: to open a FIFO for writing alone waits for its reader.
  \exec 7<>"$2/out" 6<>"$2/other" 8>"$2/out" 9>"$2/other"
  { \exec 232>&10; } 8>&-
  { \exec 233>&10; } 9>&-
  \exec 8>&- 9>&-
  __li_in=230
else
  \exec 8<&0 9>&1
  { \exec 232>&10; } 9>&-
  { \exec 233>&10; } 8>&-
  \exec 8<&- 9>&- 0</dev/null 1>/dev/null 2>/dev/null
  __li_in=233
fi
\builtin shopt -s expand_aliases
\builtin set -o pipefail
__li_open=$3 __li_shut=$4 __li_loop=$5
__li_phase=idle __li_status=0 __li_head='' __li_block='' __li_code='' __li_rest='' __li_line=0 __li_echo=''
__li_out=232 __li_err=232 __li_base=0 __li_user_err='' __li_ended=''
__li_old=0
if ((BASH_VERSINFO[0] < 4 || (BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] < 1))); then __li_old=1; fi

# A control record: fields that end in NUL; the first is its type after a \001 (what bash itself wrote before it, a
# syntax error's message, stands before the \001). One whole record is one write.
__li_report() {
  __li_phase=idle
  \builtin printf '\001%s\0%s\0%s\0%s\0' "$1" "${__li_head:16:8}" "$2" "${PWD-}" >&231
}

# Decide what a failed command means: 0 abandon the block, 1 nothing, 2 return from the function, 3 nothing, and no errexit.
# Arguments: status, line, subshell level, function depth, source depth, command, the pipeline's statuses.
__li_failed() {
  if [[ $6 == *__li_* ]]; then
    # Bash gave the block up, or a compound command at its start could not be redirected: that has no text of its own
    # and shows what ran before it. Or the block is over; then nothing is left to abandon, and 141 was judged already.
    [[ $1 != 141 && ($6 == *'"$__li_code"'* || $6 == *'"$__li_on_err"'*) ]] || \builtin return 3
    \builtin set -- "$1" 0 "$3" "$4" "$5" ''
  fi
  [[ $3 == "$__li_base" ]] || \builtin return 1
  if [[ $4 != 0 || $5 != 0 ]] && [[ $- != *e* ]]; then \builtin return 1; fi
  if [[ $1 == 141 && $# -gt 7 ]] && __li_only_pipe "${@:7}"; then __li_status=0 && \builtin return 3; fi
  [[ $4 == 0 ]] || \builtin return 2
  \builtin printf '\001F\0%s\0%s\0%s\0' "$1" "$2" "$6" >&231
  __li_status=$1
  \builtin return 0
}

# Whether every part of a pipeline ended well or by SIGPIPE.
__li_only_pipe() {
  while (($#)); do
    [[ $1 == 0 || $1 == 141 ]] || \builtin return 1
    \builtin shift
  done
}

__li_same() { \builtin return "$1"; }

# Sets `$?` to the status of the block before. Its name, and what it names, tell the ERR trap that no block failed here.
__li_last() { \builtin return "$__li_status"; }

# The text of the ERR trap: the lesson's own action, then ours; "$1" is what abandons the block.
__li_compose() {
  __li_leave=$1
  __li_on_err='{ __li_failed "$?" "$LINENO" "$BASH_SUBSHELL" "${#FUNCNAME[@]}" "${#BASH_SOURCE[@]}" "$BASH_COMMAND" "${PIPESTATUS[@]}"'
  if [[ -n $__li_user_err ]]; then
    __li_on_err='{ __li_kept=$? __li_pipe=("${PIPESTATUS[@]}") __li_at=$LINENO __li_cmd=$BASH_COMMAND; } 2>/dev/null
if [[ $__li_cmd != *__li_* ]]; then __li_same "$__li_kept"; '"$__li_user_err"$'\n''fi
{ __li_failed "$__li_kept" "$__li_at" "$BASH_SUBSHELL" "${#FUNCNAME[@]}" "${#BASH_SOURCE[@]}" "$__li_cmd" "${__li_pipe[@]}"'
  fi
  __li_on_err="$__li_on_err"' && { \builtin set +e; '"$1"'; } || case $? in 2) \builtin return 1 ;; 3) \builtin set +e ;; esac; } 2>/dev/null || '"$1"
}
__li_compose '\builtin continue 999'
# Ctrl-C and the time limit: leave functions one by one, then the block.
__li_on_stop='{ if [[ $__li_phase == run && $BASH_SUBSHELL == 0 ]]; then if [[ -n ${FUNCNAME-} ]]; then \builtin return 130; else __li_status=130; \builtin continue 999; fi; fi; } 2>/dev/null'

# While a block that speaks of traps runs, `trap` is this: the lesson's ERR action is kept beside ours, ours are not shown.
__li_trap() {
  if (($# == 0)) || [[ $1 == -p ]]; then
    __li_show_traps "$(\builtin trap "$@")"
    if (($# == 0)) && [[ -n $__li_user_err ]]; then \builtin printf 'trap -- %q ERR\n' "$__li_user_err"; fi
    \builtin return 0
  fi
  if [[ $1 == -- ]]; then \builtin shift; fi
  if [[ $# -lt 2 || $BASH_SUBSHELL != "$__li_base" ]]; then
    \builtin trap "$@"
    \builtin return
  fi
  while (($# > 1)); do
    if [[ $2 == ERR || $2 == err ]]; then
      if [[ $1 == - ]]; then __li_user_err=''; else __li_user_err=$1; fi
      __li_compose "$__li_leave"
      \builtin trap "$__li_on_err" ERR
    else
      \builtin trap -- "$1" "$2"
    fi
    \builtin set -- "$1" "${@:3}"
  done
}

__li_show_traps() {
  \builtin set -- "$1"$'\n'
  while [[ -n $1 && $1 != $'\n' ]]; do
    if [[ ${1%%$'\n'*} == trap* ]]; then __li_hide=''; fi
    if [[ ${1%%$'\n'*} == *__li_* ]]; then __li_hide=y; fi
    if [[ -z $__li_hide ]]; then \builtin printf '%s\n' "${1%%$'\n'*}"; fi
    \builtin set -- "${1#*$'\n'}"
  done
}

# Parse "$1" without running it: inside a nest of compound commands that is never entered. Messages go to the control
# channel. In POSIX mode a syntax error would end the shell, so there a subshell parses.
__li_parses() {
  if [[ :$SHELLOPTS: == *:posix:* ]]; then
    (\builtin eval "$__li_open$1"$'\n'"$__li_shut") 2>&"$2"; \builtin return
  fi
  \builtin eval "$__li_open$1"$'\n'"$__li_shut" 2>&"$2" || { __li_at=$LINENO; \builtin return 1; }
}

# Blocks that define aliases or change shell options go command by command, because bash applies these from the next
# command on. Takes the next complete command off $__li_rest.
__li_next_command() {
  __li_block='' __li_code=''
  while ((__li_line > 1)); do __li_code=$__li_code$'\n' __li_line=$((__li_line - 1)); done
  __li_old_rest=$__li_rest
  while [[ -n $__li_rest ]]; do
    __li_block=$__li_block${__li_rest%%$'\n'*}$'\n'
    __li_rest=${__li_rest#*$'\n'}
    if __li_parses "{ $__li_block"$'\n}' 230; then break; fi
  done
  __li_done_text=${__li_all%"$__li_rest"}
  __li_line=1
  while [[ $__li_done_text == *$'\n'* ]]; do __li_done_text=${__li_done_text#*$'\n'} __li_line=$((__li_line + 1)); done
  # The status is kept behind the command, so that the `eval` around it fails only when bash gives the command up.
  __li_code="{ $__li_code$__li_block"$'\n}; { __li_ended=$?; } 2>/dev/null'
}

# What the loop does not do by itself: leave the code of the next command, or of a block that is not plain, in $__li_code.
# Returns the status of the block before, so that `$?` holds. $1: how many positional parameters the session has. The loop takes a plain block without a function: bash copies
# a function's body at each call.
__li_take() {
  if [[ -n $__li_rest ]]; then
    __li_next_command
    __li_phase=run
    \builtin return "$__li_status"
  fi
  __li_take_rare "$1" && \builtin return "$__li_status"
  __li_code='__li_quiet=1' __li_phase=refused
}

# After a block that did not reach its end: report it.
__li_resume() {
  if [[ $__li_phase == run ]]; then
    __li_rest='' __li_ended=''
    __li_after
    __li_report A "$__li_status"
  fi
  __li_phase=idle
}

# The syntax check failed: `$__li_at` is the line that its messages count from.
__li_refuse() {
  __li_status=2 __li_code='__li_quiet=1' __li_phase=refused
  \builtin printf '\001S\0%s\0%s\0%s\0' "${__li_head:16:8}" "$__li_at" "${PWD-}" >&231
}

# A plain block did not parse in the loop, which drops what bash says about it: parse it once more to report that.
__li_refuse_plain() {
  __li_at=1
  __li_parses "$__li_block" 231
  __li_refuse
}

__li_read_rare() {
  if [[ $__li_old == 1 ]]; then
    IFS= \builtin read -r -d '' -u 231 __li_head || \builtin exit 75
    IFS= \builtin read -r -d '' -u 231 __li_block || \builtin exit 75
    \builtin return 0
  fi
  __li_block=''
  if [[ $((10#${__li_head:8:8})) == 0 ]]; then \builtin return 0; fi
  if [[ ${__li_head:2:1} == U ]]; then
    LC_ALL=C \builtin read -rN "$((10#${__li_head:8:8}))" -u 231 __li_block || \builtin exit 75
  else
    \builtin read -rN "$((10#${__li_head:8:8}))" -u 231 __li_block || \builtin exit 75
  fi
}

# Requests other than a plain block. Returns 0 when there is code to run.
__li_take_rare() {
  __li_read_rare
  case ${__li_head:0:1} in
    Q) \builtin exit 0 ;;
    V) __li_values ;;
    S) __li_state "$1" ;;
    *)
      __li_prepare && \builtin return 0
      ;;
  esac
  \builtin return 1
}

# Header: mode, stream, U not ASCII, E errexit, X exec, T trap, L line by line, one spare; length; sequence number.
__li_prepare() {
  __li_echo=''
  if [[ $- == *v* ]]; then
    \builtin set +v
    __li_echo=v
  fi
  if ! __li_parses "$__li_block" 231; then
    __li_refuse
    \builtin return 1
  fi
  case ${__li_head:1:1} in
    1) __li_err=233 ;;
    2) __li_out=233 ;;
  esac
  if [[ $__li_echo == v ]]; then \builtin printf '%s\n' "$__li_block" >&"$__li_err"; fi
  if [[ ${__li_head:3:1} == E ]]; then \builtin set -E; fi
  if [[ ${__li_head:5:1} == T ]]; then \builtin eval 'trap() { __li_trap "$@"; }'; fi
  __li_line=1
  case ${__li_head:0:1}${__li_head:6:1} in
    C*) __li_code='{ __li_base=1; __li_compose '"'\\builtin exit \"\$__li_status\"'"'; \builtin trap - ERR; } 2>/dev/null; ( { \builtin trap "$__li_on_err" ERR; } 2>/dev/null; {'" $__li_block"$'\n} )' ;;
    ?L)
      __li_rest=$__li_block$'\n' __li_all=$__li_block$'\n'
      __li_next_command
      ;;
    *) __li_code="{ $__li_block"$'\n}' ;;
  esac
  __li_phase=run
}

# What lasts for its block only.
__li_after() {
  __li_out=232 __li_err=232
  \builtin set +e
  if [[ ${__li_head:3:1} == E ]]; then \builtin set +E; fi
  if [[ ${__li_head:5:1} == T ]]; then
    \builtin unset -f trap
    \builtin trap "$__li_on_stop" USR2
  fi
  if [[ $__li_base == 1 ]]; then
    __li_base=0
    __li_compose '\builtin continue 999'
  fi
  if [[ ${__li_head:4:1} == X ]]; then
    \builtin set -- 3
    while (($1 < 30)); do
      \builtin eval "\\exec $1>&-"
      \builtin set -- $(($1 + 1))
    done
  fi
  if [[ $__li_echo == v ]]; then \builtin set -v; fi
}

# The end of a block, or of one command of it, where the loop's short way does not do.
__li_done() {
  if [[ $__li_phase == refused ]]; then
    __li_phase=idle
    \builtin return 0
  fi
  if [[ -n $__li_ended ]]; then
    \builtin set -- "$__li_ended"
    __li_ended=''
  fi
  __li_status=$1
  if [[ -n $__li_rest ]]; then
    __li_phase=idle
    \builtin return 0
  fi
  if [[ $__li_head != B0------* || $-$__li_echo == *[ev]* ]]; then __li_after; fi
  # A pipeline that ended by SIGPIPE is allowed; any other 141 was reported as a failure.
  if [[ $1 == 141 ]]; then \builtin set -- 0; fi
  __li_phase=idle
  \builtin printf '\001D\0%s\0%s\0%s\0' "${__li_head:16:8}" "$1" "${PWD-}" >&231
}

# Values of the variables that $__li_block names, one a line.
__li_values() {
  \builtin set -- "$__li_block"
  while [[ -n $1 ]]; do
    \builtin set -- "${1#*$'\n'}" "${1%%$'\n'*}"
    if [[ -n ${!2+x} ]]; then \builtin printf '%s\0%s\0' "$2" "${!2}" >&231; fi
  done
  \builtin printf '\001V\0%s\0' "${__li_head:16:8}" >&231
}

# The whole state, each thing a record of its own; what to keep is decided outside. $1: the number of positional parameters.
__li_state() {
  \builtin printf 'parameters\0%s\0limits\0' "$1" >&231
  __li_limits >&231
  \builtin printf '\0folders\0' >&231
  \builtin dirs -p -l >&231
  \builtin printf '\0' >&231
  __li_names "$(\builtin compgen -v)"
  \builtin printf 'functions\0' >&231
  __li_function_names "$(\builtin compgen -A function)"
  \builtin printf '\0aliases\0' >&231
  \builtin alias -p >&231
  \builtin printf '\0shopt\0' >&231
  \builtin shopt -p >&231
  \builtin printf '\0set\0' >&231
  \builtin set +o >&231
  \builtin printf '\0umask\0' >&231
  \builtin umask -p >&231
  \builtin printf '\0traps\0' >&231
  __li_show_traps "$(\builtin trap -p)" >&231
  if [[ -n $__li_user_err ]]; then \builtin printf 'trap -- %q ERR\n' "$__li_user_err" >&231; fi
  \builtin printf '\0jobs\0' >&231
  \builtin jobs -r >&231
  \builtin printf '\0cwd\0%s\0\001P\0%s\0' "${PWD-}" "${__li_head:16:8}" >&231
} 2>/dev/null

__li_limits() {
  \builtin ulimit -Sa
  \builtin printf 'hard\n'
  \builtin ulimit -Ha
}

__li_names() {
  \builtin set -- "$1"$'\n'
  while [[ -n $1 ]]; do
    if [[ ${1%%$'\n'*} != __li_* && -n ${1%%$'\n'*} ]]; then
      \builtin set -- "${1#*$'\n'}" "${1%%$'\n'*}"
      \builtin printf 'var\0%s\0%s\0' "$2" "${!2-}" >&231
      \builtin declare -p "$2" >&231
      \builtin printf '\0' >&231
    else
      \builtin set -- "${1#*$'\n'}"
    fi
  done
}

__li_function_names() {
  \builtin set -- "$1"$'\n'
  while [[ -n $1 ]]; do
    if [[ ${1%%$'\n'*} != __li_* && -n ${1%%$'\n'*} ]]; then \builtin declare -f "${1%%$'\n'*}" >&231; fi
    \builtin set -- "${1#*$'\n'}"
  done
}

# Named one by one: to ask bash for them takes a subshell, and with it a fifth of the start.
\builtin readonly -f __li_report __li_failed __li_only_pipe __li_same __li_last __li_compose __li_trap __li_show_traps \
  __li_parses __li_next_command __li_take __li_resume __li_refuse __li_refuse_plain __li_read_rare __li_take_rare __li_prepare \
  __li_after __li_done __li_values __li_state __li_limits __li_names __li_function_names
\builtin readonly __li_open __li_shut __li_loop __li_on_stop __li_in __li_old
\builtin trap "$__li_on_stop" USR2
# A program that is gone by now leaves the folder to us; the report to it must not end us before.
\builtin trap '' PIPE
{ __li_limits; } >&231 2>/dev/null
\builtin printf '\0\001R\0%s\0' "$BASH_VERSION" >&231
\builtin read -r -u 231 __li_head || { PATH=/usr/bin:/bin \builtin command rm -rf -- "$2"; \builtin exit 75; }
\builtin trap - PIPE
if [[ -n $2 ]]; then \exec 6>&- 7>&-; fi
