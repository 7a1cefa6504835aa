import type { JsonObject } from "../../objects/index.ts";
import { destinationFindings } from "./destinations.ts";
import { Findings, items, texts } from "./findings.ts";
import { namespacedHost } from "./gateway.ts";
import { addressError, fqdnError, portError, portNameError, unixAddressError } from "./names.ts";
import { protocolError, protocolOf } from "./protocols.ts";
import { networkSelector } from "./selectors.ts";
import type { Validator } from "./subject.ts";
import { serverTls } from "./tls.ts";
import { connectionPool } from "./traffic-policy.ts";

const UNIX = "unix://";
const LOCAL = new Set(["", "0.0.0.0", "127.0.0.1", "::", "::1"]);

/** A Sidecar: what a proxy listens for, and what it knows of. */
export const sidecar: Validator = ({ namespace, spec }) => {
  const selector = networkSelector(spec.workloadSelector, "sidecar");
  if (selector.errors.length > 0) return selector;
  const { inboundConnectionPool, outboundTrafficPolicy } = spec;
  const [ingress, egress] = [items(spec.ingress), items(spec.egress)];
  if (ingress.length === 0 && egress.length === 0 && !outboundTrafficPolicy && !inboundConnectionPool) {
    return new Findings().error("sidecar: empty configuration provided");
  }
  return new Findings()
    .add(selector, ...ingress.map((listener, index) => ingressFindings(listener, ingress.slice(0, index))))
    .add(connectionPool(inboundConnectionPool))
    .add(egressListeners(egress, namespace), outboundPolicy(outboundTrafficPolicy));
};

function ingressFindings(listener: JsonObject, before: readonly JsonObject[]): Findings {
  const found = new Findings();
  const { bind = "", connectionPool: pool, defaultEndpoint = "", port, tls } = listener;
  if (!port) return found.error("sidecar: port is required for ingress listeners");
  found.error(
    port.targetPort > 0 ? "targetPort has no impact on Sidecars" : undefined,
    port.name ? portNameError(port.name) : undefined,
    protocolError(port.protocol),
    portError(port.number),
    bind === "" ? undefined : addressError(bind),
    before.some((one) => one.port?.number === port.number)
      ? "sidecar: ports on IP bound listeners must be unique"
      : undefined,
    ...(defaultEndpoint === "" ? [] : endpointErrors(defaultEndpoint)),
  );
  if (tls) found.error(...tlsErrors(tls)).add(serverTls(tls));
  found.add(connectionPool(pool));
  const isUnused = pool?.http && !protocolOf(port.protocol).isHttp;
  const whose = `port ${port.number} (${JSON.stringify(port.name ?? "")}) but its protocol is not HTTP (${port.protocol})`;
  return found.warn(
    isUnused
      ? `sidecar: HTTP connection pool settings are configured for ${whose}; only TCP settings will apply`
      : undefined,
  );
}

function tlsErrors({
  credentialName,
  httpsRedirect,
  mode,
  subjectAltNames,
}: JsonObject): readonly (string | undefined)[] {
  return [
    texts(subjectAltNames).length > 0 ? "sidecar: subjectAltNames is not supported in ingress tls" : undefined,
    httpsRedirect ? "sidecar: httpsRedirect is not supported" : undefined,
    credentialName ? "sidecar: credentialName is not currently supported" : undefined,
    ["AUTO_PASSTHROUGH", "ISTIO_MUTUAL"].includes(mode)
      ? `configuration is invalid: cannot set mode to ${mode} in sidecar ingress tls`
      : undefined,
  ];
}

/** Where a listener hands its traffic to: a port of the workload. */
function endpointErrors(endpoint: string): readonly (string | undefined)[] {
  if (endpoint.startsWith(UNIX)) return [unixAddressError(endpoint.slice(UNIX.length))];
  const [, bracketed, plain, port = ""] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(.*)$/.exec(endpoint) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port.includes(":")) {
    const what = endpoint.split(":").length > 2 ? "too many colons in address" : "missing port in address";
    return [
      `address ${endpoint}: ${what}`,
      'sidecar: defaultEndpoint port () is not a number: strconv.Atoi: parsing "": invalid syntax',
    ];
  }
  const isNumber = /^[+-]?\d+$/.test(port);
  const fault = `strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`;
  return [
    LOCAL.has(host)
      ? undefined
      : "sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset",
    isNumber ? portError(Number(port)) : `sidecar: defaultEndpoint port (${port}) is not a number: ${fault}`,
  ];
}

function egressListeners(list: readonly JsonObject[], namespace: string): Findings {
  const found = new Findings();
  const [ports, sockets] = [new Set<number>(), new Set<string>()];
  for (const [index, { bind = "", captureMode = "DEFAULT", hosts, port }] of list.entries()) {
    if (!port && index < list.length - 1) {
      found.error("sidecar: the egress listener with empty port should be the last listener in the list");
    }
    if (port) {
      found.error(...egressPortErrors(port, bind, captureMode));
      const number = port.number ?? 0;
      if (number === 0 && sockets.has(bind)) {
        found.error("sidecar: unix domain socket values for listeners must be unique");
      }
      if (number !== 0 && ports.has(number)) found.error("sidecar: ports on IP bound listeners must be unique");
      if (number === 0) sockets.add(bind);
      else ports.add(number);
    }
    found.add(egressHosts(texts(hosts), namespace));
  }
  return found;
}

function egressPortErrors(port: JsonObject, bind: string, captureMode: string): readonly (string | undefined)[] {
  const { name, number = 0, protocol, targetPort = 0 } = port;
  const shared = [
    targetPort > 0 ? "targetPort has no impact on Sidecars" : undefined,
    name ? portNameError(name) : undefined,
    protocolError(protocol),
  ];
  if (number !== 0) return [...shared, portError(number), bind === "" ? undefined : addressError(bind)];
  return [
    ...shared,
    bind.startsWith(UNIX)
      ? unixAddressError(bind.slice(UNIX.length))
      : "sidecar: ports with 0 value must have a unix domain socket bind address",
    ["DEFAULT", "NONE"].includes(captureMode)
      ? undefined
      : "sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners",
  ];
}

/** `namespace/host`, each once, and nothing beside everything. */
function egressHosts(hosts: readonly string[], own: string): Findings {
  const found = new Findings();
  if (hosts.length === 0) return found.error("sidecar: egress listener must contain at least one host");
  const seen = new Map<string, Set<string>>();
  for (const text of hosts) {
    const at = text.indexOf("/");
    if (at !== -1) {
      const namespace = text.slice(0, at) === "." ? own : text.slice(0, at);
      const host = text.slice(at + 1);
      const known = seen.get(namespace) ?? new Set();
      const isKnown = host === "*" ? known.size > 0 : known.has(host) || known.has("*");
      found.warn(isKnown ? `duplicated egress host: ${text}` : undefined);
      seen.set(namespace, known.add(host));
    }
    found.add(namespacedHost(text, "sidecar"));
  }
  const isAll = seen.get("*")?.has("*") === true && seen.size > 1;
  return found.warn(isAll ? "`*/*` host select all resources, no other hosts can be added" : undefined);
}

function outboundPolicy(policy: JsonObject | undefined): Findings {
  const found = new Findings();
  const { egressProxy: proxy, mode = "REGISTRY_ONLY" } = policy ?? {};
  if (!proxy) return found;
  if (mode !== "ALLOW_ANY") {
    return found.error("sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode");
  }
  found.error(fqdnError(String(proxy.host ?? "")));
  if (!proxy.port) return found.error("sidecar: egress_proxy port must be non-nil");
  return found.add(destinationFindings(proxy));
}
