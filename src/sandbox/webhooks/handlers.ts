import { injectorServer, validatorServer } from "../istio/index.ts";
import { POOLS, poolError } from "../metallb/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { AdmissionAnswer, AdmissionHandler } from "./handler.ts";

const ALLOWED: AdmissionAnswer = { allowed: true };

/** MetalLB's controller: it judges pools, and lets its other resources pass. */
const metallb: AdmissionHandler = {
  answersFor: ({ path }) => path.startsWith("/validate-metallb-io-"),
  admit: ({ operation, object }, { path }, store) => {
    if (operation === "DELETE" || path !== "/validate-metallb-io-v1beta1-ipaddresspool") return ALLOWED;
    const message = poolError(object, store.list(POOLS, object.metadata.namespace));
    return message === undefined ? ALLOWED : { allowed: false, message };
  },
};

/** istiod's validation of Istio's kinds. It listens once its code is loaded; what it does not know it does not let pass. */
const validator: AdmissionHandler = {
  answersFor: ({ name, path }) =>
    name.startsWith("istiod") && path.startsWith("/validate") && validatorServer() !== undefined,
  admit: ({ object, operation }) => {
    if (operation === "DELETE") return ALLOWED;
    const found = validatorServer()?.(object);
    if (found === undefined) return refused(`unrecognized type ${typeName(object)}`);
    if (found.message !== undefined) return refused(`configuration is invalid: ${found.message}`);
    return { allowed: true, warnings: found.warnings };
  },
};

/** istiod names no reason. */
function refused(message: string): AdmissionAnswer {
  return { allowed: false, message, reason: "none" };
}

/** Go's text of a GroupVersionKind. */
function typeName({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}, Kind=${kind}`;
}

/** istiod's injection. It listens once its code is loaded; while it has no configuration it says so, as istiod would not be up. */
const injector: AdmissionHandler = {
  answersFor: ({ name, path }) =>
    name.startsWith("istiod") && path.startsWith("/inject") && injectorServer() !== undefined,
  admit: ({ object }, { namespace, name }, store) => {
    const injected = injectorServer()?.(object, { namespace, name }, store);
    if (injected === undefined) return refused("istiod has no ConfigMap istio-sidecar-injector");
    return "error" in injected ? refused(injected.error) : { allowed: true, object: injected.pod };
  },
};

/** The servers that are simulated, the first that answers for a Service counts. */
export const HANDLERS: readonly AdmissionHandler[] = [metallb, validator, injector];
