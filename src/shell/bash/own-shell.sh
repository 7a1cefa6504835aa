# Sourced once by a bash in which a learner works: before each prompt what was changed in it goes to a file, from which the
# lesson's session takes it. Reads: __li_own, the file's name without its ending; __li_shared, a file of what the
# lesson's steps have set meanwhile; __li_kind, `shell` for a bash that is ours, `env` for one that was the learner's
# before; __li_names, the variables that it got. There nothing is written that was there before: neither their variables nor their functions.
#
# Names begin with `__li_` and are never written. Written for bash 3.2 and later; `builtin` everywhere, for the learner's
# aliases and functions. All the work is done in a subshell, so that nothing of it can stay.

# Name, whether it is exported, value: of each variable, between \001. Of an array all values.
__li_pairs() {
  \builtin local IFS=$' \t\n' __li_n __li_v __li_x __li_exported
  __li_exported=$'\n'$(\builtin compgen -e)$'\n'
  \builtin compgen -v | while \builtin read -r __li_n; do
    case $__li_n in __li_* | IFS | BASH* | EPOCH* | FUNCNAME | RANDOM | SRANDOM | PROMPT_COMMAND) \builtin continue ;; esac
    if [[ $__li_kind == env && $__li_n == _* ]]; then \builtin continue; fi
    \builtin eval "__li_v=\${$__li_n[*]-}"
    __li_x=
    if [[ $__li_exported == *$'\n'"$__li_n"$'\n'* ]]; then __li_x=x; fi
    "$1"
  done
}

__li_pair() { \builtin printf '\001%s %s=%s\001' "$__li_n" "$__li_x" "$__li_v"; }

# What was written once always is: without it, it would seem to be unset.
__li_variable() {
  if [[ $__li_base == *$'\001'"$__li_n $__li_x=$__li_v"$'\001'* && $__li_written != *$'\n'"$__li_n"$'\n'* ]]; then
    \builtin return 0
  fi
  \builtin printf '%s\n' "$__li_n" >&3
  \builtin printf 'var\0%s\0%s\0' "$__li_n" "$__li_v"
  \builtin declare -p "$__li_n"
  \builtin printf '\0'
}

# Names that were there at the beginning, and no longer are.
__li_gone() {
  \builtin local IFS=$' \t\n' __li_n __li_present
  __li_present=$'\n'$(\builtin compgen -v)$'\n'
  for __li_n in $__li_begun; do
    if [[ $__li_present == *$'\n'"$__li_n"$'\n'* ]]; then \builtin continue; fi
    \builtin printf '%s\n' "$__li_n" >&3
    \builtin printf 'gone\0%s\0' "$__li_n"
  done
}

# The records that the session's own state consists of too, but a function each.
__li_dump() {
  __li_pairs __li_variable
  __li_gone
  \builtin compgen -A function | while \builtin read -r __li_n; do
    if [[ $__li_n == __li_* || $__li_n == learn_istio_off || $__li_had == *$'\n'"$__li_n"$'\n'* ]]; then \builtin continue; fi
    \builtin printf 'fun\0%s\0' "$__li_n"
    \builtin declare -f "$__li_n"
    \builtin printf '\0'
  done
  \builtin printf 'aliases\0'
  \builtin alias -p
  if [[ $__li_kind == shell ]]; then
    \builtin printf '\0shopt\0'
    \builtin shopt -p
    \builtin printf '\0set\0'
    \builtin set +o
  fi
  \builtin printf '\0umask\0%s\0cwd\0%s\0end\0' "$1" "$PWD"
}

# Written beside, then renamed: who reads finds the old or the new, whole. What it prints are the names that were written.
__li_write() {
  __li_mask=$(\builtin umask -p)
  \builtin umask 077
  __li_dump "$__li_mask" 3>&1 >|"$__li_own.$1.part"
  \command -p mv -f "$__li_own.$1.part" "$__li_own.$1"
}

__li_at_prompt() {
  \builtin local __li_kept=$?
  if [[ -r $__li_shared ]]; then \builtin . "$__li_shared" || :; fi
  __li_written=$'\n'$(__li_write now)$'\n' || :
  \builtin return "$__li_kept"
}

__li_hook='{ __li_at_prompt; } 2>/dev/null'

# Where PROMPT_COMMAND is an array the hook stands behind the learner's own, which they can set as they like.
__li_install() {
  if [[ $__li_kind == env ]]; then __li_had=$'\n'$(\builtin compgen -A function)$'\n'; fi
  __li_begun=$__li_names
  if [[ $__li_kind == shell ]]; then __li_begun=$(\builtin compgen -v); fi
  __li_base=$(__li_pairs __li_pair)
  __li_written=$'\n'$(__li_write base)$'\n'
  if ((BASH_VERSINFO[0] > 5 || (BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1))); then
    if [[ -z ${PROMPT_COMMAND[0]+x} ]]; then PROMPT_COMMAND[0]=''; fi
    PROMPT_COMMAND+=("$__li_hook")
  else
    PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}$__li_hook"
  fi
  # The last line may end the shell before a prompt comes; a shell of the learner's own may have a trap already.
  if [[ $__li_kind == shell ]]; then \builtin trap "$__li_hook" EXIT; fi
}

__li_had=$'\n' __li_written=$'\n'
{ __li_install; } 2>/dev/null

if [[ $__li_kind == env ]]; then
  # Back to what this shell was. What was changed until now counts.
  learn_istio_off() {
    { __li_at_prompt; } 2>/dev/null
    \builtin local __li_n __li_i
    if ((BASH_VERSINFO[0] > 5 || (BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1))); then
      for __li_i in "${!PROMPT_COMMAND[@]}"; do
        if [[ ${PROMPT_COMMAND[__li_i]} == "$__li_hook" ]]; then \builtin unset "PROMPT_COMMAND[$__li_i]"; fi
      done
    else
      PROMPT_COMMAND=${PROMPT_COMMAND%"$__li_hook"}
    fi
    PATH=${PATH/"$__li_path"/}
    \builtin hash -r
    \builtin local IFS=$' \t\n'
    for __li_n in $__li_names; do
      \builtin unset -v "$__li_n"
      \builtin eval "if [[ -n \$__li_had_$__li_n ]]; then $__li_n=\$__li_was_$__li_n; fi"
      \builtin eval "if [[ \$__li_had_$__li_n == e ]]; then \builtin export $__li_n; fi"
      \builtin unset -v "__li_had_$__li_n" "__li_was_$__li_n"
    done
    \builtin unset -v __li_begun __li_written __li_own __li_shared __li_kind __li_base __li_had __li_hook __li_path __li_names __li_seen
    \builtin unset -f __li_gone __li_pairs __li_pair __li_variable __li_dump __li_write __li_at_prompt __li_install learn_istio_off
  }
fi
