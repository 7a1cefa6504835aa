import {
  type Analyzer,
  type Item,
  items,
  type Labels,
  type Message,
  type Resource,
  report,
  type World,
} from "../model.ts";
import { INJECTION, REVISION } from "../pods.ts";
import { matchesSelector } from "../selectors.ts";

const NAMESPACES: readonly Labels[] = [{}, { [INJECTION]: "enabled" }, { [INJECTION]: "disabled" }];
const INJECT = "sidecar.istio.io/inject";
const OBJECTS: readonly Labels[] = [{}, { [INJECT]: "true" }, { [INJECT]: "false" }];

interface Hook {
  readonly resource: Resource;
  readonly hook: Item;
  readonly name: string;
}

/** Injectors that would both inject a pod, or that call a Service that is not there. */
export const webhooks: Analyzer = {
  name: "webhook.Analyzer",
  description: "Checks the validity of Istio webhooks",
  inputs: ["MutatingWebhookConfiguration", "Service"],
  *analyze(world) {
    const own = world.list("MutatingWebhookConfiguration").filter(isIstios);
    const revisions = [...new Set(own.flatMap(revisionsOf))];
    const hooks = own.flatMap((resource) =>
      items(resource.object.webhooks).map((hook) => ({ resource, hook, name: `${resource.name}/${hook.name}` })),
    );
    for (const namespace of withRevisions(NAMESPACES, revisions))
      for (const object of withRevisions(OBJECTS, revisions)) yield* overlaps(hooks, namespace, object);
    yield* unreachable(hooks, world);
  },
};

function* overlaps(hooks: readonly Hook[], namespace: Labels, object: Labels): Iterable<Message> {
  const matching = hooks.filter(
    ({ hook }) => matchesSelector(hook.namespaceSelector, namespace) && matchesSelector(hook.objectSelector, object),
  );
  if (matching.length < 2) return;
  for (const { name, resource } of matching) {
    const others = matching.map((one) => one.name).filter((one) => one !== name);
    const text = `Webhook overlaps with others: [${others.join(" ")}]. This may cause injection to occur twice.`;
    yield report(resource, "InvalidWebhook", [text]);
  }
}

function* unreachable(hooks: readonly Hook[], world: World): Iterable<Message> {
  for (const { hook, resource } of hooks) {
    const { service } = hook.clientConfig ?? {};
    if (!service || world.find("Service", service.namespace, service.name) !== undefined) continue;
    const name = `${service.namespace}/${service.name}`;
    const text = `Injector refers to a control plane service that does not exist: ${name}.`;
    yield report(resource, "InvalidWebhook", [text]);
  }
}

function isIstios(resource: Resource): boolean {
  const isOwn = items(resource.object.webhooks).some(({ name }) => String(name).endsWith("istio.io"));
  return isOwn || revisionsOf(resource).length > 0;
}

function revisionsOf({ labels, object }: Resource): readonly string[] {
  const selectors = items(object.webhooks).flatMap((one) => [one.namespaceSelector, one.objectSelector]);
  const named = selectors.flatMap((one) => [
    ...(one?.matchLabels?.[REVISION] === undefined ? [] : [one.matchLabels[REVISION]]),
    ...items(one?.matchExpressions).flatMap(({ key, values }) => (key === REVISION ? items(values) : [])),
  ]);
  return [...(labels[REVISION] === undefined ? [] : [labels[REVISION]]), ...named];
}

function withRevisions(labels: readonly Labels[], revisions: readonly string[]): readonly Labels[] {
  return [...labels, ...revisions.flatMap((one) => labels.map((each) => ({ ...each, [REVISION]: one })))];
}
