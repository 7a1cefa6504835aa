import { parse } from "yaml";
import { loadValidator, validatorServer } from "../../../../src/sandbox/istio/index.ts";
import type { KubeObject } from "../../../../src/sandbox/objects/index.ts";

const GROUPS: Readonly<Record<string, string>> = {
  AuthorizationPolicy: "security.istio.io/v1",
  PeerAuthentication: "security.istio.io/v1",
  RequestAuthentication: "security.istio.io/v1",
  Telemetry: "telemetry.istio.io/v1",
  WasmPlugin: "extensions.istio.io/v1alpha1",
};

/** What istiod says of a spec, written as YAML: `ok`, each warning on a line, or the error. */
export async function judge(kind: string, spec: string, metadata: Record<string, unknown> = {}): Promise<string> {
  await loadValidator();
  const found = validatorServer()?.({
    apiVersion: GROUPS[kind] ?? "networking.istio.io/v1",
    kind,
    metadata: { name: "one", namespace: "shop", ...metadata },
    spec: parse(spec),
  } as KubeObject);
  if (found === undefined) return "unknown kind";
  return found.message ?? (found.warnings.map((one) => `warning: ${one}`).join("\n") || "ok");
}
