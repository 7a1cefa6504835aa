import { whatIsLost } from "./lost-state.ts";
import type { SavedState, SavedVariable } from "./session.ts";

/** Names whose values always come from the present run. */
export const TRANSIENT_NAMES: readonly string[] = [
  ...[
    "KUBECONFIG",
    "KUBECACHEDIR",
    "PATH",
    "HOME",
    "CURL_HOME",
    "TMPDIR",
    "LEARN_ISTIO_SESSION",
    "LEARN_ISTIO_WORKSPACE",
  ],
  ...["XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SSL_CERT_FILE"],
];

/** Bash's own variables; their values are not a lesson's. */
const BASH_OWN =
  /^(?:BASH.*|COMP_.*|DIRSTACK|EPOCH.*|EUID|FUNCNAME|GROUPS|HISTCMD|HOSTNAME|HOSTTYPE|LINENO|MACHTYPE|MAILCHECK|OLDPWD|OPTERR|OPTIND|OSTYPE|PIPESTATUS|PPID|PS[0-4]|PWD|RANDOM|SECONDS|SHELL|SHELLOPTS|SHLVL|SRANDOM|TERM|UID|_)$/;

/** Whether a variable is bash's own: its value is never a lesson's. */
export function isBashOwn(name: string): boolean {
  return BASH_OWN.test(name);
}

/** What the session started with: environment, what `ulimit` said; and the names that `save` leaves out. */
interface Beginning {
  readonly env: Readonly<Record<string, string>>;
  readonly limits: string;
  readonly transient: readonly string[];
}

/** Build the state from the records of `__li_state`. */
export function readState(records: readonly string[], { env, limits, transient }: Beginning): SavedState {
  const parts = new Map<string, string>();
  const variables: string[] = [];
  const path: string[] = [];
  const scalars: SavedVariable[] = [];
  const names = new Set<string>();
  for (let at = 0; at < records.length; at += 2) {
    const key = records[at] ?? "";
    if (key !== "var") {
      parts.set(key, records[at + 1] ?? "");
      continue;
    }
    const [name = "", value = "", declaration = ""] = records.slice(at + 1, at + 4);
    names.add(name);
    at += 2;
    if (name === "PATH" && transient.includes(name)) path.push(...addedFolders(env.PATH ?? "", value));
    if (BASH_OWN.test(name) || transient.includes(name) || isUnchanged(env, name, value, declaration)) continue;
    variables.push(declaration.trimEnd());
    const attributes = /^declare -([-\w]+) /.exec(declaration)?.[1] ?? "";
    if (!/[aAn]/.test(attributes)) scalars.push({ name, value, exported: attributes.includes("x") });
  }
  for (const name of Object.keys(env))
    if (!names.has(name) && !BASH_OWN.test(name) && !transient.includes(name)) variables.push(`unset -v ${name}`);
  const part = (key: string): string => parts.get(key) ?? "";
  const source = [
    ...options(part("shopt"), part("set")),
    part("umask"),
    ...variables,
    ...(path.length > 0 ? [`PATH=${quote(path.join(":"))}:$PATH`] : []),
    part("functions"),
    part("aliases"),
    `cd ${quote(part("cwd"))} || true`,
  ];
  return {
    cwd: part("cwd"),
    source: `${source
      .map((one) => one.trimEnd())
      .filter((one) => one !== "")
      .join("\n")}\n`,
    lost: whatIsLost(part, limits),
    variables: scalars,
    functions: part("functions"),
    folders: path,
  };
}

/** Folders that a PATH has and the one of the beginning had not, in their order: they are the lesson's, the rest is the run's. */
function addedFolders(before: string, now: string): readonly string[] {
  const known = new Set(before.split(":"));
  return [...new Set(now.split(":"))].filter((folder) => folder !== "" && !known.has(folder));
}

function isUnchanged(env: Readonly<Record<string, string>>, name: string, value: string, declaration: string): boolean {
  return env[name] === value && declaration.startsWith("declare -x ");
}

/** Option lines in the order in which they are safe to set; what would end or blind the driver is left out. */
function options(shopt: string, set: string): string[] {
  const isOurs = /(?:expand_aliases|restricted_shell|login_shell)$/;
  const isTransient = /\b(?:errexit|noexec|verbose|interactive-comments|hashall)$/;
  return [
    ...shopt.split("\n").filter((line) => line !== "" && !isOurs.test(line)),
    ...set.split("\n").filter((line) => line !== "" && !isTransient.test(line)),
  ];
}

/** A text as one word of bash. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
