import type { KubeObject } from "../objects/index.ts";
import type { Injected, InjectorService } from "./inject/inject.ts";
import type { Objects } from "./inject/settings.ts";
import type { Findings } from "./validation/findings.ts";

/** What istiod's webhook server does with a pod; undefined while it has no configuration. */
type Inject = (pod: KubeObject, service: InjectorService, objects: Objects) => Injected | undefined;
/** What it says of an object of Istio's kinds; undefined for a kind that it does not know. */
type Validate = (object: KubeObject, namespace?: string) => Findings | undefined;

let inject: Inject | undefined;
let validate: Validate | undefined;

/** Loads the injector: a cluster without Istio never needs it, nor the YAML that its configuration is written in. */
export async function loadInjector(): Promise<void> {
  inject ??= (await import("./inject/inject.ts")).inject;
}

/** Loads the validators, which a cluster without Istio never needs either. */
export async function loadValidator(): Promise<void> {
  validate ??= (await import("./validation/validate.ts")).validate;
}

/** The injector; undefined until an istiod has been seen, and its server is up. */
export function injectorServer(): Inject | undefined {
  return inject;
}

/** The validator; undefined until an istiod has been seen. */
export function validatorServer(): Validate | undefined {
  return validate;
}

/** Why a spec cannot be read as its kind's message by a release; undefined when it can. `file` is the table of its definitions. */
export async function findDecodeError(object: KubeObject, file: string): Promise<string | undefined> {
  return (await import("./validation/decode.ts")).decodeError(object, file);
}
