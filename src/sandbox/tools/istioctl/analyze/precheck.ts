import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { clientVersion } from "../wish.ts";
import { alphaAnnotations } from "./analyzers/alpha-annotations.ts";
import { clusterResources } from "./cluster.ts";
import { formatOf, formatted } from "./format.ts";
import { judge, sorted } from "./judge.ts";
import { MESSAGES } from "./messages.ts";
import type { Message } from "./model.ts";
import { isAsBad, isOn, levelOf } from "./options.ts";
import { judgeFromVersion, judgeGatewayApi, judgePermissions, judgeServer } from "./prechecks.ts";
import { worldOf } from "./world.ts";

const FINE = `✔ No issues found when checking the cluster. Istio is safe to install or upgrade!
  To get started, check out https://istio.io/latest/docs/setup/getting-started/.
`;

/** `istioctl x precheck`: whether Istio can be installed, or upgraded. */
export const precheck: Command = {
  flags: [
    { long: "from-version", short: "f", takesValue: true },
    { long: "istioNamespace", short: "i", takesValue: true },
    { long: "namespace", short: "n", takesValue: true },
    { long: "output", short: "o", takesValue: true },
    { long: "output-threshold", takesValue: true },
    { long: "revision", short: "r", takesValue: true },
    { long: "skip-controlplane", takesValue: false },
  ],
  run: async (context, given) => {
    const asked = given.values.get("output") ?? "log";
    const format = formatOf(asked);
    if (format === undefined)
      throw new Failure(`invalid format, expected one of [log json yaml] but got ${JSON.stringify(asked)}`);
    const threshold = levelOf(given, "output-threshold", "Warning");
    const [, minor = ""] = clientVersion(context).split(".");
    const istioNamespace = given.values.get("istioNamespace") || "istio-system";
    const found: Message[] = [];
    if (!isOn(given, "skip-controlplane", false)) {
      found.push(...(await judgeServer(context)), ...(await judgePermissions(context, istioNamespace)));
      const kinds = [...alphaAnnotations.inputs, "CustomResourceDefinition"] as const;
      const cluster = await clusterResources(context, kinds, istioNamespace, "default");
      const world = worldOf({ files: [], cluster, mesh: {}, networks: {}, istioNamespace, now: context.now() });
      found.push(...judgeGatewayApi(world.list("CustomResourceDefinition")));
      const namespace = given.values.get("namespace") ?? "";
      found.push(...judge([alphaAnnotations], world, { namespace, suppressions: [] }));
    }
    const version = given.values.get("from-version");
    if (version !== undefined) found.push(...(await judgeFromVersion(context, version)));
    const messages = sorted(found);
    const shown = messages.filter(({ name }) => isAsBad(MESSAGES[name].level, threshold));
    // The colour is not asked for: upstream always has it here.
    if (shown.length === 0) context.err(FINE);
    else context.out(`${await formatted(shown, format, minor, true)}\n`);
    if (!messages.some(({ name }) => isAsBad(MESSAGES[name].level, "Warning"))) return 0;
    const documents = `https://istio.io/v1.${minor}/docs/reference/config/analysis`;
    throw new Failure(
      `Issues found when checking the cluster. Istio may not be safe to install or upgrade.\nSee ${documents} for more information about causes and resolutions.`,
    );
  },
};
