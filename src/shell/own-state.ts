import { isBashOwn, quote, TRANSIENT_NAMES } from "./saved-state.ts";

/** Options that a shell has because somebody types in it, or that the session must not get: never taken over. */
const TERMINAL_OPTION =
  /^(?:set [-+]o (?:emacs|vi|history|histexpand|monitor|notify|ignoreeof|pipefail|errexit|noexec|verbose|xtrace|hashall|interactive-comments)|shopt -[su] (?:checkwinsize|histappend|progcomp|interactive_comments|cmdhist|expand_aliases|restricted_shell|login_shell))$/;

/** The state without the options of a session that has no terminal: the source for a shell that somebody types in. */
export function forTyping(source: string): string {
  return source
    .split("\n")
    .filter((line) => !TERMINAL_OPTION.test(line))
    .join("\n");
}

/**
 * What a shell of the learner's own held before a prompt, as `own-shell.sh` and `own-shell.zsh` write it: each thing that
 * it did not hold when it began, by name, with the bash source that makes it.
 */
interface OwnState {
  readonly variables: ReadonlyMap<string, string>;
  readonly functions: ReadonlyMap<string, string>;
  /** Bash lines, each a thing of its own: aliases, options, the umask. */
  readonly lines: ReadonlySet<string>;
  readonly aliases: ReadonlySet<string>;
  readonly cwd: string;
}

const EMPTY: OwnState = {
  variables: new Map(),
  functions: new Map(),
  lines: new Set(),
  aliases: new Set(),
  cwd: "",
};

/** What speaks of a prompt, a history or a terminal's size: a lesson's session has none of them. */
const PROMPT_NAMES =
  /^(?:HIST.*|PROMPT.*|RPROMPT|RPS\d|SPROMPT|COLUMNS|LINES|TERM.*|COLORTERM|READLINE_.*|INPUTRC|histchars|WORDCHARS|learn_istio_.*)$/;

/**
 * What was done in a shell between two of its states, each as bash source for the session: apart, so that one which the
 * session cannot take (a readonly name, a pattern that it does not parse) does not lose the others.
 * `follows`: whether the session goes with the shell into a folder.
 */
export function ownChanges(before: string, after: string, follows: (folder: string) => boolean): readonly string[] {
  const now = readOwnState(after);
  if (now === undefined) return [];
  const was = readOwnState(before) ?? { ...EMPTY, lines: now.lines, aliases: now.aliases, cwd: now.cwd };
  const changes = [
    ...[...now.lines].filter((line) => !was.lines.has(line)),
    ...changed(was.variables, now.variables, (name) => `unset -v ${name}`),
    ...changed(was.functions, now.functions, (name) => `unset -f ${name}`),
    ...[...was.aliases].filter((line) => !now.aliases.has(line)).map(unalias),
    ...[...now.aliases].filter((line) => !was.aliases.has(line)),
    ...(now.cwd !== was.cwd && now.cwd !== "" && follows(now.cwd) ? [`cd ${quote(now.cwd)} || true`] : []),
  ];
  // The driver's own names in a block would have the session refuse it.
  return changes.filter((one) => !one.includes("__li_"));
}

function changed(
  was: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  gone: (name: string) => string,
): string[] {
  return [
    ...[...was.keys()].filter((name) => !now.has(name)).map(gone),
    ...[...now].filter(([name, source]) => was.get(name) !== source).map(([, source]) => source),
  ];
}

function unalias(line: string): string {
  const name = /^alias (?:-- )?([^=]+)=/.exec(line)?.[1] ?? "";
  return `unalias -- ${quote(name)} || true`;
}

/** Undefined for a text that is not whole. */
function readOwnState(text: string): OwnState | undefined {
  const records = text.split("\0");
  if (records.pop() !== "" || records.pop() !== "end") return undefined;
  const variables = new Map<string, string>();
  const functions = new Map<string, string>();
  const parts = new Map<string, string>();
  for (let at = 0; at < records.length; ) {
    const [key = "", first = "", second = "", third = ""] = records.slice(at, at + 4);
    if (key === "var") {
      if (third !== "" && isKept(first)) variables.set(first, third.trimEnd());
      at += 4;
    } else if (key === "fun") {
      functions.set(first, second.trimEnd());
      at += 3;
    } else if (key === "gone") {
      if (isKept(first)) variables.set(first, `unset -v ${first}`);
      at += 2;
    } else {
      parts.set(key, first);
      at += 2;
    }
  }
  const lines = (key: string): string[] => (parts.get(key) ?? "").split("\n").filter((line) => line !== "");
  const options = [...lines("shopt"), ...lines("set")].filter((line) => !TERMINAL_OPTION.test(line));
  return {
    variables,
    functions,
    lines: new Set([...options, ...lines("umask")]),
    aliases: new Set(lines("aliases")),
    cwd: parts.get("cwd") ?? "",
  };
}

function isKept(name: string): boolean {
  return !isBashOwn(name) && !TRANSIENT_NAMES.includes(name) && !PROMPT_NAMES.test(name);
}
