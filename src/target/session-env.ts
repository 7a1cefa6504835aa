/** An environment as a process has it: some names may be unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The same for every session, so that outputs do not depend on who runs them. */
export const FIXED_ENV: Readonly<Record<string, string>> = {
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  COLUMNS: "80",
  LINES: "24",
  PAGER: "cat",
  TERM: "dumb",
};

/** What a session may know of the machine: where programs are, who the user is, the way through a company's proxy. */
const CARRIED = [
  "PATH",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "CURL_CA_BUNDLE",
];

/** Files that a shell would read by itself, and what speaks of a terminal that the session does not have. */
const NEVER = ["BASH_ENV", "ENV", "PROMPT_COMMAND", "PS4", "BASHOPTS", "SHELLOPTS", "BASH_XTRACEFD", "OLDPWD", "PWD"];

/** The little that a session needs: no credentials, no settings of the user's tools. */
export function minimalEnv(env: Environment): Record<string, string> {
  return { ...pick(env, CARRIED), ...FIXED_ENV };
}

/** All of the user's environment, without what would make a shell read files or print traces. */
export function inheritedEnv(env: Environment): Record<string, string> {
  const names = Object.keys(env).filter((name) => !NEVER.includes(name) && !name.startsWith("BASH_FUNC_"));
  return { ...pick(env, names), ...FIXED_ENV };
}

function pick(env: Environment, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
