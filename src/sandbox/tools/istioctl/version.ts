import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { find } from "./objects.ts";
import { clientVersion } from "./wish.ts";

interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
  readonly status?: { readonly phase?: string };
}

interface Container {
  readonly name: string;
  readonly image: string;
}

/** `istioctl version`: this program's, istiod's and the proxies', by the images of the pods that run. */
export const version: Command = {
  flags: [
    { long: "output", short: "o", takesValue: true },
    { long: "remote", takesValue: false },
    { long: "short", short: "s", takesValue: false },
  ],
  run: async (context, { values }) => {
    const client = clientVersion(context);
    const pods = values.get("remote") === "false" ? undefined : await runningPods(context);
    const mesh = (pods ?? [])
      .filter(({ metadata }) => metadata.labels?.app === "istiod")
      .map((pod) => tagOf(pod, "discovery"));
    const proxies = (pods ?? []).map((pod) => tagOf(pod, "istio-proxy")).filter((tag) => tag !== undefined);
    if (values.get("output") === "json") {
      const json = {
        clientVersion: { version: client, status: "sandbox" },
        meshVersion: mesh,
        dataPlaneVersion: proxies,
      };
      context.out(`${JSON.stringify(json, undefined, 2)}\n`);
      return 0;
    }
    if (pods !== undefined && mesh.length === 0) {
      context.err('Istio is not present in the cluster: no running Istio pods in namespace "istio-system"\n');
    }
    context.out(`client version: ${client} (sandbox)\n`);
    if (mesh.length === 0) return 0;
    context.out(`control plane version: ${[...new Set(mesh)].sort().join(", ")}\n`);
    context.out(proxies.length === 0 ? "data plane version: none\n" : `data plane version: ${counted(proxies)}\n`);
    return 0;
  },
};

async function runningPods(context: ToolContext): Promise<readonly Pod[]> {
  const list = await find(context, "/api/v1/pods");
  return ((list?.items ?? []) as readonly Pod[]).filter(({ status }) => status?.phase === "Running");
}

function tagOf({ spec }: Pod, container: string): string | undefined {
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === container);
  return found && /:([^:/]+)$/.exec(found.image)?.[1];
}

/** `1.31.0 (8 proxies)`, a part for each version. */
function counted(tags: readonly string[]): string {
  return [...new Set(tags)]
    .sort()
    .map((tag) => {
      const count = tags.filter((one) => one === tag).length;
      return `${tag} (${count} ${count === 1 ? "proxy" : "proxies"})`;
    })
    .join(", ");
}
