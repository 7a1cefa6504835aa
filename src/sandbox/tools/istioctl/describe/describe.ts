import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { CLUSTER_FLAGS } from "../pods.ts";
import { describePod } from "./pod.ts";
import { describeService } from "./service.ts";

/** `istioctl x describe pod|service NAME` */
export const describe: Command = {
  flags: [...CLUSTER_FLAGS, { long: "ignoreUnmeshed", takesValue: false }],
  run: async (context, given) => {
    const [type = "", ...names] = given.rest;
    if (["pod", "po"].includes(type)) {
      if (names.length !== 1) throw new Failure("expecting pod name");
      return describePod(context, given, names[0] ?? "");
    }
    if (["service", "svc"].includes(type)) {
      if (names.length !== 1) throw new Failure("expecting service name");
      return describeService(context, given, names[0] ?? "");
    }
    throw new Failure(`unknown resource type "${type}"`);
  },
};
