import type { RetryPolicy } from "../config/config.ts";
import type { Routed } from "./result.ts";

/** Envoy's conditions for another try, by name. Source: Envoy's `x-envoy-retry-on`. */
const CONDITIONS: Readonly<Record<string, (result: Routed, policy: RetryPolicy) => boolean>> = {
  "5xx": ({ response }) => response.status >= 500,
  "gateway-error": ({ response }) => [502, 503, 504].includes(response.status),
  reset: ({ flags }) => flags.some((flag) => flag === "UF" || flag === "UC" || flag === "UT"),
  "reset-before-request": ({ flags }) => flags.includes("UF"),
  "connect-failure": ({ flags }) => flags.includes("UF"),
  "refused-stream": () => false,
  "retriable-4xx": ({ response }) => response.status === 409,
  "retriable-status-codes": ({ response, isLocal }, { statuses }) => !isLocal && statuses.includes(response.status),
  unavailable: (result) => grpcStatus(result) === "14",
  cancelled: (result) => grpcStatus(result) === "1",
  "deadline-exceeded": (result) => grpcStatus(result) === "4",
  internal: (result) => grpcStatus(result) === "13",
  "resource-exhausted": (result) => grpcStatus(result) === "8",
};

/** Whether the policy wants another try after this. A full pool is never tried again. */
export function wantsRetry(result: Routed, policy: RetryPolicy): boolean {
  if (result.flags.includes("UO") || result.flags.includes("UH")) return false;
  return policy.on.some((name) => CONDITIONS[name]?.(result, policy) ?? false);
}

/** The pause before try number `next` (the second is 2): by chance up to base × (2^n - 1), at most ten times the base. Milliseconds. */
export function backoff({ backoffMs }: RetryPolicy, next: number, random: () => number): number {
  return Math.floor(random() * Math.min(backoffMs * (2 ** (next - 1) - 1), backoffMs * 10));
}

function grpcStatus({ response }: Routed): string | undefined {
  return response.headers.find(([name]) => name.toLowerCase() === "grpc-status")?.[1];
}
