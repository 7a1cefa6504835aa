/** A file or, with a `/` at its end, a folder. */
export interface TarEntry {
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

const BLOCK = 512;
const NAME_BYTES = 100;

/** A tape archive in the format `ustar` of POSIX.1, all of one time (epoch seconds). Throws for a path that does not fit. */
export function tar(entries: readonly TarEntry[], time: number): Buffer {
  const parts = entries.flatMap((entry) => [headerOf(entry, time), entry.content, padding(entry.content.length)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function headerOf({ path, mode, content }: TarEntry, time: number): Buffer {
  if (Buffer.byteLength(path) > NAME_BYTES)
    throw new Error(`${path}: longer than the ${NAME_BYTES} bytes of its field`);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108); // owner
  header.write(octal(0, 8), 116); // group
  header.write(octal(content.length, 12), 124);
  header.write(octal(time, 12), 136);
  header.write(" ".repeat(8), 148); // the sum counts its own field as blanks
  header.write(path.endsWith("/") ? "5" : "0", 156);
  header.write("ustar\u000000", 257);
  header.write("root", 265);
  header.write("root", 297);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return header;
}

/** A number with leading zeros, and a NUL at the end of its field. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\u0000`;
}

function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK);
}
