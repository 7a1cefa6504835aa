import type { JsonObject } from "../../objects/index.ts";
import { durationError } from "./duration.ts";
import { Findings, items } from "./findings.ts";
import { localitySetting } from "./locality.ts";
import { addressError, fqdnError, portError } from "./names.ts";
import { clientTls } from "./tls.ts";

const LARGEST_TABLE = 5_000_011;
const PORT_FIELDS = ["outlierDetection", "connectionPool", "loadBalancer", "tls"];
const FIELDS = [...PORT_FIELDS, "portLevelSettings", "tunnel", "proxyProtocol"];

/** What a DestinationRule, or one of its subsets, says of the traffic to a host. */
export function trafficPolicy(policy: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!policy) return found;
  if (!FIELDS.some((field) => policy[field])) return found.error("traffic policy must have at least one field");
  if (policy.tunnel && policy.proxyProtocol) {
    return found.error("tunnel and proxyProtocol must not be set together");
  }
  return found
    .add(shared(policy), portPolicies(policy.portLevelSettings))
    .add(tunnelSettings(policy.tunnel))
    .error(proxyProtocolError(policy.proxyProtocol));
}

function shared({ outlierDetection: outliers, connectionPool: pool, loadBalancer, tls }: JsonObject): Findings {
  return new Findings().add(
    outlierDetection(outliers),
    connectionPool(pool),
    loadBalancing(loadBalancer, Boolean(outliers)),
    clientTls(tls),
  );
}

function portPolicies(list: unknown): Findings {
  const found = new Findings();
  for (const policy of items(list)) {
    found.error(policy.port ? undefined : "portTrafficPolicy must have valid port");
    if (!PORT_FIELDS.some((field) => policy[field])) found.error("port traffic policy must have at least one field");
    else found.errorsOf(shared(policy));
  }
  return found;
}

function proxyProtocolError(proxyProtocol: JsonObject | undefined): string | undefined {
  const { version = "V1" } = proxyProtocol ?? {};
  return ["V1", "V2", 0, 1].includes(version) ? undefined : `proxy protocol version is invalid: ${version}`;
}

function tunnelSettings(tunnel: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!tunnel) return found;
  const { protocol = "", targetHost = "", targetPort } = tunnel;
  const [name, address] = [fqdnError(targetHost), addressError(targetHost)];
  const port = portError(targetPort);
  return found.error(
    ["", "CONNECT", "POST"].includes(protocol) ? undefined : 'tunnel protocol must be "CONNECT" or "POST"',
    name && address ? `tunnel target host must be valid FQDN or IP address: ${name}; ${address}` : undefined,
    port && `tunnel target port is invalid: ${port}`,
  );
}

function outlierDetection(outliers: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!outliers) return found;
  const { consecutiveErrors, consecutiveLocalOriginFailures: local = 0, splitExternalLocalOriginErrors } = outliers;
  found.error(durationError(outliers.baseEjectionTime));
  if (consecutiveErrors) {
    found.warn(
      "outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead",
    );
  }
  if (!splitExternalLocalOriginErrors && local > 0) {
    found.error(
      "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false",
    );
  }
  return found.error(
    durationError(outliers.interval),
    percentError(outliers.maxEjectionPercent),
    percentError(outliers.minHealthPercent),
  );
}

function percentError(value: number = 0): string | undefined {
  return value < 0 || value > 100 ? `percentage ${value} is not in range 0..100` : undefined;
}

/** How many connections and requests a host may have at once. */
export function connectionPool(pool: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!pool) return found;
  const { http, tcp } = pool;
  if (!http && !tcp) return found.error("connection pool must have at least one field");
  const negative = (value: unknown, name: string): string | undefined =>
    Number(value ?? 0) < 0 ? `${name} must be non-negative` : undefined;
  if (http) {
    found.error(
      negative(http.http1MaxPendingRequests, "http1 max pending requests"),
      negative(http.http2MaxRequests, "http2 max requests"),
      negative(http.maxRequestsPerConnection, "max requests per connection"),
      negative(http.maxRetries, "max retries"),
      durationError(http.idleTimeout),
      http.h2UpgradePolicy === "UPGRADE" && http.useClientProtocol
        ? "use client protocol must not be true when H2UpgradePolicy is UPGRADE"
        : undefined,
      negative(http.maxConcurrentStreams, "max concurrent streams"),
    );
  }
  if (!tcp) return found;
  return found.error(
    negative(tcp.maxConnections, "max connections"),
    durationError(tcp.connectTimeout),
    durationError(tcp.maxConnectionDuration),
    durationError(tcp.idleTimeout),
    durationError(tcp.tcpKeepalive?.time),
    durationError(tcp.tcpKeepalive?.interval),
  );
}

function loadBalancing(settings: JsonObject | undefined, hasOutliers: boolean): Findings {
  const found = new Findings();
  if (!settings) return found;
  const { consistentHash: hash } = settings;
  if (hash) {
    const isCookie = hash.httpCookie && !hash.httpCookie.name;
    found.error(isCookie ? "name required for HttpCookie" : undefined);
    if (hash.minimumRingSize) {
      found.warn(
        "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead",
      );
      const isTwice = hash.maglev || hash.ringHash;
      found.error(isTwice ? "only one of MinimumRingSize or Maglev/Ringhash can be specified" : undefined);
    }
    if (hash.maglev) found.error(...tableErrors(Number(hash.maglev.tableSize ?? 0)));
  }
  found.add(localitySetting(settings.localityLbSetting, hasOutliers));
  return found.error(durationError(settings.warmupDurationSecs));
}

function tableErrors(size: number): readonly (string | undefined)[] {
  return [
    size === 0 ? "tableSize must be set for maglev" : undefined,
    size >= LARGEST_TABLE ? "tableSize must be less than 5000011 for maglev" : undefined,
    isPrime(size) ? undefined : "tableSize must be a prime number for maglev",
  ];
}

/** As Envoy decides it, for which 1 is one. */
function isPrime(number: number): boolean {
  if (number > 0 && number < 4) return true;
  if (number % 2 === 0) return false;
  for (let factor = 3; factor * factor <= number; factor += 2) if (number % factor === 0) return false;
  return true;
}
