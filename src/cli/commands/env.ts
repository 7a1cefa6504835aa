import type { Io } from "../io.ts";
import { openTarget } from "../open-target.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { quoteWord } from "../quote-word.ts";

/** The names that lead tools to the target; the rest of its environment is the caller's own anyway. */
const SHARED = new Set([
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "LANG",
  "LC_ALL",
  "TZ",
  "COLUMNS",
  "LINES",
  "PAGER",
  "TERM",
]);

/** `eval "$(learn-istio env)"` turns a shell of one's own towards the target. */
export async function run(io: Io, options: Options): Promise<number> {
  const { target: name, folders, stateDir } = placeOfWork(io, options);
  const target = await openTarget(io, options, { name, folders, stateDir, cluster: "none", mayAsk: false });
  try {
    const env = Object.entries(target.env).filter(([key, value]) => !SHARED.has(key) && io.env[key] !== value);
    if (options.json) io.print(`${JSON.stringify(Object.fromEntries(env), null, 2)}\n`);
    else io.print(env.map(([key, value]) => `export ${key}=${quoteWord(value)}\n`).join(""));
    return 0;
  } finally {
    await target.release();
  }
}
