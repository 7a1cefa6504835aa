import type { KubeObject } from "../../objects/index.ts";
import { authorizationPolicy } from "./authorization-policy.ts";
import { destinationRule } from "./destination-rule.ts";
import { envoyFilter } from "./envoy-filter.ts";
import { Findings } from "./findings.ts";
import { gateway } from "./gateway.ts";
import { peerAuthentication } from "./peer-authentication.ts";
import { proxyConfig } from "./proxy-config.ts";
import { requestAuthentication } from "./request-authentication.ts";
import { serviceEntry } from "./service-entry.ts";
import { sidecar } from "./sidecar.ts";
import type { Subject, Validator } from "./subject.ts";
import { telemetry } from "./telemetry.ts";
import { virtualService } from "./virtual-service.ts";
import { wasmPlugin } from "./wasm-plugin.ts";
import { workloadEntry, workloadGroup } from "./workload.ts";

/** Who judges each kind, by `group/Kind`. */
const VALIDATORS: Readonly<Record<string, Validator>> = {
  "extensions.istio.io/WasmPlugin": wasmPlugin,
  "networking.istio.io/DestinationRule": destinationRule,
  "networking.istio.io/EnvoyFilter": envoyFilter,
  "networking.istio.io/Gateway": gateway,
  "networking.istio.io/ProxyConfig": proxyConfig,
  "networking.istio.io/ServiceEntry": serviceEntry,
  "networking.istio.io/Sidecar": sidecar,
  "networking.istio.io/VirtualService": virtualService,
  "networking.istio.io/WorkloadEntry": workloadEntry,
  "networking.istio.io/WorkloadGroup": workloadGroup,
  "security.istio.io/AuthorizationPolicy": authorizationPolicy,
  "security.istio.io/PeerAuthentication": peerAuthentication,
  "security.istio.io/RequestAuthentication": requestAuthentication,
  "telemetry.istio.io/Telemetry": telemetry,
};
const DRY_RUN = "istio.io/dry-run";
const REJECT = "internal.istio.io/webhook-always-reject";
const BOOLEANS = new Set(["0", "1", "F", "FALSE", "False", "T", "TRUE", "True", "f", "false", "t", "true"]);

/** Judges an object; undefined for a kind that is none of Istio's. `namespace` is for one that names none. */
export function validate(object: KubeObject, namespace = "default"): Findings | undefined {
  const [group = ""] = object.apiVersion.split("/");
  const kind = `${group}/${object.kind}`;
  const validator = VALIDATORS[kind];
  if (validator === undefined) return undefined;
  const { metadata, spec = {} } = object;
  const { annotations = {}, labels = {}, name = "" } = metadata;
  const subject = { name, namespace: metadata.namespace ?? namespace, labels, annotations, spec };
  const fault = annotationError(subject, object.kind === "AuthorizationPolicy");
  return fault === undefined ? validator(subject) : new Findings().error(fault);
}

/** The annotation that tries a policy out, and the one that refuses every object that has it. */
function annotationError({ annotations, name, namespace, spec }: Subject, isPolicy: boolean): string | undefined {
  const dryRun = annotations[DRY_RUN];
  if (dryRun !== undefined) {
    const whose = `${namespace}/${name}`;
    if (!isPolicy) return `${whose} has unsupported annotation ${DRY_RUN}, please remove the annotation`;
    const { action = "ALLOW" } = spec;
    if (!["ALLOW", "DENY"].includes(action)) {
      return `the annotation ${DRY_RUN} currently only supports action ALLOW/DENY, found action ${action} in ${whose}`;
    }
    if (!BOOLEANS.has(dryRun)) {
      const parsing = `strconv.ParseBool: parsing ${JSON.stringify(dryRun)}: invalid syntax`;
      return `${whose} has annotation ${DRY_RUN} with invalid value (${dryRun}): ${parsing}`;
    }
  }
  return annotations[REJECT] === undefined ? undefined : `"${REJECT}" annotation found, rejecting`;
}
