import type { JsonObject, KubeObject } from "../objects/index.ts";
import { ipv4 } from "./addresses.ts";
import { endpointsOf, readyAddresses } from "./endpoints.ts";
import type { Outside } from "./outside.ts";
import { isAllowed } from "./policy.ts";
import { nodeAddresses, type Objects } from "./source.ts";

export const DOMAIN = "cluster.local";
/** Where a cluster's names are asked for: the service of CoreDNS. */
export const NAME_SERVER = "10.96.0.10";
/** What a node asks: Docker's, at the gateway of kind's network. */
const NODE_NAME_SERVER = "172.18.0.1";
const DEFAULT_NDOTS = 5;

/** What a pod's resolver finds. `name` is the full one under which it was found. */
export type Lookup =
  | { readonly kind: "found"; readonly name: string; readonly addresses: readonly string[] }
  /** NXDOMAIN, or a name without an address. */
  | { readonly kind: "missing" }
  /** The name server does not answer: a policy, or no CoreDNS. */
  | { readonly kind: "timeout" };

export interface ServiceRecord {
  readonly port: number;
  readonly target: string;
}

export interface Resolver {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly ndots: number;
  /** As in the file: `ndots:5`. */
  readonly options: readonly string[];
}

/** What a pod's resolver goes by, from its dnsPolicy and dnsConfig. On a node's network, `ClusterFirst` is the node's own. */
export function resolverOf(pod: KubeObject): Resolver {
  const { dnsPolicy = "ClusterFirst", dnsConfig = {}, hostNetwork } = pod.spec ?? {};
  const isNodes = dnsPolicy === "Default" || (dnsPolicy === "ClusterFirst" && hostNetwork === true);
  const isOwn = dnsPolicy === "None";
  const { namespace } = pod.metadata;
  const searches = isNodes || isOwn ? [] : [`${namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN];
  const servers = isOwn ? [] : [isNodes ? NODE_NAME_SERVER : NAME_SERVER];
  const options = new Map<string, string>(isOwn ? [] : [["ndots", String(isNodes ? 0 : DEFAULT_NDOTS)]]);
  for (const { name, value = "" } of (dnsConfig.options ?? []) as JsonObject[]) options.set(name, String(value));
  return {
    servers: [...new Set([...servers, ...(dnsConfig.nameservers ?? [])])],
    searches: [...new Set([...searches, ...(dnsConfig.searches ?? [])])],
    ndots: Number(options.get("ndots") ?? 1),
    options: [...options].map(([name, value]) => (value === "" ? name : `${name}:${value}`)),
  };
}

/** What the kubelet writes into a pod's `/etc/resolv.conf`. */
export function resolverFile(pod: KubeObject): string {
  const { servers, searches, options } = resolverOf(pod);
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}`] : []),
    ...servers.map((one) => `nameserver ${one}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
    "",
  ].join("\n");
}

/** What the kubelet writes into a pod's `/etc/hosts`: an address and its names a line. */
export function hostsFile(pod: KubeObject): string {
  const rows = ownNames(pod).map(([address, names]) => `${address}\t${names.join("\t")}\n`);
  const aliases = aliasesOf(pod).map(([address, names]) => `${address}\t${names.join("\t")}\n`);
  return [
    "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n",
    "fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n",
    ...rows,
    ...(aliases.length > 0 ? ["\n# Entries added by HostAliases.\n", ...aliases] : []),
  ].join("");
}

/** The public names that there are. */
type Public = Pick<Outside, "addressOf"> | undefined;

/** Finds a name as a program in the pod does: `/etc/hosts`, then the name server by the search paths. */
export function lookup(objects: Objects, pod: KubeObject, host: string, outside?: Public): Lookup {
  if (ipv4(host) !== undefined) return { kind: "found", name: host, addresses: [host] };
  const name = host.toLowerCase().replace(/\.$/, "");
  const own = name.endsWith(".localhost") ? "127.0.0.1" : hostsOf(pod).get(name);
  return own === undefined ? query(objects, pod, host, outside) : { kind: "found", name: host, addresses: [own] };
}

/** Asks the name server alone, as `nslookup` does. */
export function query(objects: Objects, pod: KubeObject, host: string, outside?: Public): Lookup {
  const name = host.toLowerCase();
  const resolver = resolverOf(pod);
  if (!isServed(objects, pod, resolver)) return { kind: "timeout" };
  for (const candidate of candidates(name, resolver)) {
    const addresses = addressesOf({ objects, resolver, outside }, candidate);
    if (addresses.length > 0) return { kind: "found", name: candidate, addresses };
  }
  return { kind: "missing" };
}

/** The SRV records of `_http._tcp.web.default.svc.cluster.local`, or of a service as a whole. */
export function serviceRecords(objects: Objects, pod: KubeObject, host: string): readonly ServiceRecord[] {
  const resolver = resolverOf(pod);
  if (!isServed(objects, pod, resolver)) return [];
  for (const candidate of candidates(host.toLowerCase(), resolver)) {
    const [, port, protocol, name = ""] = /^(?:_([^.]+)\._([^.]+)\.)?(.*)$/.exec(candidate) ?? [];
    const service = serviceNamed(objects, name);
    if (service === undefined) continue;
    const ports = ((service.spec?.ports ?? []) as JsonObject[]).filter(
      (one) => port === undefined || (one.name === port && (one.protocol ?? "TCP").toLowerCase() === protocol),
    );
    const found = ports.flatMap((one) => recordsOf(objects, service, one, name));
    if (found.length > 0) return found;
  }
  return [];
}

/** The name of an address, as CoreDNS answers for `in-addr.arpa`; undefined when it is nobody's. */
export function nameOf(objects: Objects, address: string): string | undefined {
  const services = objects.list("/services");
  const service = services.find(({ spec }) => spec?.clusterIP === address);
  if (service !== undefined) return fullName(service);
  for (const headless of services.filter(({ spec }) => spec?.clusterIP === "None")) {
    const found = readyAddresses(objects, headless).find((one) => one.address === address);
    if (found !== undefined) return `${labelOf(found)}.${fullName(headless)}`;
  }
  return undefined;
}

type Row = readonly [address: string, names: readonly string[]];

function ownNames({ metadata, spec, status }: KubeObject): readonly Row[] {
  const host = spec?.hostname ?? metadata.name.slice(0, 63);
  const full = spec?.subdomain ? [`${host}.${spec.subdomain}.${metadata.namespace}.svc.${DOMAIN}`] : [];
  return [[String(status?.podIP ?? ""), [...full, host]]];
}

function aliasesOf({ spec }: KubeObject): readonly Row[] {
  return ((spec?.hostAliases ?? []) as JsonObject[]).map(({ ip, hostnames = [] }) => [String(ip), hostnames]);
}

/** The names of `/etc/hosts`; the first line that has a name says its address. */
function hostsOf(pod: KubeObject): ReadonlyMap<string, string> {
  const found = new Map([
    ["localhost", "127.0.0.1"],
    ["ip6-localhost", "127.0.0.1"],
  ]);
  for (const [address, names] of [...ownNames(pod), ...aliasesOf(pod)]) {
    for (const name of names) if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), address);
  }
  return found;
}

/** By resolv.conf(5): a name with as many dots as `ndots` is tried as it is first, one with a dot at its end only so. */
function candidates(name: string, { searches, ndots }: Resolver): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = searches.map((one) => `${name}.${one.toLowerCase()}`);
  return name.split(".").length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

/**
 * Whether a query gets to CoreDNS and back. A cluster without the service `kube-dns` (there is none in a bare store)
 * answers by itself; where there is one, it needs an endpoint, and policies must let the query through.
 */
function isServed(objects: Objects, pod: KubeObject, { servers }: Resolver): boolean {
  if (!servers.includes(NAME_SERVER)) return servers.length > 0;
  const service = objects.get("/services", "kube-system", "kube-dns");
  if (service === undefined) return true;
  const from = { address: String(pod.status?.podIP ?? ""), pod };
  return endpointsOf(objects, service, "dns").some((to) =>
    isAllowed(objects, { from, to, port: to.port, protocol: "UDP" }),
  );
}

/** What a name server knows of. */
interface Known {
  readonly objects: Objects;
  readonly resolver: Resolver;
  readonly outside: Public;
}

function addressesOf(known: Known, name: string, depth = 0): readonly string[] {
  const { objects, resolver, outside } = known;
  const found = outside?.addressOf(name);
  if (found !== undefined) return [found];
  const node = objects.list("/nodes").find(({ metadata }) => metadata.name === name);
  // Docker's own name server knows its containers, and CoreDNS asks it for what it does not know.
  if (node !== undefined)
    return nodeAddresses(node)
      .filter((one) => ipv4(one) !== undefined)
      .slice(0, 1);
  if (!resolver.servers.includes(NAME_SERVER)) return [];
  const byAddress = podAddress(name);
  if (byAddress !== undefined) return [byAddress];
  const service = serviceNamed(objects, name);
  if (service === undefined) return memberAddress(objects, name);
  const { type, clusterIP, externalName = "" } = service.spec ?? {};
  if (type === "ExternalName") return depth > 8 ? [] : external(known, externalName, depth);
  if (clusterIP !== "None") return clusterIP ? [clusterIP] : [];
  return readyAddresses(objects, service).map(({ address }) => address);
}

function external(known: Known, name: string, depth: number): readonly string[] {
  return addressesOf(known, name.toLowerCase().replace(/\.$/, ""), depth + 1);
}

/** `10-244-0-5.default.pod.cluster.local`: CoreDNS asks nobody whether there is such a pod (`pods insecure`). */
function podAddress(name: string): string | undefined {
  const [, dashed] = /^(\d+-\d+-\d+-\d+)\.[^.]+\.pod\.cluster\.local$/.exec(name) ?? [];
  const address = dashed?.replaceAll("-", ".");
  return address !== undefined && ipv4(address) !== undefined ? address : undefined;
}

function serviceNamed(objects: Objects, name: string): KubeObject | undefined {
  const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(name) ?? [];
  return service === undefined ? undefined : objects.get("/services", namespace, service);
}

/** `web-0.web.default.svc.cluster.local`: one endpoint of a headless service. */
function memberAddress(objects: Objects, name: string): readonly string[] {
  const [, member, rest = ""] = /^([^.]+)\.([^.]+\.[^.]+\.svc\.cluster\.local)$/.exec(name) ?? [];
  const service = member === undefined ? undefined : serviceNamed(objects, rest);
  if (service === undefined || service.spec?.clusterIP !== "None") return [];
  return readyAddresses(objects, service)
    .filter((one) => labelOf(one) === member)
    .map(({ address }) => address);
}

/** What an endpoint is called under its service: its hostname, else its address with dashes. */
function labelOf({ hostname, address }: { readonly hostname: string | undefined; readonly address: string }): string {
  return hostname ?? address.replaceAll(".", "-");
}

function recordsOf(objects: Objects, service: KubeObject, port: JsonObject, name: string): readonly ServiceRecord[] {
  if (service.spec?.clusterIP !== "None") return [{ port: Number(port.port), target: name }];
  return endpointsOf(objects, service, port.name ?? "").map((one) => ({
    port: one.port,
    target: `${labelOf(one)}.${name}`,
  }));
}

function fullName({ metadata }: KubeObject): string {
  return `${metadata.name}.${metadata.namespace}.svc.${DOMAIN}`;
}
