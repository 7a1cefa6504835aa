import { adminAnswer, type HttpRequest, type HttpResponse, type Workload } from "../mesh/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { runningSince, versionOf } from "./pods.ts";
import type { World } from "./world.ts";

/** Undefined: no proxy of that name. */
type Page = (world: World, istiod: KubeObject, query: URLSearchParams) => string | undefined;

/** What istiod tells of those that it configures, by Istio's own paths. */
const PAGES: Readonly<Record<string, Page>> = {
  "/debug/config_dump": (world, _, query) => adminPage(world, query, "/config_dump"),
  "/debug/connections": connections,
  "/debug/endpointz": (world, _, query) => adminPage(world, query, "/clusters?format=json"),
  "/debug/syncz": (world, istiod) => json(syncStatuses(world, istiod)),
  "/ready": () => "",
  "/version": (_, istiod) => imageTag(istiod),
};

/** Types that a proxy asks for, by istiod's short names. A gateway without routes is sent none. */
const TYPES = ["cds", "lds", "eds", "rds"] as const;

/** Answers a request to an istiod; a page that is not simulated is a 404 that names those that are. */
export function debugAnswer(world: World, istiod: KubeObject, { path }: Pick<HttpRequest, "path">): HttpResponse {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const page = Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined;
  if (page === undefined)
    return answer(404, `404 page not found: the sandbox's istiod has ${Object.keys(PAGES).join(" ")}\n`);
  const text = page(world, istiod, searchParams);
  if (text !== undefined) return answer(200, text);
  const id = searchParams.get("proxyID");
  if (id === null) return answer(400, "You must provide a proxyID in the query string\n");
  return answer(404, "Proxy not connected to this Pilot instance. It may be connected to another instance.\n");
}

function answer(status: number, text: string): HttpResponse {
  const type = text.startsWith("{") || text.startsWith("[") ? "application/json" : "text/plain; charset=utf-8";
  return { status, headers: [["content-type", type]], body: Buffer.from(text) };
}

/** The proxies that have their stream with an istiod: each has one, of its own revision where there is one, by chance. */
function proxiesOf(world: World, istiod: KubeObject): readonly (readonly [Workload, KubeObject])[] {
  const all = world.istiods();
  return world.running().filter(([proxy, pod]) => {
    const own = all.filter((one) => revisionOf(one) === revisionOf(pod));
    const choices = own.length > 0 ? own : all;
    const digits = Number.parseInt(proxy.uid.replaceAll(/[^0-9a-f]/g, "").slice(-6) || "0", 16);
    return choices[digits % Math.max(1, choices.length)]?.metadata.uid === istiod.metadata.uid;
  });
}

function revisionOf({ metadata }: KubeObject): string {
  return metadata.labels?.["istio.io/rev"] ?? "default";
}

/** How far each proxy is: what was sent, what it has taken, and when. */
function syncStatuses(world: World, istiod: KubeObject): readonly JsonObject[] {
  const { isOnItsWay, toldAt, now: config } = world.configuration;
  return proxiesOf(world, istiod).map(([proxy, pod]) => {
    const { gatewayPorts } = config.inventory(proxy);
    const since = new Date(Math.max(runningSince(pod) ?? 0, toldAt)).toISOString();
    const hasRoutes = proxy.proxy === "sidecar" || gatewayPorts.length > 0;
    const types = TYPES.map((type) => [
      type,
      { state: type === "rds" && !hasRoutes ? "IGNORED" : isOnItsWay ? "STALE" : "SYNCED", since },
    ]);
    return {
      cluster_id: "Kubernetes",
      proxy: `${proxy.name}.${proxy.namespace}`,
      proxy_type: proxy.proxy === "gateway" ? "router" : "sidecar",
      istiod: istiod.metadata.name,
      istio_version: versionOf(pod),
      istiod_version: imageTag(istiod),
      types: Object.fromEntries([...types, ["ecds", { state: "IGNORED" }]]),
    };
  });
}

/** What a proxy would say, as istiod means it to be now. */
function adminPage(world: World, query: URLSearchParams, path: string): string | undefined {
  const id = query.get("proxyID");
  const found = world.running().find(([{ name, namespace }]) => `${name}.${namespace}` === id);
  if (found === undefined) return undefined;
  const [proxy, pod] = found;
  return adminAnswer(world.told(proxy, pod, world.configuration.latest), { method: "GET", path }).body.toString();
}

function connections(world: World, istiod: KubeObject): string {
  const clients = proxiesOf(world, istiod).map(([{ name, namespace, address }, pod]) => ({
    connectionId: `${name}.${namespace}-1`,
    connectedAt: new Date(runningSince(pod) ?? 0).toISOString(),
    address,
  }));
  return json({ totalClients: clients.length, clients });
}

function imageTag({ spec }: KubeObject): string {
  const containers: readonly JsonObject[] = spec?.containers ?? [];
  const image = String(containers.find(({ name }) => name === "discovery")?.image ?? "");
  return /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? "unknown";
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
