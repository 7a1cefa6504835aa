import type { Cluster } from "../../../../src/sandbox/mesh/config/config.ts";
import { inboundPolicy } from "../../../../src/sandbox/mesh/config/policies.ts";
import type { Arrival, HttpRequest, Workload } from "../../../../src/sandbox/mesh/model.ts";
import { arrive } from "../../../../src/sandbox/mesh/proxy/arrive.ts";
import type { Routed } from "../../../../src/sandbox/mesh/proxy/result.ts";
import { type Admitted, admit, admitConnection } from "../../../../src/sandbox/mesh/security/admit.ts";
import type { Programs } from "../../../../src/sandbox/mesh/virtual-time.ts";
import type { JsonObject, KubeObject } from "../../../../src/sandbox/objects/index.ts";
import { config, virtualMesh, workload } from "../mesh.ts";

/** Kind, `namespace/name`, spec. */
export type Policy = readonly [kind: string, where: string, spec: JsonObject];

/** The workload that is asked for. */
export const web = workload("web", "10.244.0.3", { labels: { app: "web" } });
export const PORT = 8080;

export const CLIENT = "cluster.local/ns/default/sa/client";

export function mutual(identity = CLIENT, from = "10.244.0.2", sni = "outbound_.8080_._.web"): Arrival {
  return { transport: { kind: "mutual", identity: `spiffe://${identity}`, sni }, from, source: undefined };
}

export const plaintext: Arrival = { transport: { kind: "plaintext" }, from: "10.244.0.9", source: undefined };

function policyFor(of: Workload, policies: readonly Policy[], providers: readonly JsonObject[]) {
  const objects = policies.map(([kind, where, spec]): KubeObject => {
    const [namespace = "", name = ""] = where.split("/");
    return { apiVersion: "security.istio.io/v1", kind, metadata: { namespace, name }, spec };
  });
  const list = (resource: string, namespace?: string): readonly KubeObject[] =>
    objects.filter(
      ({ kind, metadata }) =>
        resource === `security.istio.io/${kind.toLowerCase()}s`.replace(/ys$/, "ies") &&
        metadata.namespace === namespace,
    );
  return inboundPolicy({ list }, of, PORT, "istio-system", providers);
}

interface Surroundings {
  readonly arrival?: Arrival;
  readonly providers?: readonly JsonObject[];
  readonly clusters?: readonly Cluster[];
  readonly programs?: Programs;
  /** Milliseconds since the epoch. */
  readonly at?: number;
}

/** What becomes of a request under policies. */
export function decide(
  policies: readonly Policy[],
  request: HttpRequest,
  { arrival = mutual(), providers = [], clusters = [], programs, at = 0 }: Surroundings = {},
): Admitted | Routed {
  const { mesh, time } = virtualMesh(
    config([], clusters),
    programs ??
      (() => {
        throw new Error("nobody was to be asked");
      }),
  );
  time.runUntil(at);
  return time.run(
    admit(policyFor(web, policies, providers), { mesh, workload: web, port: PORT, request, arrival, arrive }),
  );
}

/** What becomes of a connection that is not read as HTTP. */
export function decideConnection(policies: readonly Policy[], arrival: Arrival): string | undefined {
  return admitConnection(policyFor(web, policies, []), web, PORT, arrival);
}
