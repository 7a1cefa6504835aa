# What `own-shell.sh` does in bash, for a learner's own zsh: variables and the folder alone, since bash could not read zsh's
# functions. Reads: __li_own, __li_shared, __li_names, __li_path.

# Name, whether it is exported, value: of each variable that is not zsh's own.
__li_pairs() {
  emulate -L zsh
  local __li_n __li_x __li_v
  for __li_n in ${(k)parameters}; do
    if [[ $__li_n == _* || ${parameters[$__li_n]} != (scalar|integer|float)* || ${parameters[$__li_n]} == *(special|local|readonly|hide)* ]]; then
      continue
    fi
    __li_x=
    if [[ ${parameters[$__li_n]} == *export* ]]; then __li_x=x; fi
    __li_v=${(P)__li_n}
    $1
  done
}

__li_pair() { print -rn -- $'\x01'"$__li_n $__li_x=$__li_v"$'\x01'; }

__li_variable() {
  if [[ $__li_base == *$'\x01'"$__li_n $__li_x=$__li_v"$'\x01'* && $__li_written != *$'\n'"$__li_n"$'\n'* ]]; then
    return 0
  fi
  print -r -- "$__li_n" >&3
  builtin printf 'var\0%s\0%s\0declare -%s %s=%s\0' "$__li_n" "$__li_v" "${__li_x:--}" "$__li_n" "${(qq)__li_v}"
}

__li_gone() {
  emulate -L zsh
  local __li_n
  for __li_n in ${=__li_names}; do
    if (( ${+parameters[$__li_n]} )); then continue; fi
    print -r -- "$__li_n" >&3
    builtin printf 'gone\0%s\0' "$__li_n"
  done
}

# What it prints are the names that were written.
__li_write() {
  emulate -L zsh
  umask 077
  { __li_pairs __li_variable; __li_gone; builtin printf 'cwd\0%s\0end\0' "$PWD"; } 3>&1 >| "$__li_own.$1.part"
  command -p mv -f "$__li_own.$1.part" "$__li_own.$1"
}

__li_at_prompt() {
  {
    if [[ -r $__li_shared ]]; then builtin . "$__li_shared"; fi
    __li_written=$'\n'$(__li_write now)$'\n'
  } 2>/dev/null
  return 0
}

# Back to what this shell was. What was changed until now counts.
learn_istio_off() {
  emulate -L zsh
  __li_at_prompt
  add-zsh-hook -d precmd __li_at_prompt
  PATH=${PATH/"$__li_path"/}
  rehash
  local __li_n __li_had_one __li_was_one
  for __li_n in ${=__li_names}; do
    __li_had_one=__li_had_$__li_n __li_was_one=__li_was_$__li_n
    unset $__li_n
    if [[ -n ${(P)__li_had_one} ]]; then typeset -g "$__li_n=${(P)__li_was_one}"; fi
    if [[ ${(P)__li_had_one} == e ]]; then export $__li_n; fi
    unset $__li_had_one $__li_was_one
  done
  unset __li_written __li_own __li_shared __li_kind __li_base __li_path __li_names __li_seen
  unfunction __li_gone __li_pairs __li_pair __li_variable __li_write __li_at_prompt learn_istio_off
}

zmodload zsh/parameter
autoload -Uz add-zsh-hook
__li_base=$(__li_pairs __li_pair)
__li_written=$'\n'
{ __li_written=$'\n'$(__li_write base)$'\n' } 2>/dev/null
add-zsh-hook precmd __li_at_prompt
