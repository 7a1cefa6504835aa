import type { JsonObject } from "../../objects/index.ts";
import { Findings, texts } from "./findings.ts";

/** The ciphers that Envoy knows by name. */
const CIPHERS = new Set([
  "AES128-GCM-SHA256",
  "AES128-SHA",
  "AES256-GCM-SHA384",
  "AES256-SHA",
  "DES-CBC3-SHA",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES256-SHA",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-SHA",
  "ECDHE-RSA-CHACHA20-POLY1305",
]);
const OLD = new Set(["TLSV1_0", "TLSV1_1"]);

/** What a mode of a server's TLS must and must not have: each field with its name in the error. */
const REQUIRED: Readonly<Record<string, readonly (readonly [field: string, error: string])[]>> = {
  SIMPLE: [
    ["serverCertificate", "SIMPLE TLS requires a server certificate"],
    ["privateKey", "SIMPLE TLS requires a private key"],
  ],
  MUTUAL: [
    ["serverCertificate", "MUTUAL TLS requires a server certificate"],
    ["privateKey", "MUTUAL TLS requires a private key"],
    ["caCertificates", "MUTUAL TLS requires a client CA bundle"],
  ],
};
const ISTIO_HAS_OWN: readonly (readonly [field: string, name: string])[] = [
  ["serverCertificate", "server certificate"],
  ["privateKey", "private key"],
  ["caCertificates", "CA bundle"],
  ["credentialName", "credentialName"],
];

/** The TLS of a gateway's server, or of a sidecar's listener. */
export function serverTls(tls: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!tls) return found;
  const { mode = "PASSTHROUGH", credentialName } = tls;
  checkCiphers(found, tls);
  if (mode === "ISTIO_MUTUAL") {
    const given = ISTIO_HAS_OWN.filter(([field]) => tls[field]);
    return found.error(...given.map(([, name]) => `ISTIO_MUTUAL TLS cannot have associated ${name}`));
  }
  if (["AUTO_PASSTHROUGH", "PASSTHROUGH"].includes(mode)) {
    const isGiven = ["caCrl", ...ISTIO_HAS_OWN.map(([field]) => field)].some((field) => tls[field]);
    found.warn(isGiven ? `${mode} mode does not use certificates, they will be ignored` : undefined);
  }
  const required = REQUIRED[mode === "OPTIONAL_MUTUAL" ? "MUTUAL" : mode] ?? [];
  if (required.length > 0 && credentialName) return found;
  found.error(...required.filter(([field]) => !tls[field]).map(([, error]) => error));
  if (!tls.caCrl) return found;
  return found.error(
    credentialName ? "CRL is not supported with credentialName. CRL has to be specified in the credential" : undefined,
    mode === "SIMPLE" ? "CRL is not supported with SIMPLE TLS" : undefined,
  );
}

function checkCiphers(found: Findings, { cipherSuites, minProtocolVersion }: JsonObject): void {
  const given = texts(cipherSuites);
  if (OLD.has(minProtocolVersion) && given.length === 0) {
    found.warn(
      "TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.",
    );
  }
  const listed = (names: readonly string[]): string => `[${[...new Set(names)].sort().join(" ")}]`;
  const invalid = given.filter((one) => !isCipher(one));
  const twice = given.filter((one, index) => isCipher(one) && given.indexOf(one) !== index);
  found.warn(
    invalid.length > 0 ? `ignoring invalid cipher suites: ${listed(invalid)}` : undefined,
    twice.length > 0 ? `ignoring duplicate cipher suites: ${listed(twice)}` : undefined,
  );
}

/** `-` and `+` before a name are operators, which are not looked at. */
function isCipher(name: string): boolean {
  return name === "" || name === "ALL" || !/^[\p{L}\p{N}]/u.test(name) || CIPHERS.has(name);
}

/** Whether a server leaves TLS to who is behind it. */
export function isPassthrough(tls: JsonObject | undefined): boolean {
  return tls !== undefined && ["AUTO_PASSTHROUGH", "PASSTHROUGH"].includes(tls.mode ?? "PASSTHROUGH");
}

/** The TLS that a client begins, of a DestinationRule. */
export function clientTls(tls: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!tls) return found;
  const {
    mode = "DISABLE",
    credentialName,
    caCertificates,
    clientCertificate,
    privateKey,
    caCrl,
    subjectAltNames,
  } = tls;
  if (tls.insecureSkipVerify === true) {
    if (mode === "SIMPLE" && (caCertificates || credentialName || subjectAltNames)) {
      found.error(
        "cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true",
      );
    }
    if (mode === "MUTUAL" && (caCertificates || subjectAltNames)) {
      found.error("cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true");
    }
  }
  if (["MUTUAL", "SIMPLE"].includes(mode) && credentialName) {
    const isDoubled = clientCertificate || caCertificates || privateKey || caCrl;
    return found.error(
      isDoubled ? "cannot specify client certificates or CA certificate or CA CRL If credentialName is set" : undefined,
    );
  }
  if (mode !== "MUTUAL") return found;
  return found.error(
    clientCertificate ? undefined : "client certificate required for mutual tls",
    privateKey ? undefined : "private key required for mutual tls",
  );
}
