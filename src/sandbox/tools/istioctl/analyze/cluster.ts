import type { ToolContext } from "../../tool.ts";
import { Failure } from "../failure.ts";
import { resourceOf } from "./documents.ts";
import { infoOf, type Kind, SYSTEM_NAMESPACES } from "./kinds.ts";
import { type Item, items, type Resource } from "./model.ts";

/** Kinds of which those in system namespaces are not looked at. */
const NOT_OF_SYSTEM: readonly Kind[] = ["Namespace", "Service", "Pod"];
const NOT_LOOKED_AT = ["helm.sh/release.v1", "kubernetes.io/service-account-token"];

/** Objects of the cluster, of some kinds; a kind that nobody has defined has none. Throws `Failure`. */
export async function clusterResources(
  context: ToolContext,
  kinds: readonly Kind[],
  istioNamespace: string,
  revision: string,
): Promise<readonly Resource[]> {
  const served = kinds.filter((kind) => infoOf(kind).isInternal !== true);
  const lists = await Promise.all(served.map((kind) => listed(context, kind)));
  return lists.flat().filter((one) => isLookedAt(one, istioNamespace, revision));
}

async function listed(context: ToolContext, kind: Kind): Promise<readonly Resource[]> {
  const { group, plural, versions } = infoOf(kind);
  const { status, body } = await context.api(
    "GET",
    `/${group === "" ? "api" : `apis/${group}`}/${versions[0]}/${plural}`,
  );
  if (status === 404) return [];
  if (status >= 300) throw new Failure(String(body?.message));
  return items(body.items).map((object: Item) => resourceOf(kind, { ...typed(kind), ...object }));
}

/** Lists leave out what every item would say. */
function typed(kind: Kind): Item {
  const { group, kind: name, versions } = infoOf(kind);
  return { apiVersion: group === "" ? versions[0] : `${group}/${versions[0]}`, kind: name };
}

function isLookedAt({ kind, labels, name, namespace, object }: Resource, istio: string, revision: string): boolean {
  if (NOT_OF_SYSTEM.includes(kind)) return !SYSTEM_NAMESPACES.has(kind === "Namespace" ? name : namespace);
  if (kind === "Secret") return !NOT_LOOKED_AT.includes(object.type);
  if (infoOf(kind).isRuntime === true) return true;
  if (kind === "ConfigMap" && (namespace !== istio || !name.startsWith("istio"))) return false;
  const own = labels["istio.io/rev"];
  return own === undefined || own === revision;
}
