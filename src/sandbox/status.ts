import type { Answer } from "./daemon-options.ts";
import type { StateFiles } from "./files.ts";
import type { SandboxStatus } from "./sandbox.ts";
import type { Running } from "./tools/index.ts";

/** What a user is told of a process and of what it said of itself; undefined: nobody runs. */
export function statusOf(
  { state }: StateFiles,
  found: { readonly running: Pick<Running, "port">; readonly answer: Answer } | undefined,
): SandboxStatus {
  const { pid, build, clusters, startedAt, memory, openStreams, idleStopAt, savedAt, saveError } = found?.answer ?? {};
  const port = found?.running.port;
  return {
    running: found !== undefined,
    pid,
    build,
    url: port === undefined ? undefined : `https://127.0.0.1:${port}`,
    port,
    clusters: clusters ?? [],
    startedAt,
    memory,
    openStreams,
    idleStopAt,
    savedAt,
    saveError,
    state,
  };
}
