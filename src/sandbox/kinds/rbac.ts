import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, CREATED_AT, column, NAME, wide } from "./column.ts";
import { immutable } from "./field-errors.ts";
import { listOf } from "./pod-status.ts";

const GROUP = "rbac.authorization.k8s.io";

/** Roles and cluster roles. */
export const role: Behaviour = { columns: [NAME, CREATED_AT] };

/** Role bindings and cluster role bindings. */
export const binding: Behaviour = {
  columns: [
    NAME,
    column("Role", ({ roleRef }) => roleName((roleRef ?? {}) as JsonObject)),
    AGE,
    wide(column("Users", (object) => subjects(object, "User"))),
    wide(column("Groups", (object) => subjects(object, "Group"))),
    wide(column("ServiceAccounts", (object) => subjects(object, "ServiceAccount"))),
  ],
  strategy: {
    defaults: (object) => {
      const { roleRef } = object;
      if (typeof roleRef === "object" && roleRef !== null) (roleRef as JsonObject).apiGroup ||= GROUP;
      for (const subject of listOf(object.subjects)) if (subject.kind !== "ServiceAccount") subject.apiGroup ||= GROUP;
    },
    validate: (object, old) => (old ? immutable("roleRef", object.roleRef, old.roleRef, "cannot change roleRef") : []),
  },
};

function roleName({ kind, name }: JsonObject): string {
  return `${kind ?? ""}/${name ?? ""}`;
}

function subjects(object: KubeObject, kind: string): string {
  return listOf(object.subjects)
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === "ServiceAccount" ? `${namespace}/${name}` : name))
    .join(", ");
}
