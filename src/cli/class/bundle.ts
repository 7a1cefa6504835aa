import { createHash } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { pinnedPrograms } from "../../target/index.ts";
import { plural, showHidden } from "../../text/index.ts";
import { type BundleSeen, type Manifest, readBundle } from "../../workshop/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { item, wrapText } from "../screen/lines.ts";
import { VERSION } from "../version.ts";

/** `class bundle [FILE]`: all that a room needs, in one file; `--check FILE`: whether one is whole. */
export async function run(io: Io, options: Options, place: PlaceOfWork, ...names: string[]): Promise<number> {
  if (names.length > 1) throw new UsageError(`\`${names[1]}\` is one name too many.`, "`class bundle FILE` takes one.");
  const [name] = names;
  if (options.check) return check(io, options, name);
  return make(io, options, place, name);
}

async function make(io: Io, options: Options, { course, folders }: PlaceOfWork, named?: string): Promise<number> {
  const name = named ?? `learn-istio-class-${course.id}.tar.gz`;
  if (!/\.(?:tar\.gz|tgz)$/.test(name))
    throw new UsageError(`\`${name}\` is no name of a bundle.`, "It ends in `.tar.gz`.");
  const { makeBundle, sha256 } = await import("./bundle/make.ts");
  const { manifest, content } = await makeBundle(io, course, folders, options.offline === true);
  write(path.resolve(io.cwd, name), content);
  const about = { file: name, bytes: content.length, sha256: sha256(content) };
  const { missing = [] } = manifest;
  if (options.json) io.print(`${JSON.stringify({ ...about, ...manifest }, null, 2)}\n`);
  else {
    tell(io, manifest);
    io.print(`${about.sha256}  ${name}\n`);
    io.say(
      `${wrapText(`${megabytes(content.length)}. \`learn-istio class host --mirror ${name}\` serves it to the room.`, io.width)}\n`,
    );
  }
  return missing.length === 0 ? EXIT.ok : EXIT.failed;
}

function write(file: string, content: Buffer): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, file);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new EnvironmentError(`\`${file}\` cannot be written (${why}).`, { hint: "Name another file.", cause });
  } finally {
    rmSync(draft, { force: true });
  }
}

async function check(io: Io, options: Options, name: string | undefined): Promise<number> {
  if (name === undefined) throw new UsageError("`class bundle --check` needs the bundle to check.");
  const unpacked = new Map<string, string>();
  const { manifest, problems, sha256 } = await readBundle(path.resolve(io.cwd, name), async (file, content) => {
    if (file.endsWith(".gz")) unpacked.set(file, await sumOfUnpacked(content));
  });
  const all = [...problems, ...foreignPrograms(manifest, unpacked)];
  if (options.json) io.print(`${JSON.stringify({ file: name, sha256, problems: all, ...manifest }, null, 2)}\n`);
  else {
    tell(io, manifest);
    for (const problem of all) io.print(`${item("  wrong:", showHidden(problem), io.width)}\n`);
    if (all.length === 0) io.print(`${sha256}  ${showHidden(name)}\n`);
    io.say(
      all.length === 0
        ? "Every file in it is as its manifest says.\n"
        : `${plural(all.length, "problem")}: make or fetch it again.\n`,
    );
  }
  return all.length === 0 ? EXIT.ok : EXIT.failed;
}

/** Of what gzip packed; empty where it is nothing that gzip packed. */
async function sumOfUnpacked(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const piece of Readable.from(content).pipe(createGunzip())) hash.update(piece as Buffer);
    return hash.digest("hex");
  } catch {
    return "";
  }
}

/** Programs that the manifest vouches for, and this build does not: told by what they unpack to. */
function foreignPrograms({ programs = [] }: BundleSeen["manifest"], unpacked: ReadonlyMap<string, string>): string[] {
  return programs.flatMap(({ name, platform, file, sha256 }) => {
    const [os = "", arch = ""] = platform.split("-");
    const pinned = pinnedPrograms(os, arch).find((one) => one.name === name)?.sha256;
    if (pinned !== undefined && pinned === sha256 && unpacked.get(file) === pinned) return [];
    return [`${name} for ${platform} is not the one that this learn-istio knows`];
  });
}

function tell(io: Io, { app, course, programs = [], elsewhere = [], missing = [], files }: Manifest): void {
  const lessons = files.filter(({ path: file }) => file.startsWith("lessons/")).length;
  const lines = [
    `learn-istio ${app}${app === VERSION ? "" : ` (this one is ${VERSION})`}`,
    `\`${course.title}\`: ${plural(lessons, "file")}`,
    ...programs.map(({ name, version, platform }) => `${name} ${version} for ${platform}`),
    ...missing.map((one) => `MISSING: ${one}`),
    ...elsewhere.map(({ name, version, platform, url }) => `not in it: ${name} ${version} for ${platform}, ${url}`),
  ];
  io.say(`${lines.map((line) => item(" ", showHidden(line), io.width)).join("\n")}\n`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
