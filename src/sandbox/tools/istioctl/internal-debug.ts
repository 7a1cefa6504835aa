import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { askIstiod, istiods } from "./istiod.ts";
import { CLUSTER_FLAGS } from "./pods.ts";

/** `istioctl x internal-debug PAGE`: what an istiod says at one of its debug pages, as it is. */
export const internalDebug: Command = {
  flags: [...CLUSTER_FLAGS, { long: "all", takesValue: false }],
  run: async (context, given) => {
    const [page] = given.rest;
    if (page === undefined) throw new Failure("debug type is required");
    const pods = await istiods(context, given);
    const asked = given.values.get("all") === "true" ? pods : pods.slice(0, 1);
    for (const pod of asked) {
      const text = await askIstiod(context, pod, `/debug/${page.replace(/^\/?(debug\/)?/, "")}`);
      context.out(text.endsWith("\n") ? text : `${text}\n`);
    }
    return 0;
  },
};
