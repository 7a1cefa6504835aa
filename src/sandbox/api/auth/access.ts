import type { IncomingMessage } from "node:http";
import type { Store } from "../../store/index.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import { impersonated } from "./impersonation.ts";
import { authorize, checkAllowed, type Decision } from "./rbac.ts";
import type { User } from "./user.ts";

/** As the API server's flag: everything is allowed, or what roles and bindings say. */
export type AuthorizationMode = "AlwaysAllow" | "RBAC";

/** What a user may do. */
export function decide(
  { mode, store }: { readonly mode: AuthorizationMode; readonly store: Pick<Store, "get" | "list"> },
  user: User,
  wanted: Attributes,
): Decision {
  return mode === "AlwaysAllow" ? { allowed: true, reason: "" } : authorize(store, user, wanted);
}

/**
 * Who a request acts as, once it is sure that they may: `user` sent it, its headers may name another. Throws 403, as upstream
 * words it.
 */
export function admitUser(
  policy: { readonly mode: AuthorizationMode; readonly store: Pick<Store, "get" | "list"> },
  user: User,
  request: IncomingMessage,
  { pathname, searchParams }: URL,
): User {
  const other = impersonated(request);
  for (const need of other?.needs ?? []) checkAllowed(user, need, decide(policy, user, need));
  const acting = other?.user ?? user;
  const wanted = attributesOf(request.method ?? "", pathname, searchParams);
  checkAllowed(acting, wanted, decide(policy, acting, wanted));
  // A WebSocket is opened by GET whatever it does; upstream asks for `create` as well.
  if (request.headers.upgrade !== undefined && wanted.path === undefined && wanted.verb === "get") {
    const create = { ...wanted, verb: "create" };
    checkAllowed(acting, create, decide(policy, acting, create));
  }
  return acting;
}
