import type { Item } from "../pods.ts";

/** Between what is told of one thing and the next. */
export const RULER = "--------------------\n";

/** The name of an object; with its namespace where that is not the one that is looked at. */
export function shortName({ name, namespace }: Item, own: string): string {
  return namespace === own ? name : `${name}.${namespace}`;
}

/** Whether labels hold all that a selector asks for. */
export function selects(selector: Item, labels: Item): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** The container of the pod that is its proxy, started first or beside the others; undefined: it has none. */
export function proxyOf({ spec }: Item): Item | undefined {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === "istio-proxy");
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  grpc: "GRPC",
  "grpc-web": "GRPC-Web",
  http: "HTTP",
  http2: "HTTP2",
  https: "HTTPS",
  mongo: "Mongo",
  mysql: "MySQL",
  redis: "Redis",
  tcp: "TCP",
  tls: "TLS",
  udp: "UDP",
};

/** What a Service's port speaks, as istioctl says it. */
export function protocolOf({ name = "", appProtocol }: Item): string {
  if (name === "" && appProtocol === undefined) return "auto-detect";
  const said = String(appProtocol ?? name).toLowerCase();
  if (said.startsWith("grpc-web")) return "GRPC-Web";
  const word = appProtocol === undefined ? (said.split("-")[0] ?? "") : said;
  return Object.hasOwn(PROTOCOLS, word) ? (PROTOCOLS[word] ?? "") : "UnsupportedProtocol";
}

/** The pod's port that a Service's port leads to; undefined: no container has it. */
export function targetPort(pod: Item, { port, targetPort: target = port }: Item): number | undefined {
  if (typeof target === "number") return target;
  const ports: readonly Item[] = (pod.spec?.containers ?? []).flatMap(({ ports: own = [] }: Item) => own);
  return ports.find(({ name }) => name === target)?.containerPort;
}
