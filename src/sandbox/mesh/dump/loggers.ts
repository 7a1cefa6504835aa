/** What Envoy writes its own log under. */
const LOGGERS = (
  "admin alternate_protocols_cache aws assert backtrace basic_auth cache_filter client config connection conn_handler " +
  "compression credential_injector decompression dns dynamic_modules dubbo envoy_bug ext_authz ext_proc rocketmq file filter " +
  "forward_proxy geolocation grpc happy_eyeballs hc health_checker http http2 hystrix init io jwt kafka key_value_store lua " +
  "main matcher misc mongo multi_connection oauth2 quic quic_stream pool rate_limit_quota rbac rds redis router runtime stats " +
  "secret tap testing thrift tracing upstream udp wasm websocket golang stats_sinks dynamic_forward_proxy"
).split(" ");

const LEVELS: ReadonlySet<string> = new Set(["trace", "debug", "info", "warning", "error", "critical", "off"]);
/** What the agent starts Envoy with. */
const DEFAULT = "warning";
/** The one that the agent sets apart. */
const APART: Readonly<Record<string, string>> = { misc: "error" };

/** Envoy's page `POST /logging`: sets levels, and tells all of them; undefined: there is no such logger or level. */
export function loggingPage(levels: Map<string, string>, query: URLSearchParams): string | undefined {
  for (const [name, level] of query) {
    if (!LEVELS.has(level)) return undefined;
    if (name === "level") for (const logger of LOGGERS) levels.set(logger, level);
    else if (LOGGERS.includes(name)) levels.set(name, level);
    else return undefined;
  }
  const lines = LOGGERS.map((name) => `  ${name}: ${levels.get(name) ?? APART[name] ?? DEFAULT}\n`);
  return `active loggers:\n${lines.join("")}\n`;
}
