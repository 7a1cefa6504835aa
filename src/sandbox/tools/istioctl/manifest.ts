import { componentsOf } from "../../istio/index.ts";
import type { Command } from "./command.ts";
import { managed } from "./objects.ts";
import { installationOf, WISH_FLAGS } from "./wish.ts";

/** `istioctl manifest generate`: the objects of an installation as YAML; no cluster is asked. */
export const manifest: Command = {
  flags: WISH_FLAGS,
  run: async (context, given) => {
    const installation = await installationOf(context, given);
    const { stringify } = await import("../yaml.ts");
    const { version } = installation.release;
    for (const { kind, objects } of componentsOf(installation, stringify)) {
      // Anchors are YAML that few people read: each label stands where it counts.
      for (const object of objects)
        context.out(`${stringify(managed(object, kind, version), { aliasDuplicateObjects: false })}---\n`);
    }
    return 0;
  },
};
