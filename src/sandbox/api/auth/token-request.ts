import { formatTime, type JsonObject, type KubeObject } from "../../objects/index.ts";
import { uuid } from "../../store/index.ts";
import type { Call, Target } from "../call.ts";
import { decodeObject } from "../request-body.ts";
import { badRequest, conflict, invalid, methodNotAllowed, notFound } from "../status.ts";
import { sendJson } from "../wire.ts";
import { boundTo, ISSUER, signToken } from "./tokens.ts";
import { accountUsername } from "./user.ts";

const DEFAULT_SECONDS = 3600;
const SHORTEST_SECONDS = 600;
const LONGEST_SECONDS = 2 ** 32;

/** What a token may be bound to, by the reference's kind. */
const BINDABLE: Readonly<Record<string, "pods" | "secrets" | "nodes">> = {
  Node: "nodes",
  Pod: "pods",
  Secret: "secrets",
};

/** `kubectl create token`: POST on a service account's `token`. The token opens the API as that account. */
export async function serveToken(call: Call, { kind, namespace = "", name = "" }: Target): Promise<void> {
  if (call.method !== "POST") throw methodNotAllowed();
  const { registry, tokenKey } = call.api;
  const account = registry.get(kind, namespace, name);
  const request = await decodeObject(call.request);
  const seconds = Number(request.spec?.expirationSeconds ?? DEFAULT_SECONDS);
  checkSeconds(seconds);
  const now = Math.floor(registry.clock() / 1000);
  const audiences: readonly string[] = request.spec?.audiences?.length ? request.spec.audiences : [ISSUER];
  const claims = {
    aud: audiences,
    exp: now + seconds,
    iat: now,
    iss: ISSUER,
    jti: uuid(Math.random),
    "kubernetes.io": { namespace, ...boundPart(call, namespace, name, request), serviceaccount: boundTo(account) },
    nbf: now,
    sub: accountUsername(namespace, name),
  };
  const metadata = { name, namespace, creationTimestamp: formatTime(now * 1000) };
  const spec = { ...request.spec, audiences, expirationSeconds: seconds };
  const status = { token: signToken(claims, tokenKey), expirationTimestamp: formatTime((now + seconds) * 1000) };
  const answer = { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", metadata, spec, status };
  sendJson(call.response, answer, { code: 201 });
}

function checkSeconds(seconds: number): void {
  const rule =
    seconds < SHORTEST_SECONDS
      ? "may not specify a duration less than 10 minutes"
      : seconds > LONGEST_SECONDS
        ? "may not specify a duration larger than 2^32 seconds"
        : undefined;
  if (rule === undefined) return;
  throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [
    { type: "FieldValueInvalid", field: "spec.expirationSeconds", message: `Invalid value: ${seconds}: ${rule}` },
  ]);
}

/** The object that the token dies with. */
function boundPart(call: Call, namespace: string, account: string, request: KubeObject): JsonObject {
  const reference = request.spec?.boundObjectRef;
  if (!reference) return {};
  const plural = Object.hasOwn(BINDABLE, reference.kind) ? BINDABLE[reference.kind] : undefined;
  if (!plural)
    throw badRequest(
      `cannot bind token for serviceaccount to object of type ${reference.apiVersion}, Kind=${reference.kind}`,
    );
  const resource = { group: "", plural };
  const found = call.api.registry.store.get(`/${plural}`, plural === "nodes" ? undefined : namespace, reference.name);
  if (!found) throw notFound(resource, reference.name);
  if (reference.uid && reference.uid !== found.metadata.uid) {
    const why = `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict(resource, reference.name, why);
  }
  if (plural === "pods" && found.spec?.serviceAccountName !== account) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  }
  return { [plural.slice(0, -1)]: boundTo(found) };
}
