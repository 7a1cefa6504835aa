const TRACING =
  "x-request-id x-ot-span-context x-datadog-trace-id x-datadog-parent-id x-datadog-sampling-priority traceparent tracestate " +
  "x-cloud-trace-context grpc-trace-bin x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags sw8";

/** What productpage sends on of what it is sent: not who the user is, which it knows from its session alone. */
export const PAGE_PROPAGATED: ReadonlySet<string> = new Set(
  `${TRACING} user-agent cookie authorization jwt`.split(" "),
);

/** What details and reviews send on. */
export const PROPAGATED: ReadonlySet<string> = new Set([...PAGE_PROPAGATED, "end-user"]);
