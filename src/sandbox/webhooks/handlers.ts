import { injectorServer } from "../istio/index.ts";
import { POOLS, poolError } from "../metallb/index.ts";
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

/** istiod's validation: it lets everything pass. */
const validator: AdmissionHandler = {
  answersFor: ({ name, path }) => name.startsWith("istiod") && path.startsWith("/validate"),
  admit: () => ALLOWED,
};

/** istiod's injection. It listens once its code is loaded; while it has no configuration it says so, as istiod would not be up. */
const injector: AdmissionHandler = {
  answersFor: ({ name, path }) =>
    name.startsWith("istiod") && path.startsWith("/inject") && injectorServer() !== undefined,
  admit: ({ object }, { namespace, name }, store) => {
    const injected = injectorServer()?.(object, { namespace, name }, store);
    if (injected === undefined) return { allowed: false, message: `istiod has no ConfigMap istio-sidecar-injector` };
    return "error" in injected ? { allowed: false, message: injected.error } : { allowed: true, object: injected.pod };
  },
};

/** The servers that are simulated, the first that answers for a Service counts. */
export const HANDLERS: readonly AdmissionHandler[] = [metallb, validator, injector];
