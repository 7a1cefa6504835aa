import type { HttpRequest, HttpResponse } from "../api/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import type { Network, NetworkAnswer, NetworkRequest } from "./network.ts";

type Objects = Pick<Store, "get" | "list">;
type Deliver = (
  pod: KubeObject,
  port: number,
  request: HttpRequest,
  from: string,
) => Promise<HttpResponse | "refused" | "reset">;

const DOMAIN = "cluster.local";
const SLICES = "discovery.k8s.io/endpointslices";

interface Endpoint {
  readonly pod: KubeObject;
  readonly port: number;
}

/** The plain network of a cluster: names by DNS, services spread over their ready endpoints, pods by their addresses. */
export class ClusterNetwork implements Network {
  readonly #objects: Objects;
  readonly #deliver: Deliver;
  #turn = 0;

  constructor(objects: Objects, deliver: Deliver) {
    this.#objects = objects;
    this.#deliver = deliver;
  }

  resolve(from: KubeObject, host: string): readonly string[] {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return [host];
    if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1"];
    if (host === from.metadata.name || host === from.spec?.hostname) return [String(from.status?.podIP)];
    const found = this.#find(from, host);
    if (!found) return [];
    const { service, pod } = found;
    if (pod) return [String(pod.status?.podIP)];
    if (service.spec?.type === "ExternalName") return this.resolve(from, service.spec.externalName ?? "");
    if (service.spec?.clusterIP !== "None") return service.spec?.clusterIP ? [service.spec.clusterIP] : [];
    return this.#ready(service).map((one) => String(one.status?.podIP));
  }

  nameOf(from: KubeObject, host: string): string | undefined {
    const found = this.#find(from, host);
    if (!found) return undefined;
    const { metadata } = found.service;
    const first = found.pod ? `${found.pod.metadata.name}.` : "";
    return `${first}${metadata.name}.${metadata.namespace}.svc.${DOMAIN}`;
  }

  async request(request: NetworkRequest): Promise<NetworkAnswer> {
    const { from, host, port, scheme } = request;
    const [address] = this.resolve(from, host);
    if (address === undefined) return { kind: "unknown-host", address: "" };
    const endpoint = this.#endpoint(from, address, port);
    if (endpoint === "unreachable" || endpoint === "refused") return { kind: endpoint, address };
    const own = String(endpoint.pod.metadata.uid) === String(from.metadata.uid);
    const client = own && address === "127.0.0.1" ? "127.0.0.1" : String(from.status?.podIP);
    const response = await this.#deliver(endpoint.pod, endpoint.port, request, client);
    if (typeof response === "string") return { kind: response, address };
    return scheme === "https" ? { kind: "plain", address } : { kind: "response", response, address };
  }

  #endpoint(from: KubeObject, address: string, port: number): Endpoint | "refused" | "unreachable" {
    if (address.startsWith("127.")) return { pod: this.#live(from), port };
    const service = this.#objects.list("/services").find(({ spec, status }) => {
      const outside: string[] = (status?.loadBalancer?.ingress ?? []).map((one: JsonObject) => one.ip);
      return [spec?.clusterIP, ...(spec?.externalIPs ?? []), ...outside].includes(address);
    });
    if (service) return this.#behind(service, port);
    const pod = this.#objects
      .list("/pods")
      .find((one) => one.status?.podIP === address && one.status?.phase === "Running" && !one.spec?.hostNetwork);
    if (pod) return { pod, port };
    const isNode = this.#objects
      .list("/nodes")
      .some((one) => (one.status?.addresses ?? []).some((it: JsonObject) => it.address === address));
    const byNodePort = isNode
      ? this.#objects
          .list("/services")
          .find(({ spec }) => (spec?.ports ?? []).some((one: JsonObject) => one.nodePort === port))
      : undefined;
    if (byNodePort) {
      const ports: JsonObject[] = byNodePort.spec?.ports ?? [];
      return this.#behind(byNodePort, ports.find((one) => one.nodePort === port)?.port);
    }
    return isNode ? "refused" : "unreachable";
  }

  /** A port that the service does not have is dropped; one without endpoints is refused, as kube-proxy does. */
  #behind(service: KubeObject, port: number): Endpoint | "refused" | "unreachable" {
    const wanted = ((service.spec?.ports ?? []) as JsonObject[]).find((one) => one.port === port);
    if (!wanted) return "unreachable";
    const slices = this.#slices(service);
    const number = slices
      .flatMap((one) => (one.ports ?? []) as JsonObject[])
      .find((one) => (one.name ?? "") === (wanted.name ?? ""))?.port;
    const pods = this.#ready(service);
    const pod = pods[this.#turn++ % Math.max(1, pods.length)];
    return pod && typeof number === "number" ? { pod, port: number } : "refused";
  }

  #slices({ metadata }: KubeObject): readonly KubeObject[] {
    return this.#objects
      .list(SLICES, metadata.namespace)
      .filter((one) => one.metadata.labels?.["kubernetes.io/service-name"] === metadata.name);
  }

  #ready(service: KubeObject): KubeObject[] {
    const endpoints = this.#slices(service).flatMap((one) => (one.endpoints ?? []) as JsonObject[]);
    return endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ targetRef }) => this.#objects.get("/pods", service.metadata.namespace, targetRef?.name ?? "") ?? []);
  }

  #live(pod: KubeObject): KubeObject {
    return this.#objects.get("/pods", pod.metadata.namespace, pod.metadata.name) ?? pod;
  }

  /** `web`, `web.shop`, `web.shop.svc`, in full, with a dot at the end; `web-0.web…` for pods of a headless service. */
  #find(from: KubeObject, host: string): { service: KubeObject; pod?: KubeObject } | undefined {
    const labels = host
      .toLowerCase()
      .replace(/\.$/, "")
      .replace(new RegExp(`\\.svc(\\.${DOMAIN.replace(".", "\\.")})?$`), "")
      .split(".");
    const isFull = /\.svc(\.|$)/.test(host);
    if (labels.length > 3 || (isFull && labels.length < 2)) return undefined;
    const [first = "", second, third] = labels;
    const service = this.#objects.get("/services", second ?? from.metadata.namespace, first);
    if (service && third === undefined) return { service };
    const headless = this.#objects.get("/services", third ?? from.metadata.namespace, second ?? "");
    const pod = headless && this.#objects.get("/pods", headless.metadata.namespace, first);
    return headless && pod && pod.spec?.subdomain === second ? { service: headless, pod } : undefined;
  }
}
