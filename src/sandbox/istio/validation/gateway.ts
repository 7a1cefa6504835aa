import type { JsonObject } from "../../objects/index.ts";
import { Findings, items, quoted, texts } from "./findings.ts";
import {
  addressError,
  domainError,
  isAddress,
  isDnsLabel,
  partialWildcardError,
  portError,
  unixAddressError,
} from "./names.ts";
import { isProtocol, protocolOf } from "./protocols.ts";
import type { Validator } from "./subject.ts";
import { isPassthrough, serverTls } from "./tls.ts";

const UNIX = "unix://";

/** A Gateway: its servers, each with hosts, a port and, where it speaks TLS, how. */
export const gateway: Validator = ({ name, spec }) => {
  const found = new Findings().error(isDnsLabel(name) ? undefined : `invalid gateway name: ${quoted(name)}`);
  const servers = items(spec.servers);
  if (servers.length === 0) found.error("gateway must have at least one server");
  found.add(...servers.map(serverFindings));
  const names = new Set<string>();
  for (const { port, tls } of servers) {
    if (!port) continue;
    const portName = String(port.name ?? "");
    if (names.has(portName)) found.error(`port names in servers must be unique: duplicate name ${portName}`);
    names.add(portName);
    const isWrong = tls?.httpsRedirect === true && !protocolOf(port.protocol).isHttp;
    found.warn(isWrong ? "tls.httpsRedirect should only be used with http servers" : undefined);
  }
  return found;
};

function serverFindings({ hosts, port, bind = "", tls }: JsonObject): Findings {
  const found = new Findings();
  const names = texts(hosts);
  if (names.length === 0) found.error("server config must contain at least one host");
  found.add(...names.map((one) => namespacedHost(one, "gateway")));
  const portFindings = serverPort(port, bind);
  found.add(portFindings, serverBind(port, bind), serverTls(tls));
  if (portFindings.errors.length > 0) return found;
  const { isHttp, isTls } = protocolOf(port?.protocol);
  if (isTls) return found.error(tls ? undefined : "server must have TLS settings for HTTPS/TLS protocols");
  if (!tls) return found;
  if (!isHttp) return found.error("server cannot have TLS settings for non HTTPS/TLS ports");
  // A server of plain HTTP may only lead to HTTPS.
  const isMore = !isPassthrough(tls) || tls.caCertificates || tls.privateKey || tls.serverCertificate;
  return found.error(isMore ? "server cannot have TLS settings for plain text HTTP ports" : undefined);
}

function serverPort(port: JsonObject | undefined, bind: string): Findings {
  if (!port) return new Findings().error("port is required");
  const { number = 0, protocol = "", name = "", targetPort = 0 } = port;
  const supported = "HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP";
  return new Findings().error(
    isProtocol(protocol) ? undefined : `invalid protocol ${quoted(protocol)}, supported protocols are ${supported}`,
    number > 0 || !bind.startsWith(UNIX) ? portError(number) : undefined,
    targetPort > 0 ? "targetPort has no impact on Gateways" : undefined,
    name === "" ? `port name must be set: ${portText(port)}` : undefined,
  );
}

function serverBind(port: JsonObject | undefined, bind: string): Findings {
  const found = new Findings();
  if (bind === "") return found;
  if (!bind.startsWith(UNIX)) return found.error(addressError(bind));
  return found.error(
    unixAddressError(bind.slice(UNIX.length)),
    port?.number ? `port number must be 0 for unix domain socket: ${portText(port)}` : undefined,
  );
}

/** A message as protobuf's text. */
function portText({ number, protocol, name }: JsonObject): string {
  return [number && `number:${number}`, protocol && `protocol:${quoted(protocol)}`, name && `name:${quoted(name)}`]
    .filter(Boolean)
    .join(" ");
}

/** `namespace/host` of a sidecar, which a gateway may also write without the namespace. */
export function namespacedHost(text: string, where: "gateway" | "sidecar"): Findings {
  const at = text.indexOf("/");
  const isGateway = where === "gateway";
  if (at === -1) {
    return isGateway ? hostPart(text, true) : new Findings().error("host must be of form namespace/dnsName");
  }
  const [namespace, host] = [text.slice(0, at), text.slice(at + 1)];
  const isNamespace = ["*", ".", ...(isGateway ? [] : ["~"])].includes(namespace) || isDnsLabel(namespace);
  return new Findings()
    .error(
      namespace === "" || host === "" ? "config namespace and dnsName in host entry cannot be empty" : undefined,
      isNamespace ? undefined : `invalid namespace value ${quoted(namespace)} in ${where}`,
    )
    .add(hostPart(host, isGateway));
}

function hostPart(host: string, isGateway: boolean): Findings {
  const fault = domainError(host);
  return new Findings().error(
    host !== "*" && !host.includes(".") ? "short names (non FQDN) are not allowed" : undefined,
    isGateway ? undefined : fault,
    isAddress(host) ? undefined : fault,
    partialWildcardError(host),
  );
}
