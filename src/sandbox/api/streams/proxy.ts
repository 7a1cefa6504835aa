import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Call, Target } from "../call.ts";
import { notSupported, StatusError } from "../status.ts";
import { type PodPort, readRequest, sendAnswer } from "./http.ts";

/** Serves `…/pods/[scheme:]name[:port]/proxy/path` and the same for services: one request into the cluster. */
export async function serveProxy(call: Call, target: Target): Promise<void> {
  const { kind, namespace, name: text = "" } = target;
  const place = { namespace: namespace ?? "", ...placeOf(text) };
  if (kind.plural === "nodes") throw notSupported("the proxy to nodes");
  const at = kind.plural === "services" ? servicePort(call, target, place) : podPort(call, target, place);
  const request = await readRequest(call.request, pathBelow(call));
  const answer = await call.api.containers.request(at.pod, at.port, {
    ...request,
    headers: request.headers.filter(([header]) => header.toLowerCase() !== "authorization"),
  });
  if (typeof answer !== "string") return sendAnswer(call.response, answer);
  const why = answer === "refused" ? "connect: connection refused" : "read: connection reset by peer";
  throw unavailable(`error trying to reach service: dial tcp ${at.pod.status?.podIP}:${at.port}: ${why}`);
}

interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly port: string | undefined;
}

/** `name`, `name:port`, `http:name:port`, `http:name:`. */
function placeOf(text: string): Omit<Place, "namespace"> {
  const parts = text.split(":");
  const [name = "", port] = parts.length === 3 ? parts.slice(1) : parts;
  return { name, port: port || undefined };
}

/** What stands behind `/proxy`, with its query; as it was sent, so that escapes stay. */
function pathBelow(call: Call): string {
  const url = call.request.url ?? "/";
  const below = url.slice(url.indexOf("/proxy", url.indexOf("/namespaces/")) + "/proxy".length);
  return below.startsWith("/") ? below : `/${below}`;
}

function podPort(call: Call, { kind }: Target, { namespace, name, port }: Place): PodPort {
  const pod = call.api.registry.get(kind, namespace, name);
  if (!pod.status?.podIP) throw unavailable(`address not allowed or pod "${name}" has no address yet`);
  const ports: JsonObject[] = (pod.spec?.containers ?? []).flatMap((one: JsonObject) => one.ports ?? []);
  const number =
    port === undefined
      ? ports[0]?.containerPort
      : (ports.find((one) => one.name === port)?.containerPort ?? Number(port));
  return { pod, port: number || 80 };
}

function servicePort(call: Call, { kind }: Target, { namespace, name, port }: Place): PodPort {
  const { registry } = call.api;
  const service = registry.get(kind, namespace, name);
  const ports: JsonObject[] = service.spec?.ports ?? [];
  const wanted = port === undefined && ports.length === 1 ? ports[0] : ports.find((one) => named(one, port));
  if (!wanted) throw unavailable(`no service port "${port ?? ""}" found for service "${name}"`);
  for (const { pod, number } of endpoints(call, namespace, name, wanted.name ?? "")) return { pod, port: number };
  throw unavailable(`no endpoints available for service "${name}"`);
}

function named({ name, port }: JsonObject, wanted: string | undefined): boolean {
  return wanted === undefined ? !name : name === wanted || String(port) === wanted;
}

function* endpoints(
  call: Call,
  namespace: string,
  service: string,
  portName: string,
): Generator<{ pod: KubeObject; number: number }> {
  const { store } = call.api.registry;
  for (const slice of store.list("discovery.k8s.io/endpointslices", namespace)) {
    if (slice.metadata.labels?.["kubernetes.io/service-name"] !== service) continue;
    const number = (slice.ports as JsonObject[] | undefined)?.find((one) => (one.name ?? "") === portName)?.port;
    for (const { conditions, targetRef } of (slice.endpoints ?? []) as JsonObject[]) {
      const pod = conditions?.ready === false ? undefined : store.get("/pods", namespace, targetRef?.name ?? "");
      if (pod && typeof number === "number") yield { pod, number };
    }
  }
}

function unavailable(message: string): StatusError {
  return new StatusError(503, "ServiceUnavailable", message, {});
}
