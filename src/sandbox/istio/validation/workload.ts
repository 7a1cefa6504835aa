import type { JsonObject } from "../../objects/index.ts";
import { entries, Findings, items, quoted, texts } from "./findings.ts";
import { headerNameError } from "./headers.ts";
import { fqdnError, isAddress, labelFindings, portError, portNameError, unixAddressError } from "./names.ts";
import type { Validator } from "./subject.ts";

const UNIX = "unix://";

/** A WorkloadEntry: where a workload outside of the cluster is. */
export const workloadEntry: Validator = ({ spec }) => endpointFindings(spec, undefined, true);

/** An endpoint. `ports` are the names that its service knows; a host name may be where the service does not say otherwise. */
export function endpointFindings(
  endpoint: JsonObject,
  ports: ReadonlySet<string> | undefined,
  mayBeName: boolean,
): Findings {
  const found = new Findings();
  const { address = "", network } = endpoint;
  if (address === "" && !network) return found.error("address is required");
  if (address === "") found.warn(`address is unset with network ${quoted(network)}`);
  const isUnix = address.startsWith(UNIX);
  if (isUnix) {
    const hasPorts = entries(endpoint.ports).length > 0;
    found.error(
      unixAddressError(address.slice(UNIX.length)),
      hasPorts ? `unix endpoint ${address} must not include ports` : undefined,
    );
  } else if (address !== "" && !isAddress(address)) {
    if (!mayBeName) found.error(`endpoint address ${quoted(address)} is not a valid IP address`);
    else if (fqdnError(address))
      found.error(`endpoint address ${quoted(address)} is not a valid FQDN or an IP address`);
  }
  found.error(...endpointPortErrors(endpoint.ports, ports)).add(labelFindings(endpoint.labels));
  const isSingle = ports === undefined || ports.size === 1;
  return found.error(isUnix && !isSingle ? "exactly 1 service port required for unix endpoints" : undefined);
}

/** What is wrong with an endpoint's ports. */
export function endpointPortErrors(
  map: unknown,
  ports: ReadonlySet<string> | undefined,
): readonly (string | undefined)[] {
  return entries(map).flatMap(([name, port]) => [
    ports?.has(name) === false ? `endpoint port ${port} is not defined by the service entry` : undefined,
    portNameError(name),
    portError(port),
  ]);
}

/** A WorkloadGroup: what its workloads are made from, and how they are probed. */
export const workloadGroup: Validator = ({ spec }) => {
  const found = new Findings();
  if (!spec.template) return found.error("template is required");
  const labels = labelFindings(spec.metadata?.labels).message;
  if (labels !== undefined) return found.error(`invalid labels: ${labels}`);
  return spec.probe ? probeFindings(spec.probe) : found;
};

const COUNTS = ["periodSeconds", "initialDelaySeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];

function probeFindings(probe: JsonObject): Findings {
  const found = new Findings();
  found.error(...COUNTS.map((field) => (Number(probe[field] ?? 0) < 0 ? `${field} must be non-negative` : undefined)));
  const { exec, httpGet, tcpSocket } = probe;
  if (httpGet) {
    const { httpHeaders, port, scheme = "" } = httpGet;
    const isScheme = ["", "HTTP", "HTTPS"].includes(scheme);
    return found
      .error(portError(port), isScheme ? undefined : 'httpGet.scheme must be one of "HTTPS", "HTTP"')
      .error(...items(httpHeaders).map(({ name }) => headerNameError(String(name ?? ""))));
  }
  if (tcpSocket) return found.error(portError(tcpSocket.port));
  if (exec) return found.error(texts(exec.command).length === 0 ? "exec.command is required" : undefined);
  return found.error(probe.grpc ? undefined : "unknown health check method <nil>");
}
