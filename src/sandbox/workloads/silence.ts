import type { Exit } from "../api/index.ts";

/** Input that stays open and brings nothing. */
export function silence(stop: AbortSignal): AsyncIterator<Buffer> {
  return { next: () => aborted(stop).then(() => ({ done: true, value: undefined })) };
}

/** When a run is over, as a process that was killed with it ends. */
export function aborted(signal: AbortSignal): Promise<Exit> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ code: 137 });
    signal.addEventListener("abort", () => resolve({ code: 137 }), { once: true });
  });
}
