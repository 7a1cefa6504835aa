// One direction of an HTTP/1.1 connection: where headers end and bodies begin, and each message when it is whole.
const HEAD_END = "\r\n\r\n";

export class HttpMeter {
  #told;
  #rest = Buffer.alloc(0);
  /** What is still to come of a body; undefined: a head is read; Infinity: a stream, to the end of the connection. */
  #left;
  #message;

  /** `told`: onStart(line), onHead(bytes), onBody(bytes), onMessage({ headers, body }). */
  constructor(told) {
    this.#told = told;
  }

  take(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length > 0 && this.#step());
  }

  #step() {
    if (this.#left === undefined) return this.#head();
    const part = this.#rest.subarray(0, this.#left);
    this.#rest = this.#rest.subarray(part.length);
    this.#told.onBody(part.length);
    if (this.#left === Number.POSITIVE_INFINITY) return true;
    this.#left -= part.length;
    this.#message.parts.push(part);
    if (this.#left === 0) this.#end();
    return true;
  }

  #head() {
    const end = this.#rest.indexOf(HEAD_END);
    if (end === -1) return false;
    const [line, ...rows] = this.#rest.toString("latin1", 0, end).split("\r\n");
    this.#rest = this.#rest.subarray(end + HEAD_END.length);
    const headers = new Map(
      rows.map((row) => row.split(/: ?(.*)/s)).map(([name, value]) => [name.toLowerCase(), value]),
    );
    this.#told.onStart(line);
    this.#told.onHead(end + HEAD_END.length);
    this.#message = { headers, parts: [] };
    const isStream = headers.has("transfer-encoding") || /^text\/event-stream/.test(headers.get("content-type") ?? "");
    this.#left = isStream ? Number.POSITIVE_INFINITY : Number(headers.get("content-length") ?? 0);
    if (this.#left === 0) this.#end();
    return true;
  }

  #end() {
    const { headers, parts } = this.#message;
    this.#left = undefined;
    this.#told.onMessage({ headers, body: Buffer.concat(parts) });
  }
}
