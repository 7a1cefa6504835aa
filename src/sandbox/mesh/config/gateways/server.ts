import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { Labels } from "../labels.ts";
import { byAge, type ObjectView, RESOURCES } from "../view.ts";

/** One server of a Gateway: a port that its proxies open, for some hosts. */
export interface GatewayServer {
  /** `namespace/name`, as rules name it. */
  readonly gateway: string;
  readonly namespace: string;
  /** The proxies that are meant; those of one namespace only where that is given. */
  readonly selector: Labels;
  readonly selectorNamespace: string | undefined;
  readonly port: number;
  readonly portName: string;
  readonly protocol: string;
  readonly hosts: readonly ServerHost[];
  readonly tls: ServerTls | undefined;
}

/** `ns/host`: rules of which namespace (undefined: any) may speak for the host. */
export interface ServerHost {
  readonly host: string;
  readonly from: string | undefined;
}

export interface ServerTls {
  readonly mode: string;
  readonly redirects: boolean;
  /** Undefined: certificates are files of the proxy's. */
  readonly secret: { readonly namespace: string | undefined; readonly name: string } | undefined;
}

/** The servers of all Gateways, those of older ones first. */
export function gatewayServers(view: ObjectView): readonly GatewayServer[] {
  return byAge(view.list(RESOURCES.gateways)).flatMap((object) =>
    (object.spec?.servers ?? []).map((server: JsonObject) => serverOf(object, server)),
  );
}

function serverOf({ metadata, spec }: KubeObject, { port, hosts = [], tls }: JsonObject): GatewayServer {
  const { name, namespace = "" } = metadata;
  return {
    gateway: `${namespace}/${name}`,
    namespace,
    selector: spec?.selector ?? {},
    selectorNamespace: undefined,
    port: port?.number,
    portName: port?.name ?? "",
    protocol: String(port?.protocol ?? "HTTP").toUpperCase(),
    hosts: hosts.map((host: string) => hostOfServer(host, namespace)),
    tls: tls && {
      mode: tls.mode ?? "SIMPLE",
      redirects: tls.httpsRedirect === true,
      secret: tls.credentialName ? secretOf(tls.credentialName) : undefined,
    },
  };
}

function hostOfServer(text: string, namespace: string): ServerHost {
  const [first = "", second] = text.toLowerCase().split("/");
  if (second === undefined) return { host: first, from: undefined };
  return { host: second, from: first === "." ? namespace : first === "*" ? undefined : first };
}

/** `name` beside the proxy, or `kubernetes://name`. */
function secretOf(credential: string): ServerTls["secret"] {
  const name = credential.replace(/^kubernetes(?:-gateway)?:\/\//, "");
  const [first = "", second] = name.split("/");
  return second === undefined ? { namespace: undefined, name: first } : { namespace: first, name: second };
}

const HTTP: ReadonlySet<string> = new Set(["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTP_PROXY"]);

/** What a server does with connections. */
export function serverKind({ protocol, tls }: GatewayServer): "http" | "https" | "tls-passthrough" | "tcp" {
  if (HTTP.has(protocol)) return "http";
  if (tls?.mode === "PASSTHROUGH" || tls?.mode === "AUTO_PASSTHROUGH") return "tls-passthrough";
  return protocol === "HTTPS" ? "https" : "tcp";
}
