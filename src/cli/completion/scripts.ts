/** A shell's script: it asks the program itself, so that it never grows old. `install` says what to do with it. */
interface Script {
  readonly install: string;
  readonly text: string;
}

/**
 * `learn-istio __complete -- WORDS` prints a line `word<TAB>what it is` for each candidate; a line `:files` or `:folders`
 * asks the shell for names of its own as well.
 */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  bash: {
    install:
      'For now: `source <(learn-istio completion bash)`. For always: add `eval "$(learn-istio completion bash)"` to ~/.bashrc.',
    // As old as bash 3.2, which has no mapfile and no compopt. It splits `--target=live` at its `=`: joined for the program,
    // and taken off the candidates again.
    text: `_learn_istio() {
  local line word current=\${COMP_WORDS[COMP_CWORD]} joined=0 i
  local -a words
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = && \${#words[@]} -gt 0 ]]; then
      words[\${#words[@]}-1]+==
      joined=1
    elif ((joined)); then
      words[\${#words[@]}-1]+=$word
      joined=0
    else
      words+=("$word")
    fi
  done
  [[ $current == = ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files)
        compopt -o filenames 2> /dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current"; compgen -f -X '!*.md' -- "$current")
        ;;
      :folders)
        compopt -o filenames 2> /dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current")
        ;;
      *)
        word=\${line%%$'\\t'*}
        [[ $word == --*=* ]] && word=\${word#*=}
        COMPREPLY+=("$word")
        ;;
    esac
  done < <(learn-istio __complete -- "\${words[@]}" 2> /dev/null)
}
complete -F _learn_istio learn-istio
`,
  },
  zsh: {
    install:
      "For now, after `compinit`: `source <(learn-istio completion zsh)`. For always: write it as `_learn-istio` into a folder of $fpath.",
    text: `#compdef learn-istio
_learn-istio() {
  local line
  local -a found
  for line in "\${(@f)$(learn-istio __complete -- "\${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
    case $line in
      '') ;;
      :files) _files -g '*.md' ;;
      :folders) _files -/ ;;
      *) found+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${line#*$'\\t'}:+:\${line#*$'\\t'}}") ;;
    esac
  done
  (( \${#found} )) && _describe -V 'learn-istio' found
}
if [ "$funcstack[1]" = "_learn-istio" ]; then
  _learn-istio "$@"
else
  compdef _learn-istio learn-istio
fi
`,
  },
  fish: {
    install:
      "For now: `learn-istio completion fish | source`. For always: write it to ~/.config/fish/completions/learn-istio.fish.",
    text: `function __learn_istio_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (learn-istio __complete -- $words[2..-1] 2> /dev/null)
        switch $line
            case :files
                __fish_complete_suffix .md
            case :folders
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c learn-istio -f -a '(__learn_istio_complete)'
`,
  },
};
