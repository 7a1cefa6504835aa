import { isIP } from "node:net";
import { entries, Findings, quoted } from "./findings.ts";

const LABEL = "[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?";
const WHOLE_LABEL = new RegExp(`^${LABEL}$`);
const WILDCARD_LABEL = new RegExp(`^(?:\\*|(?:\\*-?)?${LABEL})$`);
const NAME = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const TAG_KEY = new RegExp(`^(${LABEL}(?:\\.${LABEL})*/)?(${NAME})$`);
const TAG_VALUE = new RegExp(`^(?:${NAME})?$`);
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;
const DOMAIN_LENGTH = 255;
const PORTS = 65_535;

/** Whether a text is one label of a DNS name (RFC 1123; capitals pass). */
export function isDnsLabel(text: string): boolean {
  return text.length <= LABEL_LENGTH && WHOLE_LABEL.test(text);
}

/** Whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** Why a text is no fully qualified name; undefined when it is one. */
export function fqdnError(name: string): string | undefined {
  return lengthError(name) ?? labelsError(name);
}

/** The same, where the first label may be, or begin with, an asterisk. */
export function domainError(name: string): string | undefined {
  const [first = "", ...rest] = name.split(".");
  const isFirst = first.length <= LABEL_LENGTH && WILDCARD_LABEL.test(first);
  return (
    lengthError(name) ??
    (isFirst ? undefined : invalidLabel(name, first)) ??
    (rest.length > 0 ? labelsError(rest.join(".")) : undefined)
  );
}

/** The same for a host of a gateway, whose SNI routes also know the clusters' own names (`outbound_.80_._.host`). */
export function gatewayDomainError(name: string, isSni: boolean): string | undefined {
  if (!isSni || !name.startsWith("outbound_.")) return domainError(name);
  return lengthError(name) ?? (/outbound_.([0-8].*).*/.test(name) ? undefined : invalidLabel(name, "outbound_"));
}

function lengthError(name: string): string | undefined {
  if (name.length > DOMAIN_LENGTH) return `domain name ${quoted(name)} too long (max 255)`;
  return name === "" ? "empty domain name not allowed" : undefined;
}

function labelsError(domain: string): string | undefined {
  const labels = domain.split(".");
  const top = labels.at(-1) ?? "";
  if (/^[+-]?\d+$/.test(top)) {
    return `domain name ${quoted(domain)} invalid (top level domain ${quoted(top)} cannot be all-numeric)`;
  }
  // The last may be empty: `istio.io.` is the unambiguous name.
  const wrong = labels.find((label, index) => !(index === labels.length - 1 && label === "") && !isDnsLabel(label));
  return wrong === undefined ? undefined : invalidLabel(domain, wrong);
}

function invalidLabel(name: string, label: string): string {
  return `domain name ${quoted(name)} invalid (label ${quoted(label)} invalid)`;
}

/** Why an asterisk stands in the wrong place of a host. */
export function partialWildcardError(host: string): string | undefined {
  const isPartial = host.includes("*") && host.length !== 1 && !host.startsWith("*.");
  return isPartial ? `partial wildcard ${quoted(host)} not allowed` : undefined;
}

/** Whether a port's number is one. A field that is not set is 0. */
export function portError(port: unknown): string | undefined {
  const number = Number(port ?? 0);
  return number >= 1 && number <= PORTS ? undefined : `port number ${number} must be in the range 1..65535`;
}

/** Whether a port's name is one. */
export function portNameError(name: unknown): string | undefined {
  const text = String(name ?? "");
  return isDnsLabel(text) ? undefined : `invalid port name: ${text}`;
}

/** Whether a text is an IP address. */
export function addressError(text: string): string | undefined {
  return isAddress(text) ? undefined : `${text} is not a valid IP`;
}

/** Whether a text is an IP address or a block of them. */
export function subnetError(text: string): string | undefined {
  if (text.split("/").length !== 2) return addressError(text);
  return prefixError(text) === undefined ? undefined : `${text} is not a valid CIDR block`;
}

/** Why a text is no block of addresses, in the words of Go's `netip`. */
export function prefixError(text: string): string | undefined {
  const at = text.lastIndexOf("/");
  const [address, bits] = [text.slice(0, at), text.slice(at + 1)];
  const family = isIP(address);
  const found = (what: string): string => `netip.ParsePrefix(${quoted(text)}): ${what}`;
  if (family === 0) return found(`ParseAddr(${quoted(address)}): ${addressFault(address)}`);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits)) return found(`bad bits after slash: ${quoted(bits)}`);
  return Number(bits) > (family === 4 ? 32 : 128) ? found("prefix length out of range") : undefined;
}

function addressFault(address: string): string {
  if (!/[.:]/.test(address)) return "unable to parse IP";
  if (address.includes(":")) return "unexpected character, want colon";
  const fields = address.split(".");
  if (fields.some((one) => !/^\d+$/.test(one))) return "unexpected character";
  if (fields.some((one) => Number(one) > 255)) return "IPv4 field has value >255";
  if (fields.length < 4) return "IPv4 address too short";
  return fields.length > 4 ? "IPv4 address too long" : "IPv4 field has octet with leading zero";
}

/** Whether a unix socket's address is one: an absolute path, or an abstract name. */
export function unixAddressError(address: string): string | undefined {
  if (address === "") return "unix address must not be empty";
  if (address.startsWith("@") || (address.startsWith("/") && !address.endsWith("/"))) return undefined;
  return `${address} is not an absolute path to a file`;
}

/** Labels: their keys and values. */
export function labelFindings(labels: unknown): Findings {
  const found = new Findings();
  for (const [key, value] of entries(labels)) {
    found.listed(tagKeyError(key), TAG_VALUE.test(String(value)) ? undefined : `invalid tag value: ${quoted(value)}`);
  }
  return found;
}

function tagKeyError(key: string): string | undefined {
  const [, prefix = "", name = ""] = TAG_KEY.exec(key) ?? [];
  if (name === "") return `invalid tag key: ${quoted(key)}`;
  if (prefix.length - 1 > SUBDOMAIN_LENGTH) return `invalid tag key: ${quoted(key)} (DNS prefix is too long)`;
  return name.length > LABEL_LENGTH ? `invalid tag key: ${quoted(key)} (name is too long)` : undefined;
}
