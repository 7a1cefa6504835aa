import type { JsonObject } from "../../../objects/index.ts";
import type { RetryPolicy } from "../config.ts";
import { milliseconds } from "../duration.ts";

/** What istiod has proxies try again when nothing is said. */
const DEFAULT: RetryPolicy = {
  attempts: 2,
  on: ["connect-failure", "refused-stream", "unavailable", "cancelled", "retriable-status-codes"],
  statuses: [],
  perTryMs: undefined,
  backoffMs: 25,
};

/** A rule's `retries`, else the mesh's; 0 attempts turn them off. */
export function retryPolicy(retries: JsonObject | undefined, mesh: JsonObject | undefined): RetryPolicy {
  const said = retries ?? mesh;
  if (said === undefined) return DEFAULT;
  const attempts = said.attempts ?? (retries === undefined ? DEFAULT.attempts : 0);
  if (attempts <= 0) return { ...DEFAULT, attempts: 0, on: [] };
  return {
    attempts,
    ...conditions(said.retryOn),
    perTryMs: milliseconds(said.perTryTimeout),
    backoffMs: milliseconds(said.backoff) ?? DEFAULT.backoffMs,
  };
}

/** Numbers among the conditions are statuses, which then are a condition of their own. */
function conditions(retryOn: string | undefined): Pick<RetryPolicy, "on" | "statuses"> {
  const words = (retryOn ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  if (words.length === 0) return { on: DEFAULT.on, statuses: [] };
  const statuses = words.filter((word) => /^[1-5]\d\d$/.test(word)).map(Number);
  const on = words.filter((word) => !/^[1-5]\d\d$/.test(word));
  const isAsked = statuses.length > 0 && !on.includes("retriable-status-codes");
  return { on: isAsked ? [...on, "retriable-status-codes"] : on, statuses };
}
