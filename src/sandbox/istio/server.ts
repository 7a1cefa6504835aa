import type { KubeObject } from "../objects/index.ts";
import type { Injected, InjectorService } from "./inject/inject.ts";
import type { Objects } from "./inject/settings.ts";

/** What istiod's webhook server does with a pod; undefined while it has no configuration. */
type Inject = (pod: KubeObject, service: InjectorService, objects: Objects) => Injected | undefined;

let loaded: Inject | undefined;

/** Loads the injector: a cluster without Istio never needs it, nor the YAML that its configuration is written in. */
export async function loadInjector(): Promise<void> {
  loaded ??= (await import("./inject/inject.ts")).inject;
}

/** The injector; undefined until an istiod has been seen, and its server is up. */
export function injectorServer(): Inject | undefined {
  return loaded;
}
