import { EnvironmentError, UsageError } from "../diagnostics/index.ts";
import {
  type Folders,
  fetchTools,
  findHelm,
  findKubectl,
  type Kubectl,
  mirrorSource,
  probeKubectl,
  type ToolSource,
  toolsFolder,
} from "../target/index.ts";
import { canAsk, confirm } from "./ask.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import { wrapText } from "./screen/lines.ts";

/** The programs that a sandbox is driven with. */
export interface Tools {
  readonly kubectl: string;
  readonly helm: string | undefined;
}

const NO_KUBECTL = "There is no usable `kubectl` on this machine, and the sandbox is driven by the real one.";
const HINT =
  "Run `learn-istio doctor --fix` (or `--yes` here) to fetch a pinned one into the cache, or set `KUBECTL=path`.";

/**
 * The kubectl and helm to use. Where there is no kubectl: fetched after asking, with `--yes` without asking, never with
 * `--offline`. Errors: EnvironmentError with what to do.
 */
export async function ensureTools(io: Io, options: Options, folders: Folders, mayAsk: boolean): Promise<Tools> {
  const kubectl = (await usableKubectl(io, folders)) ?? (await fetchKubectl(io, options, folders, mayAsk));
  return { kubectl: kubectl.path, helm: findHelm(io.env, folders.cache) };
}

/** The kubectl that is there and runs: the user's, else the fetched one. A `$KUBECTL` that does not run is an error. */
async function usableKubectl(io: Io, folders: Folders): Promise<Kubectl | undefined> {
  const found = findKubectl(io.env, folders.cache);
  if (found === undefined) return undefined;
  try {
    return await probeKubectl(found, io.env, folders.cache);
  } catch (error) {
    if (found.from === "KUBECTL" || !(error instanceof EnvironmentError)) throw error;
    if (found.from === "cache") return undefined;
    const cached = findKubectl({ ...io.env, PATH: "" }, folders.cache);
    return cached === undefined ? undefined : probeKubectl(cached, io.env, folders.cache).catch(() => undefined);
  }
}

async function fetchKubectl(io: Io, options: Options, folders: Folders, mayAsk: boolean): Promise<Kubectl> {
  if (options.offline === true) {
    throw new EnvironmentError(NO_KUBECTL, {
      hint: "`--offline` forbids fetching one: install kubectl 1.35, or set `KUBECTL=path`.",
    });
  }
  if (options.yes !== true) {
    if (!mayAsk || !canAsk(io)) throw new EnvironmentError(NO_KUBECTL, { hint: HINT });
    io.print(`${wrapText(NO_KUBECTL, io.width)}\n`);
    const agreed = await confirm(io, "Fetch a pinned, checksummed kubectl into the cache (about 40 MB)?", true);
    if (!agreed) throw new EnvironmentError("Without kubectl the sandbox cannot be driven.", { hint: HINT });
  }
  await bringTools(io, options, folders);
  return probeKubectl({ path: `${toolsFolder(folders.cache)}/kubectl`, from: "cache" }, io.env);
}

/**
 * Fetch the pinned programs into the cache, telling what goes on: from `source`, else from the mirror of the learner's class
 * where it has one, else as usual. What comes from a mirror is held against this build's checksums like all else.
 */
export async function bringTools(io: Io, options: Options, folders: Folders, source?: ToolSource): Promise<void> {
  const say = (sentence: string): void => io.say(`${sentence}\n`);
  const fetch = { env: io.env, folder: toolsFolder(folders.cache), say, signal: io.signal };
  if (source !== undefined) return fetchTools({ ...fetch, source });
  const mirror = await mirrorOfClass(io, options);
  if (mirror === undefined) return fetchTools(fetch);
  try {
    await fetchTools({ ...fetch, source: mirror });
  } catch (error) {
    if (!(error instanceof EnvironmentError) || io.signal.aborted) throw error;
    say(`The mirror of your class could not help: ${error.message}`);
    await fetchTools(fetch);
  }
}

/** Nobody is asked unless this course is taken in a class. */
async function mirrorOfClass(io: Io, options: Options): Promise<ToolSource | undefined> {
  const [{ placeOfWork }, { learnerFolder }, { findMirror }] = await Promise.all([
    import("./place-of-work.ts"),
    import("./class/folders.ts"),
    import("../workshop/index.ts"),
  ]);
  try {
    const url = await findMirror(learnerFolder(placeOfWork(io, options)));
    return url === undefined ? undefined : mirrorSource(url, process.platform, process.arch);
  } catch (error) {
    // Programs are needed whatever becomes of the course or the class.
    if (error instanceof EnvironmentError || error instanceof UsageError) return undefined;
    throw error;
  }
}
