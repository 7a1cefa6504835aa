import { isIP } from "node:net";

const BOOLEANS = new Set(["0", "1", "F", "FALSE", "False", "T", "TRUE", "True", "f", "false", "t", "true"]);
const MODES = ["REDIRECT", "TPROXY", "NONE"];

type Fault = (value: string) => string | undefined;

/** What is wrong with a value, in the words of Go and of istiod's injector. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "sidecar.istio.io/interceptionMode": (value) =>
    MODES.includes(value) ? undefined : `interceptionMode invalid, use REDIRECT,TPROXY,NONE: ${value}`,
  "status.sidecar.istio.io/port": (value) => prefixed("excludeInboundPorts", portFault(value)),
  "readiness.status.sidecar.istio.io/initialDelaySeconds": (value) => numberFault(value, 2 ** 32),
  "readiness.status.sidecar.istio.io/periodSeconds": (value) => numberFault(value, 2 ** 32),
  "readiness.status.sidecar.istio.io/failureThreshold": (value) => numberFault(value, 2 ** 32),
  "traffic.sidecar.istio.io/includeOutboundIPRanges": (value) =>
    value === "*" ? undefined : prefixed("includeIPRanges", rangesFault(value)),
  "traffic.sidecar.istio.io/excludeOutboundIPRanges": (value) => prefixed("excludeIPRanges", rangesFault(value)),
  "traffic.sidecar.istio.io/includeInboundPorts": (value) =>
    value === "*" ? undefined : prefixed("includeInboundPorts", portsFault(value)),
  "traffic.sidecar.istio.io/excludeInboundPorts": (value) => prefixed("excludeInboundPorts", portsFault(value)),
  "traffic.sidecar.istio.io/excludeOutboundPorts": (value) => prefixed("excludeOutboundPorts", portsFault(value)),
  "prometheus.istio.io/merge-metrics": (value) =>
    BOOLEANS.has(value) ? undefined : `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
};

/** Why an annotation's value is wrong; undefined for one that is right, or that nobody looks at. */
export function annotationFault(name: string, value: string): string | undefined {
  return Object.hasOwn(FAULTS, name) ? FAULTS[name]?.(value) : undefined;
}

function prefixed(what: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${what} invalid: ${fault}`;
}

function numberFault(value: string, limit: number): string | undefined {
  const parsing = `strconv.ParseUint: parsing ${JSON.stringify(value)}:`;
  if (!/^\d+$/.test(value)) return `${parsing} invalid syntax`;
  return Number(value) < limit ? undefined : `${parsing} value out of range`;
}

function portFault(value: string): string | undefined {
  const fault = numberFault(value.trim(), 2 ** 16);
  return fault === undefined ? undefined : `failed parsing port '${value}': ${fault}`;
}

function portsFault(value: string): string | undefined {
  const list = value.trim() === "" ? [] : value.trim().split(",");
  const found = list.map((one) => [one, portFault(one)] as const).find(([, fault]) => fault !== undefined);
  return found && `failed parsing port '${found[0]}': ${found[1]}`;
}

function rangesFault(value: string): string | undefined {
  if (value === "") return undefined;
  for (const range of value.split(",")) {
    const fault = rangeFault(range);
    if (fault !== undefined)
      return `failed parsing cidr '${range}': netip.ParsePrefix(${JSON.stringify(range)}): ${fault}`;
  }
  return undefined;
}

function rangeFault(range: string): string | undefined {
  const slash = range.lastIndexOf("/");
  if (slash < 0) return "no '/'";
  const [address, bits] = [range.slice(0, slash), range.slice(slash + 1)];
  const family = isIP(address);
  if (family === 0) return `ParseAddr(${JSON.stringify(address)}): unable to parse IP`;
  if (!/^(?:0|[1-9]\d*)$/.test(bits)) return `bad bits after slash: ${JSON.stringify(bits)}`;
  return Number(bits) <= (family === 4 ? 32 : 128) ? undefined : "prefix length out of range";
}
