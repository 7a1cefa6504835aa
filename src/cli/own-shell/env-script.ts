import path from "node:path";
import { quote, type SavedVariable } from "../../shell/index.ts";

/** What a shell of the learner's own gets. */
export interface EnvScript {
  /** For the comment at its head. */
  readonly label: string;
  readonly variables: readonly SavedVariable[];
  /** What stands before the learner's own PATH. */
  readonly pathPrefix: string;
  /** Bash source: the lesson's functions. */
  readonly functions: string;
  /** Where the shell's state is written, without the shell's pid. */
  readonly own: string;
  /** The file of what the lesson's steps set meanwhile. */
  readonly shared: string;
  readonly scripts: { readonly bash: string; readonly zsh: string };
  readonly now: number;
}

/** Names that zsh keeps for itself: to set one of them would end the whole script there. */
const ZSH_OWN =
  /^(?:ARGC|LINENO|PPID|TTY|TTYIDLE|USERNAME|UID|EUID|GID|EGID|ZSH_.*|argv|aliases|builtins|cdpath|commands|dirstack|fignore|fpath|functions|galiases|history|historywords|jobdirs|jobstates|jobtexts|keymaps|mailpath|manpath|module_path|modules|nameddirs|options|parameters|patchars|path|pipestatus|prompt|psvar|reswords|saliases|signals|status|termcap|terminfo|userdirs|usergroups|watch|widgets|words)$/;

/** The text that `eval` takes in bash and zsh (other shells: without what is written back). Every value is quoted. */
export function envScript(script: EnvScript): string {
  const names = script.variables.map(({ name }) => name);
  const lines = [
    `# This shell works on target ${script.label}. Undo: learn_istio_off`,
    "if command -v learn_istio_off >/dev/null 2>&1; then learn_istio_off; fi",
    "__li_exports=$(export -p)",
    ...script.variables.map(setVariable),
    "unset __li_exports",
    `__li_names=${quote(names.join(" "))}`,
    `__li_path=${quote(script.pathPrefix)}`,
    'export PATH="$__li_path$PATH"',
    `__li_own=${quote(script.own)}.$$ __li_shared=${quote(script.shared)} __li_kind=env __li_seen=${script.now}`,
    `if [ -n "\${BASH_VERSION-}" ]; then`,
    `eval ${quote(script.functions)}`,
    `. ${quote(script.scripts.bash)}`,
    `elif [ -n "\${ZSH_VERSION-}" ]; then`,
    `. ${quote(script.scripts.zsh)}`,
    "fi",
  ];
  return `${lines.join("\n")}\n`;
}

/** What stood there before is kept, for `learn_istio_off`: `x` where it was set, `e` where it was exported too. */
function setVariable({ name, value, exported }: SavedVariable): string {
  const keep = `__li_had_${name}=\${${name}+x} __li_was_${name}=\${${name}-}`;
  const was = `case $__li_exports in *"x ${name}="* | *"export ${name}="*) __li_had_${name}=e ;; esac`;
  const set = `${keep}; ${was}; ${exported ? "export " : ""}${name}=${quote(value)}`;
  return ZSH_OWN.test(name) ? `if [ -z "\${ZSH_VERSION-}" ]; then ${set}; fi` : set;
}

/** For fish: the environment alone. */
export function fishScript({ label, variables, pathPrefix }: EnvScript): string {
  const folders = pathPrefix.split(path.delimiter).filter((folder) => folder !== "");
  const lines = [
    `# This shell works on target ${label}; what you set in it stays in it.`,
    ...variables.map(({ name, value, exported }) => `set ${exported ? "-gx" : "-g"} ${name} ${fishQuote(value)}`),
    `set -gx PATH ${[...folders.map(fishQuote), "$PATH"].join(" ")}`,
  ];
  return `${lines.join("\n")}\n`;
}

function fishQuote(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
