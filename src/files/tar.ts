const BLOCK = 512;
const MODES = { file: 0o644, program: 0o755 } as const;

/** A file to be put into an archive. */
export interface TarFile {
  /** Relative, `/` as separator. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly isProgram?: boolean;
}

/** A file found in an archive; `content` has to be read before the next one. */
export interface TarEntry {
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Buffer>;
}

/** An archive that is no tar of plain files, or cannot be one: the message is a part of a sentence. */
export class TarError extends Error {}

/**
 * POSIX ustar of these files, piece by piece: the same files give the same bytes on every machine and day (order as given,
 * no owner, no date). Throws a TarError for a name that does not fit a header (255 bytes).
 */
export function* writeTar(files: Iterable<TarFile>): Generator<Uint8Array> {
  for (const { name, content, isProgram } of files) {
    yield header(name, content.length, isProgram === true ? MODES.program : MODES.file);
    yield content;
    yield Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header(name: string, size: number, mode: number): Buffer {
  const [prefix, short] = splitName(name);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  };
  block.write(short, 0, "utf8");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write("0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(prefix, 345, "utf8");
  // Six digits, NUL, blank: as the standard has it for this field alone.
  octal(sumOf(block), 148, 7);
  block.write(" ", 155, "latin1");
  return block;
}

function splitName(name: string): [string, string] {
  const fits = (text: string, bytes: number): boolean => Buffer.byteLength(text) <= bytes;
  if (fits(name, 100)) return ["", name];
  for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) {
    const [prefix, short] = [name.slice(0, at), name.slice(at + 1)];
    if (fits(prefix, 155) && fits(short, 100)) return [prefix, short];
  }
  throw new TarError(`the name \`${name}\` is too long for an archive`);
}

/** Of a header's bytes; its own field counts as blanks. */
function sumOf(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

/** The files of an archive, one after the other, without holding it in memory. Folders are passed over. Throws TarError. */
export async function* readTar(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const pieces = new Pieces(archive);
  for (;;) {
    const block = await pieces.take(BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const { name, size, type } = readHeader(block);
    let left = size;
    const content = (async function* () {
      while (left > 0) {
        const piece = await pieces.some(left);
        left -= piece.length;
        yield piece;
      }
    })();
    if (type === "file") yield { name, size, content };
    for await (const _ of content);
    await pieces.take((BLOCK - (size % BLOCK)) % BLOCK);
  }
}

function readHeader(block: Buffer): { name: string; size: number; type: "file" | "folder" } {
  const field = (at: number, length: number): string => {
    const bytes = block.subarray(at, at + length);
    const end = bytes.indexOf(0);
    return bytes.subarray(0, end === -1 ? length : end).toString("utf8");
  };
  const sum = Number.parseInt(field(148, 8), 8);
  if (sum !== sumOf(block)) throw new TarError("it is no tar archive, or it is damaged");
  const [short, prefix] = [field(0, 100), field(345, 155)];
  const name = prefix === "" ? short : `${prefix}/${short}`;
  const size = Number.parseInt(field(124, 12).trim(), 8);
  const kind = field(156, 1);
  if (!Number.isSafeInteger(size)) throw new TarError(`\`${name}\` has no size`);
  if (kind === "0" || kind === "") return { name, size, type: "file" };
  if (kind === "5") return { name, size, type: "folder" };
  throw new TarError(`\`${name}\` is neither a file nor a folder`);
}

/** Bytes of a stream, as many as are asked for. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At least one byte, at most so many. */
  async some(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#source.next();
      if (done === true) throw new TarError("it ends in the middle");
      this.#rest = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; left -= parts.at(-1)?.length ?? 0) parts.push(await this.some(left));
    return Buffer.concat(parts);
  }
}
