import { isIP, isIPv4, isIPv6 } from "node:net";

const DURATION = /^-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;

/** Formats of texts that upstream checks; it takes all others as they come. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  cidr: (text) => isIP(text.split("/")[0] ?? "") !== 0 && /\/\d{1,3}$/.test(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  "date-time": (text) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) => text === "0" || DURATION.test(text),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  hostname: (text) => /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  mac: (text) => /^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5,}$/.test(text),
  uri: (text) => URL.canParse(text) || text.startsWith("/"),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
};

/** Whether a text is of the format that a schema asks for. */
export function formatFits(format: string, text: string): boolean {
  const fits = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return fits === undefined || fits(text);
}
