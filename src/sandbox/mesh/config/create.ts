import type { KubeObject } from "../../objects/index.ts";
import type { Workload } from "../model.ts";
import { placed } from "./compile.ts";
import type { MeshConfig } from "./config.ts";
import type { CompileOptions } from "./mesh-options.ts";
import { MeshModel } from "./model.ts";
import { workloadsByAddress } from "./registry/workloads.ts";
import { type ObjectView, RESOURCES } from "./view.ts";

/** What changes all the time: where the pods are. */
const PLACES: readonly string[] = [RESOURCES.pods, RESOURCES.endpointSlices, RESOURCES.workloadEntries];
const SHAPES: readonly string[] = Object.values(RESOURCES).filter((resource) => !PLACES.includes(resource));

/**
 * Gives the configuration of now. It is made anew, when it is asked for, only if something that it was made of has
 * changed: pods that come and go leave routes as they are.
 */
export function createMeshConfig(view: ObjectView, options: CompileOptions): () => MeshConfig {
  const shapesChanged = changesOf(view, SHAPES);
  const placesChanged = changesOf(view, PLACES);
  let version = -1;
  let model: MeshModel | undefined;
  let workloads: ReadonlyMap<string, Workload> = new Map();
  let config: MeshConfig | undefined;
  return () => {
    if (config !== undefined && view.resourceVersion === version) return config;
    version = view.resourceVersion;
    const [areShapesNew, arePlacesNew] = [shapesChanged(), placesChanged()];
    if (model === undefined || areShapesNew) model = new MeshModel(view, options);
    if (arePlacesNew) workloads = workloadsByAddress(view, workloads);
    if (config === undefined || areShapesNew || arePlacesNew) config = placed(view, model, workloads, options);
    return config;
  };
}

/** Whether any of these lists is another one than when this was last asked. */
function changesOf(view: ObjectView, resources: readonly string[]): () => boolean {
  const seen: (readonly KubeObject[])[] = resources.map(() => []);
  return () => {
    let isChanged = false;
    resources.forEach((resource, index) => {
      const now = view.list(resource);
      const before = seen[index] ?? [];
      if (now === before || (now.length === 0 && before.length === 0)) return;
      seen[index] = now;
      isChanged = true;
    });
    return isChanged;
  };
}
