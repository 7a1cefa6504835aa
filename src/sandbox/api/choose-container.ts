import type { KubeObject } from "../objects/index.ts";
import { containerNames } from "./containers.ts";
import { badRequest } from "./status.ts";

/** The container that a request is about: the one asked for, or the only one. */
export function chooseContainer(pod: KubeObject, asked: string | null): string {
  const all = containerNames(pod, "containers");
  const init = containerNames(pod, "initContainers");
  const ephemeral = containerNames(pod, "ephemeralContainers");
  const { name } = pod.metadata;
  if (asked) {
    if ([...all, ...init, ...ephemeral].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only;
  const choice = `choose one of: [${all.join(" ")}]`;
  const more = init.length > 0 ? ` or one of the init containers: [${init.join(" ")}]` : "";
  throw badRequest(`a container name must be specified for pod ${name}, ${choice}${more}`);
}
