import { readMembership } from "./membership.ts";

/** How long a class is waited for, in milliseconds: who fetches programs has other ways. */
const PATIENCE_MS = 2_000;

/** The address of the mirror of the class that a learner's folder is in; undefined without a class, a host that answers, or a mirror. */
export async function findMirror(folder: string): Promise<string | undefined> {
  const url = readMembership(folder)?.url;
  if (url === undefined) return undefined;
  const { request } = await import("node:http");
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const asked = request(new URL("/mirror/", url), { method: "HEAD", signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? url : undefined);
    });
    asked.on("error", () => resolve(undefined));
    asked.end();
  });
}
