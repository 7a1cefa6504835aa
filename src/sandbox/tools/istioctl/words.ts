/** Other names of commands, by their place. */
const FIRST: Readonly<Record<string, string>> = {
  experimental: "x",
  exp: "x",
  d: "dashboard",
  dash: "dashboard",
  v: "validate",
  pc: "proxy-config",
  ps: "proxy-status",
};
const AFTER_X: Readonly<Record<string, string>> = { des: "describe" };

/** Flags of every command that may stand before its words, and take a value. */
const BEFORE: ReadonlySet<string> = new Set([
  "-n",
  "--namespace",
  "-i",
  "--istioNamespace",
  "--context",
  "-c",
  "--kubeconfig",
]);

/** A command line with its words first, by their full names: `-n foo pc c x` is `proxy-config c x -n foo`. */
export function withFullWords(args: readonly string[]): readonly string[] {
  let at = 0;
  while (args[at]?.startsWith("-") === true) {
    const word = args[at] ?? "";
    if (!BEFORE.has(word.split("=")[0] ?? "") && !/^-n./.test(word)) return args;
    at += word.includes("=") || /^-n./.test(word) ? 1 : 2;
  }
  const [first = "", second, ...rest] = args.slice(at);
  const full = Object.hasOwn(FIRST, first) ? (FIRST[first] ?? first) : first;
  const next = full === "x" && second !== undefined && Object.hasOwn(AFTER_X, second) ? AFTER_X[second] : second;
  return [full, ...(next === undefined ? [] : [next]), ...rest, ...args.slice(0, at)].filter(
    (one) => one !== undefined,
  );
}
