import type { JsonObject, KubeObject } from "../objects/index.ts";
import { timestamp } from "./conditions.ts";
import { type Controller, NOTHING } from "./controller.ts";

const REQUESTS = "certificates.k8s.io/certificatesigningrequests";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Makes a certificate from a request, both PEM; undefined where the request cannot be read. */
export type SignRequest = (
  request: string,
  wish: { readonly usages: readonly string[]; readonly seconds: number; readonly now: number },
) => string | undefined;

/** The controller csrsigning: what is approved for the client signer of the API server gets its certificate. */
export function signingController(sign: SignRequest): Controller {
  return {
    name: "csrsigning",
    resource: REQUESTS,
    reconcile: (snapshot, { name }) => {
      const request = snapshot.get(REQUESTS, undefined, name);
      if (!request || !isDue(request)) return NOTHING;
      const { spec = {} } = request;
      const seconds = Math.min(Number(spec.expirationSeconds ?? YEAR_SECONDS), YEAR_SECONDS);
      const text = Buffer.from(String(spec.request ?? ""), "base64").toString();
      const certificate = sign(text, { usages: spec.usages ?? [], seconds, now: snapshot.now });
      const failed = {
        type: "Failed",
        status: "True",
        reason: "SignerValidationFailure",
        message: "the request cannot be read",
        lastTransitionTime: timestamp(snapshot.now),
        lastUpdateTime: timestamp(snapshot.now),
      };
      const status =
        certificate === undefined
          ? { ...request.status, conditions: [...(request.status?.conditions ?? []), failed] }
          : { ...request.status, certificate: Buffer.from(certificate).toString("base64") };
      return { changes: [{ kind: "update-status", resource: REQUESTS, namespace: undefined, name, status }] };
    },
  };
}

function isDue({ spec, status }: KubeObject): boolean {
  const types = ((status?.conditions ?? []) as readonly JsonObject[]).map(({ type }) => type);
  const isOpen = !types.includes("Denied") && !types.includes("Failed") && status?.certificate === undefined;
  return spec?.signerName === "kubernetes.io/kube-apiserver-client" && types.includes("Approved") && isOpen;
}
