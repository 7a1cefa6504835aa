import type { ParsedFlags } from "../flags.ts";
import { NotForwarded } from "../forward.ts";
import type { ToolContext } from "../tool.ts";
import { Failure } from "./failure.ts";
import { type Item, listObjects, type PodName } from "./pods.ts";

const DEBUG_PORT = 15014;

/** The namespace that istiod is in. */
export function istioNamespace({ values }: ParsedFlags): string {
  return values.get("istioNamespace") || "istio-system";
}

/** The pods of istiod that run. Throws `Failure` where there is none. */
export async function istiods(context: ToolContext, given: ParsedFlags): Promise<readonly PodName[]> {
  const namespace = istioNamespace(given);
  const pods = await listObjects(context, `/api/v1/namespaces/${namespace}/pods`, "app=istiod");
  const running = pods.filter(({ status }: Item) => status?.phase === "Running");
  if (running.length === 0) throw new Failure(`no running Istio pods in "${namespace}"`);
  return running.map(({ metadata }: Item) => ({ namespace, name: metadata.name }));
}

/** What an istiod answers to one of its debug pages. Throws `Failure`. */
export async function askIstiod(context: ToolContext, { namespace, name }: PodName, path: string): Promise<string> {
  try {
    const { status, body } = await context.forward({ namespace, pod: name, port: DEBUG_PORT, method: "GET", path });
    if (status < 300) return body;
    throw new Failure(body.trim());
  } catch (error) {
    if (!(error instanceof NotForwarded)) throw error;
    throw new Failure(`failure running port forward process: ${error.message}`);
  }
}
