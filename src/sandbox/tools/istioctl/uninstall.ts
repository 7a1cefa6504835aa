import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { installed, remove } from "./objects.ts";

/** `istioctl uninstall`: everything with `--purge`, a revision's own objects with `--revision`. The namespace stays. */
export const uninstall: Command = {
  flags: [
    { long: "purge", takesValue: false },
    { long: "revision", short: "r", takesValue: true },
    { long: "skip-confirmation", short: "y", takesValue: false },
  ],
  run: async (context, { values }) => {
    const isPurge = values.get("purge") === "true";
    const revision = values.get("revision");
    if (!isPurge && revision === undefined) {
      throw new Failure("at least one of the --revision or --purge flags must be set");
    }
    if (isPurge && revision !== undefined)
      throw new Failure("--purge removes every revision, found --revision as well");
    const selector = isPurge
      ? "operator.istio.io/component"
      : `operator.istio.io/component,operator.istio.io/component!=Base,istio.io/rev=${revision}`;
    const objects = await installed(context, selector);
    if (isPurge) context.out("All Istio resources will be pruned from the cluster\n");
    if (values.get("skip-confirmation") !== "true") {
      context.out("Proceed? (y/N) ");
      if (!/^y(es)?$/i.test(((await context.readLine()) ?? "").trim())) {
        context.out("Cancelled.\n");
        return 1;
      }
    }
    for (const object of objects) await remove(context, object);
    context.err("✔ Uninstall complete\n");
    return 0;
  },
};
