import { createReadStream, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { makeFolder } from "../../files/index.ts";
import { MANIFEST, type Manifest } from "../day/manifest.ts";
import { readBundle } from "../day/read-bundle.ts";
import { mirrorPage, sumsPage } from "./mirror-page.ts";
import { rangeOf } from "./range.ts";
import { Refusal } from "./refusal.ts";
import { type TurnLimits, Turns } from "./turns.ts";

/** Where the mirror stands at its host. */
const PREFIX = "/mirror/";
/** What is shorter than this takes no turn. */
const SMALL = 256 * 1024;

/** How many are served, and when one who does not read on loses the turn: a file is fetched again from where it stopped. */
export interface MirrorPace extends TurnLimits {
  readonly stallMs: number;
  /** So many bytes have to go in that time. */
  readonly stallBytes: number;
}

const PACE: MirrorPace = { atOnce: 6, waiting: 300, ofOne: 24, stallMs: 20_000, stallBytes: 128 * 1024 };

interface Served {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

/** A bundle's files, for the room: whoever reaches the host may read them, and nothing else. */
export class Mirror {
  readonly manifest: Manifest;
  readonly #folder: string;
  readonly #files: ReadonlyMap<string, Served>;
  readonly #turns: Turns;
  readonly #pace: MirrorPace;

  private constructor(manifest: Manifest, folder: string, pace: MirrorPace) {
    this.manifest = manifest;
    this.#folder = folder;
    this.#files = new Map(
      manifest.files.map(({ path: name, size, sha256 }) => [name, { file: path.join(folder, name), size, sha256 }]),
    );
    this.#turns = new Turns(pace);
    this.#pace = pace;
  }

  /**
   * Unpack a bundle into a folder of ours, which is removed at the end. Throws an EnvironmentError for one that is no bundle, or
   * whose files are not as its manifest says.
   */
  static async open(bundle: string, folder: string, pace: MirrorPace = PACE): Promise<Mirror> {
    const draft = `${folder}.new`;
    rmSync(draft, { recursive: true, force: true });
    try {
      const { manifest, problems } = await readBundle(bundle, (name, content) => keep(path.join(draft, name), content));
      if (problems.length > 0) {
        throw new EnvironmentError(`\`${bundle}\` is not whole: ${problems[0]}.`, {
          hint: "`learn-istio class bundle --check FILE` tells all; make or fetch it again.",
        });
      }
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
      return new Mirror(manifest, folder, pace);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Answer a request to the mirror; false for one that is not. Throws a Refusal for what it does not have. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const asked = (request.url ?? "").split("?")[0] ?? "";
    if (`${asked}/` !== PREFIX && !asked.startsWith(PREFIX)) return false;
    if (request.method !== "GET" && request.method !== "HEAD") throw new Refusal(405, "The mirror is only read.");
    const name = decode(asked.slice(PREFIX.length));
    const origin = `http://${request.headers.host}`;
    if (name === "") sendText(request, response, mirrorPage(this.manifest, origin));
    else if (name === "SHA256SUMS") sendText(request, response, sumsPage(this.manifest));
    else if (name === MANIFEST) sendText(request, response, `${JSON.stringify(this.manifest, null, 2)}\n`);
    else await this.#send(this.#files.get(name), request, response);
    return true;
  }

  async #send(served: Served | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (served === undefined) throw new Refusal(404, "The mirror has no such file; `/mirror/` lists all.");
    const { size, sha256 } = served;
    const range = rangeOf(request.headers, size, `"${sha256}"`);
    const headers = { ...HEADERS, "accept-ranges": "bytes", etag: `"${sha256}"` };
    if (range === undefined) {
      response.writeHead(416, { ...headers, "content-range": `bytes */${size}`, "content-length": 0 }).end();
      return;
    }
    const { start, end, isPart } = range;
    const length = end - start + 1;
    const part = isPart ? { "content-range": `bytes ${start}-${end}/${size}` } : {};
    const left = new AbortController();
    response.once("close", () => left.abort());
    const giveBack =
      length > SMALL && request.method === "GET"
        ? await this.#turns.take(request.socket.remoteAddress ?? "", left.signal)
        : () => {};
    if (giveBack === undefined) return;
    try {
      response.writeHead(isPart ? 206 : 200, { ...headers, ...part, "content-length": length });
      if (request.method === "HEAD" || length === 0) response.end();
      else await this.#stream(served.file, start, end, response);
    } finally {
      giveBack();
    }
  }

  async #stream(file: string, start: number, end: number, response: ServerResponse): Promise<void> {
    const { stallMs, stallBytes } = this.#pace;
    let before = response.socket?.bytesWritten ?? 0;
    const watch = setInterval(() => {
      const now = response.socket?.bytesWritten ?? 0;
      if (now - before < stallBytes) response.destroy();
      before = now;
    }, stallMs);
    try {
      await pipeline(createReadStream(file, { start, end }), response);
    } catch (error) {
      // Who hangs up, or does not read on, is no fault of ours.
      if (!response.destroyed) throw error;
    } finally {
      clearInterval(watch);
    }
  }
}

/** The mirror of a host, where it has one; what a killed host left of an earlier one goes. Throws as `Mirror.open` does. */
export async function openMirror(bundle: string | undefined, folder: string): Promise<Mirror | undefined> {
  if (bundle !== undefined) return Mirror.open(bundle, folder);
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}

const HEADERS = {
  "content-type": "application/octet-stream",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
} as const;

function sendText(request: IncomingMessage, response: ServerResponse, text: string): void {
  const headers = {
    ...HEADERS,
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  };
  response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : text);
}

async function keep(file: string, content: AsyncIterable<Buffer>): Promise<void> {
  makeFolder(path.dirname(file));
  const opened = await open(file, "wx", 0o600);
  try {
    for await (const piece of content) await opened.writeFile(piece);
  } finally {
    await opened.close();
  }
}

/** Only names of the manifest lead to a file, so that a path to elsewhere is nothing but an unknown name. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new Refusal(400, "The address is not written as addresses are.");
  }
}
