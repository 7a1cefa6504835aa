import { readFileSync } from "node:fs";
import path from "node:path";
import type { ApiAnswer } from "./tool.ts";

/** What a client needs in order to speak with the process that runs: the handshake file, written by that process. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
  readonly cert: string;
  readonly build: string;
  readonly pace: string;
  readonly startedAt: string;
}

/** The handshake file's name in a state folder. It is gone when nobody runs. */
export const RUNNING_FILE = "running.json";

/** The handshake of a state folder; undefined when there is none. Whoever it names may be gone: ask. */
export function readRunning(stateDir: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(path.join(stateDir, RUNNING_FILE), "utf8")) as Running;
  } catch {
    return undefined;
  }
}

/** The process answered with a refusal; `message` is its sentence. */
export class Refused extends Error {}

/** Send one command to the running process. Rejects when nobody answers, with `Refused` when it says no. */
export async function command<T>(running: Running, name: string, body: unknown = {}, timeoutMs = 10_000): Promise<T> {
  const path = `/_sandbox/${name}`;
  const { status, text } = await exchange(running, { method: "POST", path, body: JSON.stringify(body), timeoutMs });
  const value = JSON.parse(text) as T & { error?: string };
  if (status === 200) return value;
  throw new Refused(value.error ?? `the sandbox answered ${status}`);
}

/** GET a path of the cluster's API as its administrator. Rejects when nobody answers, with `Refused` when it says no. */
export async function getText(running: Running, path: string, timeoutMs = 10_000): Promise<string> {
  const { status, text } = await exchange(running, { method: "GET", path, body: "", timeoutMs });
  if (status === 200) return text;
  throw new Refused(`the cluster answered ${status} to GET ${path}: ${text.trim()}`);
}

/** Ask the cluster's API as its administrator, body and answer as JSON. Rejects when nobody answers, with `Refused` when there is no cluster. */
export async function askApi(
  running: Running,
  method: string,
  path: string,
  body?: unknown,
  type?: string,
): Promise<ApiAnswer> {
  const sent = body === undefined ? "" : JSON.stringify(body);
  const { status, text } = await exchange(running, { method, path, body: sent, type, timeoutMs: 10_000 });
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    throw new Refused(text.trim());
  }
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** The body's, JSON where nothing is said. */
  readonly type?: string | undefined;
  readonly timeoutMs: number;
}

async function exchange(
  running: Running,
  { method, path, body, type = "application/json", timeoutMs }: Exchange,
): Promise<{ readonly status: number; readonly text: string }> {
  // Loaded when there is something to ask: whoever starts a process of its own has nothing.
  const { request } = await import("node:https");
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: running.port,
        path,
        method,
        ca: running.cert,
        headers: { authorization: `Bearer ${running.token}`, "content-type": type },
        timeout: timeoutMs,
        agent: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    call.on("timeout", () => call.destroy(new Error("the sandbox does not answer")));
    call.on("error", reject);
    call.end(body);
  });
}
