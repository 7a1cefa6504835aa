import { type Controller, conditionOf, type ObjectName, type Snapshot } from "../../../control/index.ts";
import type { KubeObject } from "../../../objects/index.ts";
import { isIstiod, isReady, istiods } from "../known.ts";
import { CLASSES, GATEWAYS, GROUP, ROUTES } from "./names.ts";

const DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions";
/** A turn of the loop later what is loaded is there. */
const SOON_MS = 20;

type Changes = typeof import("./pass.ts").gatewayApiChanges;

let loaded: Changes | undefined;

/**
 * istiod's part in the Gateway API: its classes, what it deploys for Gateways, and what becomes of Gateways and routes. It
 * does its part while its Deployment is ready and the API's definitions are there. Nothing of it is loaded before.
 */
export function gatewayApiController(): Controller {
  const all = (_: KubeObject, snapshot: Snapshot): readonly ObjectName[] => (hasApi(snapshot) ? istiods(snapshot) : []);
  const watched = [
    ...[DEFINITIONS, CLASSES, GATEWAYS, `${GROUP}/referencegrants`, ...Object.keys(ROUTES)],
    ...["/services", "/namespaces", "/secrets", "/serviceaccounts", "/configmaps", "discovery.k8s.io/endpointslices"],
    "networking.istio.io/serviceentries",
  ];
  return {
    name: "istio-gateway-api",
    resource: "apps/deployments",
    wakes: {
      ...Object.fromEntries(watched.map((resource) => [resource, all])),
      // A Deployment of a Gateway that somebody has deleted or changed.
      "apps/deployments": (object, snapshot) =>
        object.metadata.labels?.["gateway.istio.io/managed"] === undefined ? [] : all(object, snapshot),
    },
    reconcile(snapshot, { namespace, name }) {
      const deployment = snapshot.get("apps/deployments", namespace, name);
      if (deployment === undefined || !isIstiod(deployment) || !isReady(deployment)) return { changes: [] };
      if (!hasApi(snapshot)) return { changes: [] };
      if (loaded !== undefined) return { changes: loaded(snapshot, deployment) };
      void import("./pass.ts").then((module) => {
        loaded = module.gatewayApiChanges;
      });
      return { changes: [], again: snapshot.now + SOON_MS };
    },
  };
}

/** Istio brings no definitions of the Gateway API along: somebody has to apply them. */
function hasApi(snapshot: Snapshot): boolean {
  return [GATEWAYS, CLASSES].every((resource) => {
    const [group, plural] = resource.split("/");
    const definition = snapshot.get(DEFINITIONS, undefined, `${plural}.${group}`);
    return conditionOf(definition?.status?.conditions, "Established")?.status === "True";
  });
}
