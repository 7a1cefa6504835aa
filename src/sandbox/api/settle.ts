import { apiVersionOf, type Kind } from "../kinds/index.ts";
import type { KubeObject, ObjectMeta } from "../objects/index.ts";
import { badRequest } from "./status.ts";

/** Checks that an object is what the request is about, and writes into it what the request says. Changes the object itself. */
export function settle(kind: Kind, namespace: string | undefined, object: KubeObject, name: string | undefined): void {
  checkType(kind, object);
  if (typeof object.metadata !== "object" || object.metadata === null) object.metadata = { name: "" };
  // Go reads a null as nothing said; metadata has the same types in objects of every kind.
  const said = Object.entries(object.metadata).filter(([, value]) => value !== null);
  object.metadata = Object.fromEntries(said) as unknown as ObjectMeta;
  for (const field of ["name", "namespace", "generateName"] as const) {
    const value: unknown = object.metadata[field];
    if (value !== undefined && typeof value !== "string")
      throw badRequest(
        `json: cannot unmarshal ${typeof value} into Go struct field ObjectMeta.metadata.${field} of type string`,
      );
  }
  checkAddress(kind, object, namespace, name);
  if (kind.namespaced && namespace !== undefined) object.metadata.namespace = namespace;
  if (name !== undefined) object.metadata.name = name;
}

function checkType(kind: Kind, object: KubeObject): void {
  const expected = apiVersionOf(kind);
  object.apiVersion ||= expected;
  object.kind ||= kind.kind;
  if (object.apiVersion !== expected) {
    const found = `the API version in the data (${object.apiVersion})`;
    throw badRequest(`${found} does not match the expected API version (${expected})`);
  }
  if (object.kind !== kind.kind) {
    throw badRequest(`the kind in the data (${object.kind}) does not match the expected kind (${kind.kind})`);
  }
}

function checkAddress(kind: Kind, object: KubeObject, namespace: string | undefined, name: string | undefined): void {
  const own = object.metadata.namespace;
  if (kind.namespaced && own && namespace !== undefined && own !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (!kind.namespaced) delete object.metadata.namespace;
  if (name !== undefined && object.metadata.name && object.metadata.name !== name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
  }
}

/** An apply to an object cannot say anything of its status, and one to its status nothing of the rest. */
export function keepPart(config: KubeObject, subresource: string | undefined): void {
  if (subresource !== "status") {
    delete config.status;
    return;
  }
  const { name, namespace, resourceVersion, uid } = config.metadata;
  for (const field of Object.keys(config)) {
    if (!["apiVersion", "kind", "status"].includes(field)) delete config[field];
  }
  config.metadata = {
    name,
    ...(namespace && { namespace }),
    ...(resourceVersion && { resourceVersion }),
    ...(uid && { uid }),
  };
}
