import { mostSpecific } from "../hosts.ts";
import type { MeshOptions } from "../mesh-options.ts";
import { byAge, type ObjectView, RESOURCES } from "../view.ts";
import { isVisible } from "../visibility.ts";
import type { MeshService } from "./service.ts";
import { entryServices } from "./service-entries.ts";
import { kubernetesService } from "./services.ts";

/** Every service that the mesh knows; of two with the same host Services come first, then the older one. */
export function allServices(view: ObjectView, options: MeshOptions): readonly MeshService[] {
  return [
    ...byAge(view.list(RESOURCES.services)).map((object) => kubernetesService(object, options)),
    ...byAge(view.list(RESOURCES.serviceEntries)).flatMap((object) => entryServices(object, options)),
  ];
}

/** The services that one client may know. */
export class ServiceLookup {
  readonly all: readonly MeshService[];
  readonly #byHost = new Map<string, MeshService>();
  readonly #aliases = new Map<string, MeshService[]>();

  constructor(services: readonly MeshService[]) {
    for (const service of services) {
      if (!this.#byHost.has(service.host)) this.#byHost.set(service.host, service);
      if (service.aliasOf === undefined) continue;
      this.#aliases.set(service.aliasOf, [...(this.#aliases.get(service.aliasOf) ?? []), service]);
    }
    this.all = [...this.#byHost.values()];
  }

  /** By host; an ExternalName Service is the host it stands for, where that is known. */
  get(host: string): MeshService | undefined {
    const found = this.#byHost.get(host);
    return found?.aliasOf === undefined ? found : this.#byHost.get(found.aliasOf);
  }

  /** By host, or by the wildcard that says most about it. */
  covering(host: string): MeshService | undefined {
    return this.get(host) ?? mostSpecific(host, this.all, (one) => one.host);
  }

  /** Services that are only other names of this one. */
  aliasesOf(host: string): readonly MeshService[] {
    return this.#aliases.get(host) ?? [];
  }
}

/**
 * What clients in a namespace see. Where two hosts are the same, the namespace's own comes first, as Services do before
 * ServiceEntries.
 */
export function visibleServices(services: readonly MeshService[], namespace: string): readonly MeshService[] {
  const seen = services.filter((one) => isVisible(one.exportTo, one.namespace, namespace));
  const rank = (one: MeshService): number => (one.isKubernetes ? 0 : one.namespace === namespace ? 1 : 2);
  return seen.toSorted((a, b) => rank(a) - rank(b));
}
