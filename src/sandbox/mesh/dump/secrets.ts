import type { JsonObject } from "../../objects/index.ts";
import type { Dumped } from "./dumped.ts";
import { any, message } from "./proto.ts";

const SECRET = "envoy.extensions.transport_sockets.tls.v3.Secret";
/** A key never leaves its proxy: Envoy says so in its place. */
const REDACTED = { inline_bytes: Buffer.from("[redacted]").toString("base64") };

/** What a proxy got by SDS: its own certificate, the root's, and those of its Gateways. */
export function secrets(dumped: Dumped): JsonObject {
  const { certificates, startedAt, config, proxy, inventory } = dumped;
  const last_updated = new Date(startedAt).toISOString();
  const entry = (name: string, value: JsonObject): JsonObject => ({
    name,
    version_info: "uninitialized",
    last_updated,
    secret: any(SECRET, { name, ...value }),
  });
  const own =
    certificates === undefined
      ? []
      : [entry("default", chain(certificates.own)), entry("ROOTCA", authority(certificates.root))];
  const served = inventory.gatewayPorts.flatMap((port) => config.gateway(proxy, port)?.tls ?? []);
  const found = new Map<string, JsonObject>();
  const waiting = new Map<string, JsonObject>();
  for (const { secret, credential } of served) {
    if (secret === undefined) continue;
    const name = `kubernetes://${secret}`;
    if (credential === undefined) waiting.set(name, entry(name, {}));
    else {
      found.set(name, entry(name, chain(credential.certificate)));
      if (credential.authority !== undefined) {
        found.set(`${name}-cacert`, entry(`${name}-cacert`, authority(credential.authority)));
      }
    }
  }
  return message({
    dynamic_active_secrets: [...own, ...found.values()],
    dynamic_warming_secrets: waiting.size > 0 ? [...waiting.values()] : undefined,
  });
}

function chain(pem: string): JsonObject {
  return { tls_certificate: { certificate_chain: bytes(pem), private_key: REDACTED } };
}

function authority(pem: string): JsonObject {
  return { validation_context: { trusted_ca: bytes(pem) } };
}

function bytes(text: string): JsonObject {
  return { inline_bytes: Buffer.from(text).toString("base64") };
}
