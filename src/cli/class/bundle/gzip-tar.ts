import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { UsageError } from "../../../diagnostics/index.ts";
import { TarError, type TarFile, writeTar } from "../../../files/index.ts";

/** Where a gzip header says which system wrote it. */
const SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * Files, in the order of their names, as a `tar.gz` in memory: the same files give the same bytes. Throws a UsageError for a
 * name that is too long.
 */
export async function gzipTar(files: readonly TarFile[]): Promise<Buffer> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const chunks: Buffer[] = [];
  try {
    await pipeline(writeTar(sorted), createGzip(), async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) chunks.push(chunk);
    });
  } catch (cause) {
    if (!(cause instanceof TarError)) throw cause;
    throw new UsageError(`It cannot be packed: ${cause.message}.`, "Give the file a shorter name.");
  }
  return unnamed(Buffer.concat(chunks));
}

/** A gzip stream that does not say on which system it was written. */
export function unnamed(gzip: Buffer): Buffer {
  gzip[SYSTEM_BYTE] = UNKNOWN_SYSTEM;
  return gzip;
}
