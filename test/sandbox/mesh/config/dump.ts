import type {
  Cluster,
  HeaderChanges,
  MeshConfig,
  RequestMatch,
  Route,
  RouteTable,
  TcpRoute,
  WeightedCluster,
} from "../../../../src/sandbox/mesh/config/config.ts";
import type { Workload } from "../../../../src/sandbox/mesh/model.ts";

/**
 * What proxies are told, as text. Each line is one thing to see: `sidecar NS/POD ADDRESS:PORT [HOST]`, `gateway NS/POD
 * PORT`, `cluster NS/POD NAME`, `access-log NS/POD`, `inbound NS/POD PORT`. HOST leaves out the virtual hosts whose names do not begin so.
 */
export function dump(config: MeshConfig, asked: readonly string[]): string {
  return asked.map((line) => `> ${line}\n${seen(config, line.split(" "))}\n`).join("\n");
}

function seen(config: MeshConfig, [what, who = "", where = "", host = ""]: readonly string[]): string {
  const workload = find(config, who);
  if (what === "cluster") return cluster(config, workload, where);
  if (what === "inbound") {
    const { mutualTls, authorization } = config.inbound(workload, Number(where));
    return `${mutualTls}, allow ${JSON.stringify(authorization.allow)}`;
  }
  if (what === "access-log") return String(config.accessLog(workload));
  if (what === "gateway") return gateway(config, workload, Number(where));
  const [address = "", port] = where.split(":");
  const listener = config.outbound(workload, address, Number(port));
  switch (listener.kind) {
    case "unknown":
      return listener.policy;
    case "tcp":
      return [`tcp, else ${listener.unknown}`, ...connections(config, workload, listener.routes)].join("\n");
    case "http":
      return [
        `http ${listener.routes.name}, else ${listener.unknown}`,
        ...table(config, workload, listener.routes, host),
        ...(listener.tcp.length === 0 ? [] : ["no HTTP:", ...connections(config, workload, listener.tcp)]),
      ].join("\n");
  }
}

function gateway(config: MeshConfig, workload: Workload, port: number): string {
  const listener = config.gateway(workload, port);
  if (listener === undefined) return "closed";
  const { kind, name, tls = [], routes, tcp } = listener;
  return [
    `${kind} ${name}`,
    ...tls.map(
      ({ hosts, mode, credential }) =>
        `  tls ${hosts.join(" ")}: ${mode} ${credential === undefined ? "no credential" : JSON.stringify(credential)}`,
    ),
    ...table(config, workload, routes, ""),
    ...connections(config, workload, tcp),
  ].join("\n");
}

function find(config: MeshConfig, who: string): Workload {
  for (let i = 1; i < 255; i++) {
    const found = config.workloadAt(`10.244.0.${i}`);
    if (found !== undefined && `${found.namespace}/${found.name}` === who) return found;
  }
  throw new Error(`no pod ${who}`);
}

function table(config: MeshConfig, workload: Workload, { hosts }: RouteTable, only: string): readonly string[] {
  return hosts
    .filter(({ name }) => name.startsWith(only))
    .flatMap(({ name, domains, routes }) => [
      `  host ${name}`,
      `    ${domains.join(" ")}`,
      ...routes.flatMap((one) => route(config, workload, one)),
    ]);
}

function route(config: MeshConfig, workload: Workload, one: Route): readonly string[] {
  const { action, fault, timeoutMs, retries, mirrors, rewrite, headers, cors, origin } = one;
  const from = origin === undefined ? "" : ` by ${origin.namespace}/${origin.name}`;
  const matches = one.matches.length === 0 ? "any" : one.matches.map(match).join(" or ");
  const isDefaultRetry = retries.attempts === 2 && retries.on.length === 5 && retries.perTryMs === undefined;
  const more: readonly (string | undefined)[] = [
    fault && `fault ${JSON.stringify(fault)}`,
    timeoutMs === undefined ? undefined : `timeout ${timeoutMs} ms`,
    isDefaultRetry ? undefined : `retries ${JSON.stringify(retries)}`,
    Object.keys(rewrite).length === 0 ? undefined : `rewrite ${JSON.stringify(rewrite)}`,
    changes(headers),
    cors && `cors ${JSON.stringify(cors)}`,
  ];
  const lines =
    action.kind === "forward"
      ? [
          ...(action.missingStatus === undefined ? [] : [`no cluster: ${action.missingStatus}`]),
          ...action.destinations.map((to) => destination(config, workload, to)),
        ]
      : [JSON.stringify(action)];
  const copies = mirrors.map(({ cluster: name, percent }) => `mirror ${percent}% ${cluster(config, workload, name)}`);
  const all = [...more.filter((line) => line !== undefined), ...lines, ...copies];
  return [`    ${one.name ?? "-"}${from}: ${matches}`, ...all.map((line) => `      ${line}`)];
}

function changes(headers: HeaderChanges): string | undefined {
  const said = Object.entries(headers).filter(
    ([, { set, add, remove }]) => Object.keys(set).length + Object.keys(add).length + remove.length > 0,
  );
  return said.length === 0 ? undefined : `headers ${JSON.stringify(Object.fromEntries(said))}`;
}

function match({ path, method, authority, scheme, headers, withoutHeaders, query }: RequestMatch): string {
  const text = (one: RequestMatch["path"] | RequestMatch["method"]): string =>
    one === undefined ? "" : "value" in one ? `${one.kind} ${one.value}` : one.kind;
  const conditions = [
    path && `path ${text(path)}${"ignoreCase" in path && path.ignoreCase ? " (any case)" : ""}`,
    method && `method ${text(method)}`,
    authority && `authority ${text(authority)}`,
    scheme && `scheme ${text(scheme)}`,
    ...headers.map(([name, one]) => `header ${name} ${text(one)}`),
    ...withoutHeaders.map(([name, one]) => `no header ${name} ${text(one)}`),
    ...query.map(([name, one]) => `query ${name} ${text(one)}`),
  ].filter((one) => one !== undefined);
  return `(${conditions.join(", ")})`;
}

function connections(config: MeshConfig, workload: Workload, routes: readonly TcpRoute[]): readonly string[] {
  return routes.flatMap(({ sni, destinations }) => [
    `  connections ${sni === undefined ? "" : `to ${sni.join(" ")} `}`.trimEnd(),
    ...destinations.map((to) => `    ${destination(config, workload, to)}`),
  ]);
}

function destination(
  config: MeshConfig,
  workload: Workload,
  { cluster: name, weight, headers }: WeightedCluster,
): string {
  const changed = changes(headers);
  return `${weight} ${cluster(config, workload, name)}${changed === undefined ? "" : ` ${changed}`}`;
}

const DEFAULT_POOL = JSON.stringify(limits(Number.POSITIVE_INFINITY));

function limits(all: number): Cluster["pool"] {
  return { maxConnections: all, maxPending: all, maxRequests: all, maxRetries: all, maxRequestsPerConnection: all };
}

/** A cluster in one line: only what is not the default, then its endpoints. */
function cluster(config: MeshConfig, workload: Workload, name: string): string {
  const found = config.cluster(name, workload);
  if (found === undefined) return `${name} (none)`;
  const { type, origin, balancing, pool, outlier, tls, connectTimeoutMs, endpoints } = found;
  const said = [
    type === "EDS" ? undefined : type,
    origin && `by ${origin.namespace}/${origin.name}`,
    balancing.kind === "LEAST_REQUEST" ? undefined : "by" in balancing ? JSON.stringify(balancing.by) : balancing.kind,
    JSON.stringify(pool) === DEFAULT_POOL && pool.maxConnections === Number.POSITIVE_INFINITY
      ? undefined
      : `pool ${Object.values(pool).map(String).join("/")}`,
    outlier && `outlier ${JSON.stringify(outlier)}`,
    tls.kind === "auto" ? undefined : `tls ${JSON.stringify(tls)}`,
    connectTimeoutMs === 10_000 ? undefined : `connect ${connectTimeoutMs} ms`,
  ].filter((one) => one !== undefined);
  const places = endpoints.map(
    ({ address, port, workload: at, weight }) =>
      `${at === undefined ? address : at.name}:${port}${weight === 1 ? "" : `*${weight}`}`,
  );
  return `${[name, ...said].join(", ")} -> ${places.join(" ") || "nobody"}`;
}
