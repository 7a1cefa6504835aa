import { readFileSync } from "node:fs";
import path from "node:path";

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
  // Loaded when there is something to ask: whoever starts a process of its own has nothing.
  const { request } = await import("node:https");
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: running.port,
        path: `/_sandbox/${name}`,
        method: "POST",
        ca: running.cert,
        headers: { authorization: `Bearer ${running.token}`, "content-type": "application/json" },
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
        response.on("end", () => {
          try {
            const value = JSON.parse(text) as T & { error?: string };
            if (response.statusCode === 200) resolve(value);
            else reject(new Refused(value.error ?? `the sandbox answered ${response.statusCode}`));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    call.on("timeout", () => call.destroy(new Error("the sandbox does not answer")));
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}
