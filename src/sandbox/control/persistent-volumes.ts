import type { KubeObject } from "../objects/index.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting, nameOf } from "./owner.ts";

const VOLUMES = "/persistentvolumes";
const PROTECTION = "kubernetes.io/pv-protection";

/** A volume is Bound as long as its claim is there; then it is deleted or Released, as its reclaim policy says. */
export const volumeController: Controller = {
  name: "persistentvolume-reclaimer",
  resource: VOLUMES,
  wakes: {
    "/persistentvolumeclaims": ({ spec }) =>
      spec?.volumeName === undefined ? [] : [{ namespace: undefined, name: spec.volumeName }],
  },
  reconcile(snapshot, { name }) {
    const volume = snapshot.get(VOLUMES, undefined, name);
    if (volume === undefined) return NOTHING;
    const phase = phaseOf(snapshot, volume);
    if (isDeleting(volume)) return { changes: phase === "Bound" ? [] : released(volume) };
    if (phase === "Released" && volume.spec?.persistentVolumeReclaimPolicy === "Delete") {
      return { changes: [{ kind: "delete", resource: VOLUMES, ...nameOf(volume) }] };
    }
    return { changes: [{ kind: "update-status", resource: VOLUMES, ...nameOf(volume), status: { phase } }] };
  },
};

function phaseOf(snapshot: Snapshot, { spec }: KubeObject): "Available" | "Bound" | "Released" {
  const wanted = spec?.claimRef;
  if (wanted === undefined) return "Available";
  const claim = snapshot.get("/persistentvolumeclaims", wanted.namespace, wanted.name);
  return claim === undefined || (wanted.uid !== undefined && claim.metadata.uid !== wanted.uid) ? "Released" : "Bound";
}

function released(volume: KubeObject): readonly Change[] {
  const finalizers = (volume.metadata.finalizers ?? []).filter((one) => one !== PROTECTION);
  if (finalizers.length === (volume.metadata.finalizers ?? []).length) return [];
  return [{ kind: "update", resource: VOLUMES, object: { ...volume, metadata: { ...volume.metadata, finalizers } } }];
}
