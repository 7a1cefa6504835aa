import type { IncomingMessage } from "node:http";
import { badRequest } from "../status.ts";
import type { Attributes } from "./attributes.ts";
import { AUTHENTICATED, accountGroups, accountOf, type User } from "./user.ts";

const EXTRA = "impersonate-extra-";

/** Who a request wants to be (`kubectl --as`), and the rights that this takes; undefined when it is content. */
export function impersonated(
  request: Pick<IncomingMessage, "headersDistinct">,
): { readonly user: User; readonly needs: readonly Attributes[] } | undefined {
  const headers = request.headersDistinct;
  const [username = ""] = headers["impersonate-user"] ?? [];
  const groups = headers["impersonate-group"] ?? [];
  const [uid] = headers["impersonate-uid"] ?? [];
  const extra = Object.entries(headers).flatMap(([name, values = []]) =>
    name.startsWith(EXTRA) ? [[decodeURIComponent(name.slice(EXTRA.length)), values] as const] : [],
  );
  if (username === "") {
    if (groups.length === 0 && uid === undefined && extra.length === 0) return undefined;
    throw badRequest("requested impersonation of groups, a uid or extra information without impersonating a user");
  }
  const account = accountOf(username);
  const need = (
    resource: string,
    name: string,
    more: { group?: string; subresource?: string; namespace?: string } = {},
  ): Attributes => ({
    verb: "impersonate",
    group: "",
    resource,
    subresource: "",
    namespace: "",
    name,
    ...more,
  });
  const authentication = { group: "authentication.k8s.io" };
  return {
    user: {
      username,
      ...(uid !== undefined && { uid }),
      groups: withOwnGroups(username, groups),
      ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
    },
    needs: [
      account ? need("serviceaccounts", account.name, { namespace: account.namespace }) : need("users", username),
      ...groups.map((group) => need("groups", group)),
      ...(uid === undefined ? [] : [need("uids", uid, authentication)]),
      ...extra.flatMap(([key, values]) =>
        values.map((value) => need("userextras", value, { ...authentication, subresource: key })),
      ),
    ],
  };
}

/** Everyone but the anonymous is authenticated; a service account without groups is in its own. */
function withOwnGroups(username: string, groups: readonly string[]): readonly string[] {
  const account = accountOf(username);
  const named = groups.length === 0 && account ? accountGroups(account.namespace) : groups;
  const own = username === "system:anonymous" ? "system:unauthenticated" : AUTHENTICATED;
  return named.includes(own) ? named : [...named, own];
}
