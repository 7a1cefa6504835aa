import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";

/** Which Service a webhook calls, and where. */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** admission.k8s.io/v1 AdmissionRequest, as far as handlers look. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  /** What is to be stored; what is there, for DELETE. A copy: changing it changes nothing. */
  readonly object: KubeObject;
  readonly oldObject: KubeObject | undefined;
  readonly dryRun: boolean;
}

/** What a webhook's server answers: let it pass, perhaps changed, or refuse it. */
export type AdmissionAnswer =
  | { readonly allowed: true; readonly object?: KubeObject; readonly warnings?: readonly string[] }
  | {
      readonly allowed: false;
      readonly message: string;
      /** As most servers refuse; `none` is a server that names no reason, which the API server makes a 400. */
      readonly reason?: "Forbidden" | "none";
    };

/**
 * The server behind webhooks, in this process. It is asked only where its Service has a ready endpoint, as a real one would
 * be; where no handler answers for a Service, nothing listens there.
 */
export interface AdmissionHandler {
  readonly answersFor: (service: ServiceReference) => boolean;
  readonly admit: (
    request: AdmissionRequest,
    service: ServiceReference,
    store: Pick<Store, "get" | "list">,
  ) => AdmissionAnswer;
}

/** The reference of a webhook's `clientConfig`; undefined for one at a URL. */
export function serviceOf({ service }: JsonObject): (ServiceReference & { readonly port: number }) | undefined {
  if (!service) return undefined;
  return {
    namespace: String(service.namespace),
    name: String(service.name),
    path: service.path ?? "",
    port: service.port ?? 443,
  };
}
