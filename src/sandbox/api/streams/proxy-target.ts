import { endpointsOf } from "../../network/index.ts";
import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Api } from "../call.ts";
import { badRequest, StatusError } from "../status.ts";

/** What stands behind `…/[scheme:]name[:port]/proxy`: a port to connect to, or a node's kubelet. */
export type ProxyTarget =
  | { readonly kind: "port"; readonly scheme: "http" | "https"; readonly address: string; readonly port: number }
  | { readonly kind: "kubelet"; readonly node: KubeObject };

/** The parts of a path to a proxy, as it was sent: escapes stay, and so does the query. */
export interface ProxyPath {
  /** Up to `/proxy`. */
  readonly base: string;
  /** What is asked of the other side; empty when there is not even a slash. */
  readonly below: string;
  readonly query: string;
}

/** Reads the path of a request to a proxy; undefined when it is none. */
export function proxyPath(url: string): ProxyPath | undefined {
  const found = /^(\/api\/v1\/(?:namespaces\/[^/?]+\/)?(?:pods|services|nodes)\/[^/?]+\/proxy)(\/[^?]*)?(\?.*)?$/.exec(
    url,
  );
  return found === null ? undefined : { base: found[1] ?? "", below: found[2] ?? "", query: found[3] ?? "" };
}

/** Finds what a name stands for. Throws as the API server refuses. */
export function proxyTarget(
  api: Api,
  at: { readonly plural: string; readonly namespace: string | undefined; readonly name: string },
): ProxyTarget {
  const kind = api.kinds.find("", "v1", at.plural);
  if (kind === undefined) throw new Error(`no kind ${at.plural}`);
  const { scheme, name, port } = placeOf(at.plural, at.name);
  const object = api.registry.get(kind, at.namespace, name);
  if (at.plural === "nodes") return { kind: "kubelet", node: object };
  const found = at.plural === "pods" ? podPort(object, port) : servicePort(api, object, port);
  return { kind: "port", scheme, ...found };
}

function placeOf(
  plural: string,
  text: string,
): {
  readonly scheme: "http" | "https";
  readonly name: string;
  readonly port: string | undefined;
} {
  const parts = text.split(":");
  const [scheme = "", name = "", port] = parts.length === 3 ? parts : ["", ...parts];
  if (parts.length > 3 || !["", "http", "https"].includes(scheme)) {
    throw badRequest(`invalid ${plural.slice(0, -1)} request "${text}"`);
  }
  return { scheme: scheme === "https" ? "https" : "http", name, port: port || undefined };
}

function podPort({ metadata, spec, status }: KubeObject, port: string | undefined): { address: string; port: number } {
  if (!status?.podIP) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  const ports: JsonObject[] = (spec?.containers ?? []).flatMap((one: JsonObject) => one.ports ?? []);
  const named = ports.find((one) => one.name === port)?.containerPort;
  const number = port === undefined ? ports[0]?.containerPort : (named ?? Number(port));
  return { address: status.podIP, port: number || 80 };
}

function servicePort(api: Api, service: KubeObject, port: string | undefined): { address: string; port: number } {
  const { name } = service.metadata;
  const ports: JsonObject[] = service.spec?.ports ?? [];
  const isOnly = port === undefined && ports.length === 1;
  const wanted = isOnly ? ports[0] : ports.find((one) => (port === undefined ? !one.name : isNamed(one, port)));
  if (wanted === undefined) throw unavailable(`no service port "${port ?? ""}" found for service "${name}"`);
  const found = endpointsOf(api.registry.store, service, wanted.name ?? "");
  const endpoint = found[Math.floor(Math.random() * found.length)];
  if (endpoint === undefined) throw unavailable(`no endpoints available for service "${name}"`);
  return { address: endpoint.address, port: endpoint.port };
}

function isNamed({ name, port }: JsonObject, wanted: string): boolean {
  return name === wanted || String(port) === wanted;
}

/** 503, as a proxy says it. */
export function unavailable(message: string): StatusError {
  return new StatusError(503, "ServiceUnavailable", message, {});
}
