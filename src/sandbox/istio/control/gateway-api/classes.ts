import type { Change, Snapshot } from "../../../control/index.ts";
import type { KubeObject } from "../../../objects/index.ts";
import { status } from "./changes.ts";
import { conditionsOf } from "./conditions.ts";
import { API_VERSION, CLASSES, CONTROLLER, UNMANAGED_CONTROLLER } from "./names.ts";

/** The classes that istiod brings along. Those of ambient mode are not among them. Source: istiod's `builtinClasses`. */
const BUILT_IN: Readonly<Record<string, { readonly controllerName: string; readonly description: string }>> = {
  istio: { controllerName: CONTROLLER, description: "The default Istio GatewayClass" },
  "istio-remote": {
    controllerName: UNMANAGED_CONTROLLER,
    description: "Remote to this cluster. Does not deploy or affect configuration.",
  },
};

/** The classes that are missing, and the word to those that are Istio's that they are accepted. */
export function classChanges(snapshot: Snapshot): readonly Change[] {
  const made = Object.entries(BUILT_IN)
    .filter(([name]) => snapshot.get(CLASSES, undefined, name) === undefined)
    .map(
      ([name, spec]): Change => ({
        kind: "create",
        resource: CLASSES,
        object: { apiVersion: API_VERSION, kind: "GatewayClass", metadata: { name }, spec },
      }),
    );
  const told = snapshot.list(CLASSES).flatMap((object): readonly Change[] => {
    if (![CONTROLLER, UNMANAGED_CONTROLLER].includes(object.spec?.controllerName)) return [];
    const wish = { Accepted: { reason: "Accepted", message: "Handled by Istio controller" } };
    const before = object.status?.conditions;
    return status(CLASSES, object, {
      ...object.status,
      conditions: conditionsOf(before, wish, object, snapshot.now),
    });
  });
  return [...made, ...told];
}

/** The controller of a Gateway's class; `istio` is Istio's even where there is no such class. */
export function controllerOf(snapshot: Snapshot, { spec }: KubeObject): string | undefined {
  const name = String(spec?.gatewayClassName);
  return snapshot.get(CLASSES, undefined, name)?.spec?.controllerName ?? BUILT_IN[name]?.controllerName;
}
