import { isIP } from "node:net";
import type { Kind } from "../kinds.ts";
import { type Analyzer, type Item, items, type Message, type Resource, report } from "../model.ts";

const WHOSE: readonly (readonly [Kind, RegExp])[] = [
  ["ValidatingWebhookConfiguration", /^istiod-default-validator$|^istio-validator/],
  ["MutatingWebhookConfiguration", /^istio-sidecar-injector/],
];

/** Webhooks of an istiod elsewhere. Names are not looked up here: nothing may leave the machine. */
export const externalControlPlane: Analyzer = {
  name: "externalcontrolplane.ExternalControlPlaneAnalyzer",
  description: "Checks that the remote IstioOperator resources reference an external control plane",
  inputs: WHOSE.map(([kind]) => kind),
  *analyze(world) {
    for (const [kind, names] of WHOSE)
      for (const one of world.list(kind).filter(({ name }) => names.test(name)))
        for (const { name, clientConfig } of items(one.object.webhooks)) yield* judged(one, name, clientConfig ?? {});
  },
};

function* judged(resource: Resource, hook: string, { url, service }: Item): Iterable<Message> {
  if (url === undefined) {
    if (!service) yield report(resource, "InvalidExternalControlPlaneConfig", ["", hook, "is blank"]);
  } else if (!URL.canParse(url)) {
    yield report(resource, "InvalidExternalControlPlaneConfig", [url, hook, "is not a valid hostname"]);
  } else if (isIP(new URL(url).hostname.replace(/^\[|\]$/g, "")) !== 0) {
    yield report(resource, "ExternalControlPlaneAddressIsNotAHostname", [url, hook]);
  }
}
