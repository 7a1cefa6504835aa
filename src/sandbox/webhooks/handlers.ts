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

/** istiod's validation. What it would inject is the mesh's affair: a handler of its own stands before this one. */
const istiod: AdmissionHandler = {
  answersFor: ({ name, path }) =>
    name.startsWith("istiod") && (path.startsWith("/validate") || path.startsWith("/inject")),
  admit: () => ALLOWED,
};

/** The servers that are simulated, the first that answers for a Service counts. */
export const HANDLERS: readonly AdmissionHandler[] = [metallb, istiod];
