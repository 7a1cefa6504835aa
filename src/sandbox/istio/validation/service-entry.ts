import type { JsonObject } from "../../objects/index.ts";
import { Findings, items, quoted, texts } from "./findings.ts";
import {
  domainError,
  fqdnError,
  isAddress,
  labelFindings,
  partialWildcardError,
  portError,
  portNameError,
  subnetError,
} from "./names.ts";
import { protocolError, protocolOf } from "./protocols.ts";
import { exportFindings, networkSelector } from "./selectors.ts";
import type { Subject, Validator } from "./subject.ts";
import { endpointFindings, endpointPortErrors } from "./workload.ts";

const AUTO_ADDRESS = "networking.istio.io/enable-autoallocate-ip";

/** A ServiceEntry: hosts that the mesh shall know, and how they are found. */
export const serviceEntry: Validator = (subject) => {
  const { namespace, spec } = subject;
  const selector = networkSelector(spec.workloadSelector, "service entry");
  if (selector.errors.length > 0) return selector;
  const resolution = spec.resolution ?? "NONE";
  const hosts = texts(spec.hosts);
  const addresses = texts(spec.addresses);
  const found = new Findings().add(selector);
  const isDouble = spec.workloadSelector !== undefined && spec.endpoints !== undefined;
  found.error(
    isDouble ? "only one of WorkloadSelector or Endpoints is allowed in Service Entry" : undefined,
    hosts.length === 0 ? "service entry must have at least one host" : undefined,
  );
  for (const host of hosts) {
    if (host === "*") found.error("invalid host *");
    else found.error(domainError(host)).warn(partialWildcardError(host));
  }
  found.error(...addresses.map(subnetError));
  if (addresses.some((one) => one.includes("/")) && !["NONE", "STATIC"].includes(resolution)) {
    found.error("CIDR addresses are allowed only for NONE/STATIC resolution types");
  }
  found.add(portFindings(subject, resolution), endpoints(spec, resolution));
  const ports = items(spec.ports);
  const isPlain = ports.some(({ protocol }) => !protocolOf(protocol).isHttp && !protocolOf(protocol).isTls);
  if (resolution !== "NONE" && hosts.length > 1 && isPlain) {
    found.error("multiple hosts provided with non-HTTP, non-TLS ports");
  }
  return found.add(exportFindings(spec.exportTo, { namespace, isService: true }));
};

function portFindings({ labels, spec }: Subject, resolution: string): Findings {
  const found = new Findings();
  const [names, numbers] = [new Set<string>(), new Set<number>()];
  const isAllocated = resolution !== "NONE" && labels[AUTO_ADDRESS]?.toLowerCase() !== "false";
  const needsAddress = texts(spec.addresses).length === 0 && !isAllocated;
  for (const { name = "", number = 0, protocol = "", targetPort = 0 } of items(spec.ports)) {
    if (names.has(name)) found.error(`service entry port name ${quoted(name)} already defined`);
    if (numbers.has(number)) found.error(`service entry port ${number} already defined`);
    names.add(name);
    numbers.add(number);
    found.error(targetPort === 0 ? undefined : portError(targetPort));
    if (needsAddress && ["", "TCP"].includes(protocol)) {
      found.warn(
        "addresses are required for ports serving TCP (or unset) protocol when ISTIO_META_DNS_AUTO_ALLOCATE is not set on a proxy",
      );
    }
    found.error(portNameError(name), protocolError(protocol), portError(number));
  }
  return found;
}

/** What each way of finding a host's addresses needs. */
function endpoints(spec: JsonObject, resolution: string): Findings {
  const found = new Findings();
  const list = items(spec.endpoints);
  const names = new Set(items(spec.ports).map(({ name }) => String(name ?? "")));
  const unused = `workloadSelector should not be set when resolution mode is ${resolution}`;
  switch (resolution) {
    case "NONE":
      return found
        .error(list.length > 0 ? "no endpoints should be provided for resolution type none" : undefined)
        .warn(spec.workloadSelector ? unused : undefined);
    case "STATIC":
      return found.add(...list.map((endpoint) => endpointFindings(endpoint, names, false)));
    case "DNS":
    case "DNS_ROUND_ROBIN":
      return found
        .add(named(spec, resolution, names))
        .warn(spec.workloadSelector ? unused : undefined)
        .warn(sharedAddressWarning(spec));
    case "DYNAMIC_DNS":
      return found;
    default:
      return found.error(`unsupported resolution type ${resolution}`);
  }
}

function named(spec: JsonObject, resolution: string, names: ReadonlySet<string>): Findings {
  const found = new Findings();
  const list = items(spec.endpoints);
  if (list.length === 0) {
    const isUnnamed = texts(spec.hosts).filter((host) => fqdnError(host) !== undefined);
    const fault = `hosts must be FQDN if no endpoints are provided for resolution mode ${resolution}`;
    found.error(...isUnnamed.map(() => fault));
  }
  if (resolution === "DNS_ROUND_ROBIN" && list.length > 1) {
    found.error(`there must only be 0 or 1 endpoint for resolution mode ${resolution}`);
  }
  for (const { address = "", labels, ports } of list) {
    const isPlace = isAddress(address) || fqdnError(address) === undefined;
    found
      .error(isPlace ? undefined : `endpoint address ${quoted(address)} is not a valid FQDN or an IP address`)
      .add(labelFindings(labels))
      .error(...endpointPortErrors(ports, names));
  }
  return found;
}

function sharedAddressWarning({ addresses, hosts, ports }: JsonObject): string | undefined {
  const isTcp = items(ports).some(({ protocol }) => protocolOf(protocol).isTcp);
  return texts(addresses).length > 0 && isTcp && texts(hosts).length > 1
    ? "service entry can not have more than one host specified simultaneously with address and tcp port"
    : undefined;
}
