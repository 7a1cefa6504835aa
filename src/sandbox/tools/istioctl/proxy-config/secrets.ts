import { X509Certificate } from "node:crypto";
import type { Item } from "../pods.ts";
import { columns } from "../table.ts";
import { partOf } from "./dump.ts";
import type { View } from "./options.ts";

const HEADER = ["RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER", "NOT BEFORE"];

/** `proxy-config secret`; whether a certificate is valid goes by the time `now`, in milliseconds since the epoch. */
export function secretsAt(now: number): View {
  return {
    table: (dump, { isTyped }) => {
      const rows = [
        ...listOf(dump, "dynamic_warming_secrets").map((one) => rowOf(one, "WARMING", now)),
        ...listOf(dump, "dynamic_active_secrets").map((one) => rowOf(one, "ACTIVE", now)),
      ].map(([name = "", ...rest]) => [isTyped ? `secret/${name}` : name, ...rest]);
      return rows.length === 0 ? "No secret items to show.\n" : columns([HEADER, ...rows], 5);
    },
    json: (dump) => partOf(dump, "SecretsConfigDump"),
  };
}

function listOf(dump: Item, list: string): readonly Item[] {
  return partOf(dump, "SecretsConfigDump")[list] ?? [];
}

function rowOf({ name, secret }: Item, state: string, now: number): readonly string[] {
  const pem = certificateIn(secret);
  if (pem === "") return [name, "", state, "false", "", "", ""];
  try {
    const certificate = new X509Certificate(pem);
    const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    const isValid = from.getTime() <= now && now <= to.getTime();
    const serial = certificate.serialNumber.toLowerCase().replace(/^0+(?=.)/, "");
    const type = certificate.ca ? "CA" : "Cert Chain";
    return [name, type, state, String(isValid), serial, instant(to), instant(from)];
  } catch {
    // What is no certificate is shown as one that is not valid.
    return [name, "", state, "false", "", "", ""];
  }
}

/** PEM of a chain or of an authority; empty: there is neither. */
function certificateIn(secret: Item): string {
  const bytes =
    secret?.tls_certificate?.certificate_chain?.inline_bytes ?? secret?.validation_context?.trusted_ca?.inline_bytes;
  return bytes === undefined ? "" : Buffer.from(bytes, "base64").toString();
}

function instant(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
