import type { Change, Snapshot } from "../../../control/index.ts";
import type { KubeObject } from "../../../objects/index.ts";
import { readSettings } from "../../inject/settings.ts";
import { status, wanted } from "./changes.ts";
import { classChanges, controllerOf } from "./classes.ts";
import { deployedFor } from "./deployed.ts";
import { gatewayStatus, remoteStatus } from "./gateway-status.ts";
import { CONTROLLER, GATEWAYS, isDeployed, UNMANAGED_CONTROLLER } from "./names.ts";
import { RouteResults } from "./routes.ts";

/** All that an istiod (its Deployment) writes about the Gateway API as the cluster is now. */
export function gatewayApiChanges(snapshot: Snapshot, { metadata }: KubeObject): readonly Change[] {
  const { namespace = "", name, labels } = metadata;
  const settings = readSettings(snapshot, namespace, name);
  if (settings === undefined) return [];
  const revision = labels?.["istio.io/rev"] ?? "default";
  const isMine = (gateway: KubeObject): boolean =>
    (gateway.metadata.labels?.["istio.io/rev"] ?? "default") === revision && !gateway.metadata.deletionTimestamp;
  const all = snapshot.list(GATEWAYS).filter(isMine);
  const gateways = all.filter((one) => controllerOf(snapshot, one) === CONTROLLER);
  const results = new RouteResults(snapshot, gateways);
  return [
    ...classChanges(snapshot),
    ...gateways
      .filter(isDeployed)
      .flatMap((gateway) =>
        deployedFor(gateway, settings).flatMap(([resource, one]) => wanted(snapshot, resource, one)),
      ),
    ...all
      .filter((one) => controllerOf(snapshot, one) === UNMANAGED_CONTROLLER)
      .flatMap((one) => status(GATEWAYS, one, remoteStatus(one, snapshot.now))),
    ...gateways.flatMap((one) =>
      status(
        GATEWAYS,
        one,
        gatewayStatus(snapshot, one, (listener) => results.attached(listener)),
      ),
    ),
    ...results.changes(),
  ];
}
