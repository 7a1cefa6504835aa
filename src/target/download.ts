import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import type { Environment } from "./session-env.ts";

/** With what to download, where to, and until when. */
export interface DownloadOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** A folder of the caller's own. */
  readonly scratch: string;
}

/** How long fetching from the internet may take, in milliseconds. */
export const FETCH_TIMEOUT_MS = 300_000;

/** The room's own network: past any proxy, from that address alone, and as long as others are before us. */
const ROOM =
  "--noproxy * --proto =http --connect-timeout 10 --speed-limit 1 --speed-time 600 --max-filesize 300000000".split(" ");
/** A host that is busy says when to ask again, which curl heeds. */
const AGAIN = "--retry 200 --retry-max-time 1800".split(" ");
const ROOM_TIMEOUT_MS = 3_600_000;
const ROOM_TRIES = 6;

/** A file from the internet. Throws an EnvironmentError. */
export async function download(url: string, options: DownloadOptions): Promise<Buffer> {
  const result = await curl(url, options, ["--location"], FETCH_TIMEOUT_MS);
  if (result.failed) throw notFetched(url, result.stderr.trim() || result.shortMessage);
  return readDownload(options);
}

/** By curl, which knows the user's proxy and certificates; Node's own `fetch` does not. */
async function curl(url: string, options: DownloadOptions, more: readonly string[], timeout: number) {
  const { execa } = await import("execa");
  const args = ["--fail", "--silent", "--show-error", ...more, "--output", path.join(options.scratch, "download"), url];
  return execa("curl", args, {
    env: options.env as Record<string, string>,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout,
    cancelSignal: options.signal,
  });
}

/** What was downloaded; the next one begins anew. */
function readDownload({ scratch }: DownloadOptions): Buffer {
  const file = path.join(scratch, "download");
  const content = readFileSync(file);
  rmSync(file);
  return content;
}

function notFetched(url: string, why: string | undefined): EnvironmentError {
  return fetchFailed(`\`${url}\` could not be fetched: ${why ?? "no answer"}`);
}

/** A file from a machine of the same room; a connection that breaks goes on where it stopped. Throws an EnvironmentError. */
export async function downloadInRoom(url: string, options: DownloadOptions): Promise<Buffer> {
  let more: readonly string[] = [];
  for (let tries = 1; ; tries += 1) {
    const { failed, exitCode, stderr, shortMessage } = await curl(url, options, [...ROOM, ...more], ROOM_TIMEOUT_MS);
    if (!failed) return readDownload(options);
    const isBusy = exitCode === 22 && stderr.includes("503");
    const isBroken = BROKEN.includes(exitCode ?? 0) || stderr.includes("too slow");
    if (tries === ROOM_TRIES || !(isBusy || isBroken) || options.signal.aborted)
      throw notFetched(url, stderr.trim() || shortMessage);
    more = isBusy ? AGAIN : ["--continue-at", "-"];
  }
}

/** How curl ends when a transfer broke off: it was shorter than announced, or the connection was lost. */
const BROKEN: readonly number[] = [18, 52, 55, 56];

/** What ends a fetch, with the ways that are left. */
export function fetchFailed(message: string, cause?: unknown): EnvironmentError {
  const hint = "Try again, or install kubectl 1.35 yourself (or name one by `KUBECTL=/path/to/kubectl`).";
  return new EnvironmentError(`${message}.`, cause === undefined ? { hint } : { hint, cause });
}
