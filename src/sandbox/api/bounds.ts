import { badRequest, StatusError } from "./status.ts";

/**
 * How deep a value may be nested. Upstream's decoder takes 10,000 levels; nothing that Kubernetes knows has a hundred, and
 * what is deeper here would run out of stack on its way.
 */
const MAX_DEPTH = 500;
/** An object of more values than this is beyond etcd's limit, too, with the record of who manages them. */
const MAX_VALUES = 50_000;
/** etcd's `--max-request-bytes`, which upstream leaves as it is. */
const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

/** Refuses what is nested too deeply, 400, or has too many parts; in one pass without recursion, whatever was sent. */
export function checkShape(value: unknown): void {
  let level: unknown[] = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw badRequest("couldn't get version/kind; json parse error: exceeded max depth");
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null) continue;
      const parts: unknown[] = Object.values(one);
      values += parts.length;
      if (values > MAX_VALUES) throw requestTooLarge();
      for (const part of parts) if (typeof part === "object" && part !== null) next.push(part);
    }
    level = next;
  }
}

/** Refuses an object that etcd would not take, in etcd's words: upstream has no better status for them than 500. */
export function checkSize(object: unknown): void {
  if (sizeOf(object) > MAX_OBJECT_BYTES) throw requestTooLarge();
}

function requestTooLarge(): StatusError {
  return new StatusError(500, "", "etcdserver: request is too large");
}

/** About as many bytes as the object has as JSON. Of strings the length is taken, not the bytes: that costs nothing. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item) + 1, 2);
  let sum = 2;
  for (const [key, item] of Object.entries(value)) sum += key.length + 4 + sizeOf(item);
  return sum;
}
