import { X509Certificate } from "node:crypto";
import { type Analyzer, firstLabel, hasLabels, items, type Resource, report, selectorText } from "../model.ts";

/** The names under which a Secret may hold certificate and key. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["cert", "key"],
  ["tls.crt", "tls.key"],
];

/** Certificates that Gateways name. They are looked for where the pods are. */
export const gatewaySecrets: Analyzer = {
  name: "gateway.SecretAnalyzer",
  description: "Checks a gateway's referenced secrets for correctness",
  inputs: ["Gateway", "Pod", "Secret"],
  *analyze(world) {
    for (const gateway of world.list("Gateway")) {
      const { selector, servers } = gateway.spec;
      const namespace = world.list("Pod").find((one) => hasLabels(one.labels, selector))?.namespace;
      if (namespace === undefined) {
        const path = `spec.selector.${firstLabel(selector)}`;
        yield report(gateway, "ReferencedResourceNotFound", ["selector", selectorText(selector)], path);
        continue;
      }
      for (const [index, { tls }] of items(servers).entries()) {
        const wanted = tls?.credentialName;
        if (!wanted) continue;
        const [own, name] = String(wanted).includes("/") ? String(wanted).split("/") : [namespace, String(wanted)];
        const secret = world.find("Secret", own ?? "", name ?? "");
        const path = `spec.servers[${index}].tls.credentialName`;
        if (secret === undefined) {
          yield report(gateway, "ReferencedResourceNotFound", ["credentialName", wanted], path);
        } else if (!isValid(secret, world.now)) {
          yield report(gateway, "InvalidGatewayCredential", [gateway.name, namespace], path);
        }
      }
    }
  },
};

/** Whether a Secret has both halves, and a certificate that holds now. */
function isValid({ object }: Resource, now: number): boolean {
  const data = object.data ?? {};
  const pair = PAIRS.find((names) => names.every((name) => data[name]));
  if (pair === undefined) return false;
  try {
    const certificate = new X509Certificate(Buffer.from(data[pair[0]], "base64"));
    return Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
  } catch {
    return false;
  }
}
