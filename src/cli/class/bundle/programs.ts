import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { TarFile } from "../../../files/index.ts";
import {
  type Folders,
  fetchTools,
  officialDownloads,
  type PinnedProgram,
  pinnedPrograms,
  programFile,
  toolSource,
  toolsFolder,
} from "../../../target/index.ts";
import type { Manifest } from "../../../workshop/index.ts";
import type { Io } from "../../io.ts";
import { unnamed } from "./gzip-tar.ts";

/** The programs of a bundle, and what its manifest says of them. */
export interface Programs {
  readonly files: readonly TarFile[];
  readonly programs: NonNullable<Manifest["programs"]>;
  readonly elsewhere: NonNullable<Manifest["elsewhere"]>;
  readonly missing: readonly string[];
}

const KINDS = [
  ["linux", "x64"],
  ["linux", "arm64"],
  ["darwin", "arm64"],
  ["darwin", "x64"],
] as const;

/**
 * kubectl and helm for every kind of machine of which this build knows the checksums: from the cache, else fetched into it,
 * unless that is forbidden. For the others: where they are to be had. Throws an EnvironmentError for a fetch that failed.
 */
export async function collectPrograms(io: Io, folders: Folders, offline: boolean): Promise<Programs> {
  const kinds = await Promise.all(KINDS.map(([platform, arch]) => collectFor(io, folders, offline, platform, arch)));
  return {
    files: kinds.flatMap(({ files }) => files),
    programs: kinds.flatMap(({ programs }) => programs),
    elsewhere: kinds.flatMap(({ elsewhere }) => elsewhere),
    missing: kinds.flatMap(({ missing }) => missing),
  };
}

async function collectFor(
  io: Io,
  folders: Folders,
  offline: boolean,
  platform: string,
  arch: string,
): Promise<Programs> {
  const kind = `${platform}-${arch}`;
  const folder = toolsFolder(folders.cache, platform, arch);
  const pinned = pinnedPrograms(platform, arch);
  const source = toolSource(platform, arch);
  if (!offline && source !== undefined && pinned.some((program) => readPinned(folder, program) === undefined))
    await fetchTools({ env: io.env, folder, source, signal: io.signal, say: (text) => io.say(`${text}\n`) });
  const held = pinned.flatMap((program) => {
    const content = readPinned(folder, program);
    return content === undefined ? [] : [{ program, content }];
  });
  const files = await Promise.all(
    held.map(async ({ program, content }) => ({
      name: programFile(platform, arch, program),
      content: unnamed(await promisify(gzip)(content)),
    })),
  );
  const has = (name: string): boolean => held.some(({ program }) => program.name === name);
  const absent = officialDownloads(platform, arch).filter(({ name }) => !has(name));
  return {
    files,
    programs: held.map(({ program: { name, version, sha256 } }, at) => ({
      name,
      version,
      platform: kind,
      file: files[at]?.name ?? "",
      sha256,
    })),
    elsewhere: absent.map((one) => ({ ...one, platform: kind })),
    missing: pinned
      .filter(({ name }) => !has(name))
      .map(({ name, version }) => `${name} ${version} for ${kind} is not in the cache`),
  };
}

/** A program of the cache, where it is the pinned one to the last byte. */
function readPinned(folder: string, { name, sha256 }: PinnedProgram): Buffer | undefined {
  const file = path.join(folder, name);
  if (!existsSync(file)) return undefined;
  const content = readFileSync(file);
  return createHash("sha256").update(content).digest("hex") === sha256 ? content : undefined;
}
