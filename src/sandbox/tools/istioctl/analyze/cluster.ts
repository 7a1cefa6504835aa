import type { ToolContext } from "../../tool.ts";
import { type Item, listObjects } from "../pods.ts";
import { KINDS, type Kind, placeOf } from "./kinds.ts";
import type { Resource } from "./world.ts";

/** Namespaces of Kubernetes' own, which upstream never looks at. */
const IGNORED: ReadonlySet<string> = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);
const REVISION = "istio.io/rev";

/** Whether an object is looked at, wherever it was read. */
export function isAnalyzed({ kind, name, namespace }: Resource): boolean {
  return !IGNORED.has(kind === "Namespace" ? name : namespace);
}

/** The objects of the cluster. One of a kind of Istio's that names another revision is left out. Throws `Failure`. */
export async function clusterResources(context: ToolContext, revision: string): Promise<readonly Resource[]> {
  const kinds = Object.keys(KINDS) as Kind[];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const { group, plural, versions } = placeOf(kind);
      const items = await listObjects(context, `/${group === "" ? "api" : `apis/${group}`}/${versions[0]}/${plural}`);
      return items.map((object) => resourceOf(kind, object));
    }),
  );
  return lists.flat().filter((one) => isAnalyzed(one) && isOfRevision(one, revision));
}

/** An object as a resource. */
export function resourceOf(kind: Kind, object: Item): Resource {
  const { name = "", namespace = "" } = object.metadata;
  return { kind, name, namespace: placeOf(kind).clusterScoped ? "" : namespace, object };
}

function isOfRevision({ kind, object }: Resource, revision: string): boolean {
  const own: string = object.metadata.labels?.[REVISION] ?? "";
  return own === "" || own === revision || placeOf(kind).runtime === true;
}
