/** Who asks, as a request's credentials say it. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const AUTHENTICATED = "system:authenticated";
/** Members may do everything, whatever the roles say. */
export const MASTERS = "system:masters";

const ACCOUNT_PREFIX = "system:serviceaccount:";

/** Whoever has the sandbox's own token: the administrator of kind's kubeconfig. */
export const ADMINISTRATOR: User = {
  username: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", AUTHENTICATED],
};

/** The name of a service account as a user. */
export function accountUsername(namespace: string, name: string): string {
  return `${ACCOUNT_PREFIX}${namespace}:${name}`;
}

/** The account behind a username; undefined for people. */
export function accountOf(username: string): { readonly namespace: string; readonly name: string } | undefined {
  const [namespace, name, ...more] = username.slice(ACCOUNT_PREFIX.length).split(":");
  return username.startsWith(ACCOUNT_PREFIX) && namespace && name && more.length === 0
    ? { namespace, name }
    : undefined;
}

/** The groups that every service account of a namespace is in. */
export function accountGroups(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}
