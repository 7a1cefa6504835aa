import { type Admission, type AdmissionWrite, StatusError } from "../api/index.ts";
import { deepCopy, type JsonObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import { type AdmissionAnswer, type AdmissionHandler, type ServiceReference, serviceOf } from "./handler.ts";
import { HANDLERS } from "./handlers.ts";
import { wants } from "./matching.ts";
import { MutationRound } from "./mutation-round.ts";

const GROUP = "admissionregistration.k8s.io";
const SLICES = "discovery.k8s.io/endpointslices";

type Objects = Pick<Store, "get" | "list">;

/**
 * The webhooks of a cluster: each that wants a write is called, and refuses it when nobody answers. That is what a resource
 * meets whose webhook's pod is not up yet. `handlers` are the servers behind them.
 */
export function webhooks(store: Objects, handlers: readonly AdmissionHandler[] = HANDLERS): Admission {
  const call = (webhook: JsonObject, write: AdmissionWrite): AdmissionAnswer | undefined =>
    askServer({ store, handlers }, webhook, write);
  const rounds = new WeakMap<AdmissionWrite, MutationRound>();
  return {
    mutate: (write, isAgain) => {
      const round = (isAgain ? rounds.get(write) : undefined) ?? new MutationRound(write);
      rounds.set(write, round);
      return round.run(webhooksOf(store, "mutatingwebhookconfigurations"), isAgain, (webhook) =>
        wants(store, webhook, write) ? call(webhook, write) : undefined,
      );
    },
    validate: (write) => {
      for (const webhook of webhooksOf(store, "validatingwebhookconfigurations")) {
        if (wants(store, webhook, write)) call(webhook, write);
      }
    },
  };
}

function webhooksOf(store: Objects, plural: string): readonly JsonObject[] {
  return store.list(`${GROUP}/${plural}`).flatMap(({ webhooks: list }) => (list ?? []) as readonly JsonObject[]);
}

interface Servers {
  readonly store: Objects;
  readonly handlers: readonly AdmissionHandler[];
}

/** The answer that allows it; undefined when nobody answered and that does not matter. Throws what refuses the write. */
function askServer(servers: Servers, webhook: JsonObject, write: AdmissionWrite): AdmissionAnswer | undefined {
  const { name = "", clientConfig = {}, sideEffects, timeoutSeconds = 10 } = webhook;
  if (write.dryRun && sideEffects !== "None" && sideEffects !== "NoneOnDryRun") {
    throw new StatusError(400, "BadRequest", `admission webhook "${name}" does not support dry run`);
  }
  const service = serviceOf(clientConfig);
  // A webhook at a URL is somewhere in the world: from here it cannot be asked.
  if (service === undefined) return failed(webhook, unreachableUrl(clientConfig.url));
  const handler = servers.handlers.find((one) => one.answersFor(service));
  const failure = unreachable(servers.store, service, { seconds: timeoutSeconds, isServed: handler !== undefined });
  if (failure !== undefined || handler === undefined) return failed(webhook, failure ?? "");
  const request = {
    operation: write.operation,
    object: deepCopy(write.object),
    oldObject: write.old,
    dryRun: write.dryRun,
  };
  const answer = handler.admit(request, service, servers.store);
  if (!answer.allowed) {
    const message = `admission webhook "${name}" denied the request: ${answer.message}`;
    throw answer.reason === "none" ? new StatusError(400, "", message) : new StatusError(403, "Forbidden", message, {});
  }
  for (const warning of answer.warnings ?? []) write.warn(warning);
  return answer;
}

function failed({ name = "", failurePolicy }: JsonObject, failure: string): undefined {
  if (failurePolicy === "Ignore") return undefined;
  const message = `failed calling webhook "${name}": ${failure}`;
  throw new StatusError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}

function unreachableUrl(url: unknown): string {
  return `failed to call webhook: Post "${String(url)}": the sandbox does not leave the machine`;
}

function unreachable(
  store: Objects,
  { namespace, name, path, port }: ServiceReference & { readonly port: number },
  { seconds, isServed }: { readonly seconds: number; readonly isServed: boolean },
): string | undefined {
  const service = store.get("/services", namespace, name);
  const post = `failed to call webhook: Post "https://${name}.${namespace}.svc:${port}${path}?timeout=${seconds}s"`;
  if (service === undefined) return `${post}: service "${name}" not found`;
  const isAnswered = store
    .list(SLICES, namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => (slice.endpoints ?? []) as readonly JsonObject[])
    .some(({ conditions }) => conditions?.ready !== false);
  if (isAnswered && isServed) return undefined;
  return `${post}: dial tcp ${service.spec?.clusterIP}:${port}: connect: connection refused`;
}
