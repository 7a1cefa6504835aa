import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";

const METHODS =
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow";
const FIELDS =
  "authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status";
const PREFIXED = [...METHODS.split(" "), ...FIELDS.split(" "), "200 OK", "version", "HTTP/1.1", "url", "public"];
const MORE = ["set-cookie", "keep-alive", "origin"];
const REST =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

/** The dictionary that SPDY/3 publishes: both sides begin with it. */
const DICTIONARY = Buffer.concat([...[...PREFIXED, ...MORE].map((word) => prefixed(word)), Buffer.from(REST)]);

/** More than any client of Kubernetes sends; a small block can hold very much that is the same. */
const MAX_HEADER_BYTES = 64 * 1024;

export type Headers = ReadonlyMap<string, string>;

/** Reads the header blocks of one direction: they share one compression. */
export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });

  constructor() {
    this.#inflate.on("error", () => {});
  }

  /** Names come in lower case, whatever was sent. Rejects when it is no header block. */
  async read(block: Buffer): Promise<Headers> {
    return parseHeaders(await through(this.#inflate, block, constants.Z_SYNC_FLUSH));
  }

  close(): void {
    this.#inflate.destroy();
  }
}

/** Writes the header blocks of one direction. */
export class HeaderWriter {
  readonly #deflate: Deflate = createDeflate({ dictionary: DICTIONARY });

  constructor() {
    this.#deflate.on("error", () => {});
  }

  write(headers: Headers): Promise<Buffer> {
    const pairs = [...headers].flatMap(([name, value]) => [prefixed(name), prefixed(value)]);
    return through(this.#deflate, Buffer.concat([uint32(headers.size), ...pairs]), constants.Z_SYNC_FLUSH);
  }

  close(): void {
    this.#deflate.destroy();
  }
}

function through(stream: Inflate | Deflate, input: Buffer, flush: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error?: Error | null): void => {
      stream.off("data", take).off("error", settle).off("close", closed);
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const closed = (): void => settle(new Error("the connection has been closed"));
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_HEADER_BYTES) {
        stream.destroy();
        settle(new Error("too many headers"));
      }
    };
    if (stream.destroyed) return reject(new Error("the connection has been closed"));
    stream.on("data", take).on("error", settle).on("close", closed);
    stream.write(input, (error) => {
      if (error) settle(error);
      else stream.flush(flush, () => settle());
    });
  });
}

function parseHeaders(block: Buffer): Headers {
  let at = 4;
  const text = (): string => {
    const end = at + 4 + block.readUInt32BE(at);
    if (end > block.length) throw new RangeError("the header block is cut off");
    const value = block.toString("utf8", at + 4, end);
    at = end;
    return value;
  };
  const headers = new Map<string, string>();
  for (let left = block.readUInt32BE(0); left > 0; left -= 1) headers.set(text().toLowerCase(), text());
  return headers;
}

function prefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
