import { X509Certificate } from "node:crypto";
import type { JsonObject } from "../../objects/index.ts";
import type { Dumped } from "./dumped.ts";

const DAY_MS = 86_400_000;

/** Envoy's page `/certs`: the certificates that the proxy has, and when they end. */
export function certificates({ certificates: own, now }: Dumped): JsonObject {
  if (own === undefined) return { certificates: [] };
  return { certificates: [{ ca_cert: [described(own.root, now)], cert_chain: [described(own.own, now)] }] };
}

function described(pem: string, now: number): JsonObject {
  const certificate = new X509Certificate(pem);
  const until = new Date(certificate.validTo);
  const uris = (certificate.subjectAltName ?? "").split(", ").filter((one) => one.startsWith("URI:"));
  return {
    path: "<inline>",
    serial_number: certificate.serialNumber.toLowerCase().replace(/^0+/, ""),
    subject_alt_names: uris.map((one) => ({ uri: one.slice("URI:".length) })),
    days_until_expiration: String(Math.max(0, Math.floor((until.getTime() - now) / DAY_MS))),
    valid_from: instant(new Date(certificate.validFrom)),
    expiration_time: instant(until),
  };
}

/** Whole seconds, as certificates have them. */
function instant(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
