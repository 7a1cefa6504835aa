import { badRequest, StatusError } from "./status.ts";

/**
 * How deep a value may be nested. Upstream's decoder takes 10,000 levels; nothing that Kubernetes knows has a hundred, and
 * what is deeper here would run out of stack on its way.
 */
const MAX_DEPTH = 500;
/** etcd's `--max-request-bytes`, which upstream leaves as it is. */
const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

/** Refuses what is nested too deeply, 400; in one pass without recursion, whatever was sent. */
export function checkDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw badRequest("couldn't get version/kind; json parse error: exceeded max depth");
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null) continue;
      for (const part of Object.values(one)) if (typeof part === "object" && part !== null) next.push(part);
    }
    level = next;
  }
}

/** Refuses an object that etcd would not take, in etcd's words: upstream has no better status for them than 500. */
export function checkSize(object: unknown): void {
  if (sizeOf(object) > MAX_OBJECT_BYTES) throw new StatusError(500, "", "etcdserver: request is too large");
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
