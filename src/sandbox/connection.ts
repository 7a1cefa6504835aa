import { request } from "node:https";
import type { Running } from "./files.ts";

/** The process answered with a refusal; `message` is its sentence. */
export class Refused extends Error {}

/** Send one command to the running process. Rejects when nobody answers, with `Refused` when it says no. */
export function command<T>(running: Running, name: string, body: unknown = {}, timeoutMs = 10_000): Promise<T> {
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
