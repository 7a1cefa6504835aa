import type { JsonObject } from "../objects/index.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

/** RFC 3339 with whole seconds, as Kubernetes prints times. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/** The condition of a type, or undefined. */
export function conditionOf(conditions: readonly JsonObject[] | undefined, type: string): JsonObject | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly JsonObject[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === "True";
}
