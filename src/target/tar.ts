const BLOCK = 512;

/**
 * The content of one file in a tar archive (POSIX ustar, as npm packs it); undefined when it is not there. Names longer
 * than a header holds (pax, GNU long links) are not looked into: the files asked for have short ones.
 */
export function readTarMember(archive: Uint8Array, name: string): Uint8Array | undefined {
  let offset = 0;
  while (offset + BLOCK <= archive.length) {
    const header = archive.subarray(offset, offset + BLOCK);
    const found = field(header, 0, 100);
    if (found === "") return undefined;
    const size = Number.parseInt(field(header, 124, 12), 8);
    if (!Number.isInteger(size)) return undefined;
    const prefix = field(header, 345, 155);
    const start = offset + BLOCK;
    if ((prefix === "" ? found : `${prefix}/${found}`) === name) return archive.subarray(start, start + size);
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

/** A header field: text up to its first NUL. */
function field(header: Uint8Array, start: number, length: number): string {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end))
    .toString("utf8")
    .trim();
}
