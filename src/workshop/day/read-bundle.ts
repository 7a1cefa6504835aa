import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { readTar, TarError } from "../../files/index.ts";
import { WireError } from "../shape.ts";
import { BUNDLE_FOLDER, bundlePath, MANIFEST, type Manifest, manifestShape } from "./manifest.ts";

/** A bundle that was read to its end. */
export interface BundleSeen {
  readonly manifest: Manifest;
  /** What does not agree with its manifest; none: it is whole. */
  readonly problems: readonly string[];
  /** Of the bundle as a file. */
  readonly sha256: string;
}

interface Seen {
  readonly size: number;
  readonly sha256: string;
}

const MOST_MANIFEST = 8 * 1024 * 1024;
const MOST_BYTES = 1024 ** 3;

/**
 * Read a bundle, hold every file in it against the manifest, and hand each file's bytes to `keep` as they come. Throws an
 * EnvironmentError for a file that is no bundle.
 */
export async function readBundle(
  file: string,
  keep?: (name: string, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<BundleSeen> {
  const whole = createHash("sha256");
  const source = createReadStream(file);
  source.on("data", (chunk) => void whole.update(chunk));
  const archive = createGunzip();
  source.on("error", (error) => archive.destroy(error));
  // Told by whoever reads it; a late one is nobody's.
  archive.on("error", () => {});
  const seen = new Map<string, Seen>();
  const manifest: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const entry of readTar(source.pipe(archive))) {
      const name = nameOf(entry.name);
      if (seen.has(name)) throw new TarError(`\`${name}\` is in it twice`);
      bytes += entry.size;
      if (bytes > MOST_BYTES || (name === MANIFEST && entry.size > MOST_MANIFEST))
        throw new TarError("it is too large");
      const hash = createHash("sha256");
      const content = through(entry.content, (piece) => {
        hash.update(piece);
        if (name === MANIFEST) manifest.push(piece);
      });
      if (keep !== undefined) await keep(name, content);
      for await (const _ of content);
      seen.set(name, { size: entry.size, sha256: hash.digest("hex") });
    }
    const read = manifestShape(JSON.parse(Buffer.concat(manifest).toString("utf8")), "manifest");
    // What follows the archive's end counts in the file's own checksum.
    for await (const _ of archive);
    return { manifest: read, problems: compare(read, seen), sha256: whole.digest("hex") };
  } catch (cause) {
    throw noBundle(file, cause);
  } finally {
    source.destroy();
    archive.destroy();
  }
}

function nameOf(name: string): string {
  const [folder, ...rest] = name.split("/");
  if (folder !== BUNDLE_FOLDER) throw new TarError(`\`${name}\` is not in \`${BUNDLE_FOLDER}\``);
  return bundlePath(rest.join("/"), "path");
}

async function* through(content: AsyncIterable<Buffer>, look: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    look(piece);
    yield piece;
  }
}

function compare({ files }: Manifest, seen: ReadonlyMap<string, Seen>): string[] {
  const told = new Map(files.map((one) => [one.path, one]));
  const wrong = files.flatMap(({ path, size, sha256 }) => {
    const found = seen.get(path);
    if (found === undefined) return [`\`${path}\` is missing`];
    if (found.size !== size) return [`\`${path}\` has ${found.size} bytes, expected ${size}`];
    return found.sha256 === sha256 ? [] : [`\`${path}\` was changed: its checksum does not hold`];
  });
  const unknown = [...seen.keys()].filter((path) => path !== MANIFEST && !told.has(path));
  return [...wrong, ...unknown.map((path) => `\`${path}\` is in it, and the manifest does not name it`)];
}

function noBundle(file: string, cause: unknown): Error {
  const { code = "", message, path, syscall } = cause as NodeJS.ErrnoException;
  const isOurs = cause instanceof TarError || cause instanceof WireError;
  const isOfTheFile = code.startsWith("Z_") || path === file || syscall === "read";
  if (!isOurs && !isOfTheFile && !(cause instanceof SyntaxError)) return cause as Error;
  const why = isOurs ? message : cause instanceof SyntaxError ? "its manifest is missing or no JSON" : code;
  return new EnvironmentError(`\`${file}\` is no bundle of a class: ${why}.`, {
    hint: "`learn-istio class bundle FILE` makes one; fetch or copy it again.",
    cause,
  });
}
