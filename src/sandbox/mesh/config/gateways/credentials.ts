import type { JsonObject } from "../../../objects/index.ts";
import type { GatewayCertificate, RouteTable } from "../config.ts";
import { type ObjectView, RESOURCES } from "../view.ts";
import type { GatewayServer } from "./server.ts";

/** The certificate of a TLS server, out of its Secret: one of type `kubernetes.io/tls`, or a generic one. */
export function certificateOf(
  view: ObjectView,
  server: GatewayServer,
  proxyNamespace: string,
  routes: RouteTable,
): GatewayCertificate {
  const mode = server.tls?.mode ?? "SIMPLE";
  return {
    hosts: server.hosts.map(({ host }) => host),
    routes,
    mode: mode === "MUTUAL" || mode === "OPTIONAL_MUTUAL" || mode === "ISTIO_MUTUAL" ? mode : "SIMPLE",
    secret: server.tls?.secret?.name,
    credential: credentialOf(view, server, proxyNamespace),
  };
}

function credentialOf(
  view: ObjectView,
  { tls }: GatewayServer,
  proxyNamespace: string,
): GatewayCertificate["credential"] {
  if (tls?.secret === undefined) return undefined;
  const { name, namespace = proxyNamespace } = tls.secret;
  const data = secretData(view, namespace, name);
  const certificate = text(data?.["tls.crt"] ?? data?.cert);
  const key = text(data?.["tls.key"] ?? data?.key);
  if (certificate === undefined || key === undefined) return undefined;
  // The clients' authority may stand in a Secret of its own, so that its readers do not see the key.
  const beside = secretData(view, namespace, `${name}-cacert`);
  const authority = text(data?.["ca.crt"] ?? data?.cacert ?? beside?.["ca.crt"] ?? beside?.cacert);
  return { certificate, key, ...(authority === undefined ? {} : { authority }) };
}

function secretData(view: ObjectView, namespace: string, name: string): JsonObject | undefined {
  const secret = view.list(RESOURCES.secrets, namespace).find(({ metadata }) => metadata.name === name);
  return secret?.data as JsonObject | undefined;
}

function text(base64: unknown): string | undefined {
  return typeof base64 === "string" ? Buffer.from(base64, "base64").toString() : undefined;
}
