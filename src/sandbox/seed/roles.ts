import type { JsonObject, KubeObject } from "../objects/index.ts";
import { seedObject } from "./object.ts";

type Rule = readonly [groups: string, resources: string, verbs: string];

const READ = "get list watch";
const WRITE = "create delete deletecollection patch update";
const ALL = `${WRITE} get list watch`;

const VIEW: readonly Rule[] = [
  [
    "-",
    "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
    READ,
  ],
  [
    "-",
    "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
    READ,
  ],
  ["-", "namespaces", READ],
  ["discovery.k8s.io", "endpointslices", READ],
  [
    "apps",
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
    READ,
  ],
  ["autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", READ],
  ["batch", "cronjobs cronjobs/status jobs jobs/status", READ],
  ["policy", "poddisruptionbudgets poddisruptionbudgets/status", READ],
  ["networking.k8s.io", "ingresses ingresses/status networkpolicies", READ],
];

const EDIT: readonly Rule[] = [
  ["-", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", READ],
  ["-", "serviceaccounts", "impersonate"],
  ["-", "pods pods/attach pods/exec pods/portforward pods/proxy", WRITE],
  ["-", "pods/eviction", "create"],
  [
    "-",
    "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
    WRITE,
  ],
  ["-", "serviceaccounts/token", "create"],
  [
    "apps",
    "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
    WRITE,
  ],
  ["autoscaling", "horizontalpodautoscalers", WRITE],
  ["batch", "cronjobs jobs", WRITE],
  ["policy", "poddisruptionbudgets", WRITE],
  ["networking.k8s.io", "ingresses networkpolicies", WRITE],
  ["coordination.k8s.io", "leases", ALL],
];

const ADMIN: readonly Rule[] = [
  ["authorization.k8s.io", "localsubjectaccessreviews", "create"],
  ["rbac.authorization.k8s.io", "rolebindings roles", ALL],
];

const REVIEWS: readonly Rule[] = [
  ["authentication.k8s.io", "tokenreviews", "create"],
  ["authorization.k8s.io", "subjectaccessreviews", "create"],
];
const VERSION_URLS = "/healthz /livez /readyz /version /version/";

/** Cluster roles of every API server, by name, that name resources. Those of single controllers are left out: they run in here. */
const ROLES: Readonly<Record<string, readonly Rule[]>> = {
  "cluster-admin": [["*", "*", "*"]],
  "system:auth-delegator": REVIEWS,
  "system:basic-user": [
    ["authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", "create"],
    ["authentication.k8s.io", "selfsubjectreviews", "create"],
  ],
  "system:kube-dns": [["-", "endpoints services", "list watch"]],
  "system:node-proxier": [
    ["-", "endpoints services", "list watch"],
    ["-", "nodes", READ],
    ["- events.k8s.io", "events", "create patch update"],
    ["discovery.k8s.io", "endpointslices", "list watch"],
  ],
  "system:persistent-volume-provisioner": [
    ["-", "persistentvolumes", "create delete get list watch"],
    ["-", "persistentvolumeclaims", "get list update watch"],
    ["storage.k8s.io", "storageclasses", READ],
    ["-", "events", "create patch update watch"],
  ],
};

/** Paths that are no resources, by role. */
const URL_ROLES: Readonly<Record<string, string>> = {
  "cluster-admin": "*",
  "system:discovery": "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/",
  "system:monitoring": "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*",
  "system:public-info-viewer": VERSION_URLS,
  "system:service-account-issuer-discovery":
    "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/",
};

/** What kubeadm and kind add, for the node and its parts. */
const INSTALLED: Readonly<Record<string, readonly Rule[]>> = {
  "kubeadm:get-nodes": [["-", "nodes", "get"]],
  "system:coredns": [
    ["-", "endpoints services pods namespaces", "list watch"],
    ["discovery.k8s.io", "endpointslices", "list watch"],
  ],
  kindnet: [
    ["-", "nodes", READ],
    ["-", "pods namespaces", "list watch"],
    ["networking.k8s.io", "networkpolicies", "list watch"],
  ],
  "local-path-provisioner-role": [
    ["-", "nodes persistentvolumeclaims configmaps pods pods/log", READ],
    ["-", "persistentvolumes", "get list watch create patch update delete"],
    ["-", "events", "create patch"],
    ["storage.k8s.io", "storageclasses", READ],
  ],
};

/** Binding → its cluster role and subjects (`Group:name`, `User:name`, `ServiceAccount:namespace/name`). */
const BINDINGS: Readonly<Record<string, readonly [role: string, ...subjects: string[]]>> = {
  "cluster-admin": ["cluster-admin", "Group:system:masters"],
  "system:basic-user": ["system:basic-user", "Group:system:authenticated"],
  "system:discovery": ["system:discovery", "Group:system:authenticated"],
  "system:monitoring": ["system:monitoring", "Group:system:monitoring"],
  "system:node-proxier": ["system:node-proxier", "User:system:kube-proxy"],
  "system:public-info-viewer": [
    "system:public-info-viewer",
    "Group:system:authenticated",
    "Group:system:unauthenticated",
  ],
  "system:service-account-issuer-discovery": [
    "system:service-account-issuer-discovery",
    "Group:system:serviceaccounts",
  ],
};
const INSTALLED_BINDINGS: typeof BINDINGS = {
  "kubeadm:cluster-admins": ["cluster-admin", "Group:kubeadm:cluster-admins"],
  "kubeadm:get-nodes": ["kubeadm:get-nodes", "Group:system:bootstrappers:kubeadm:default-node-token"],
  "kubeadm:node-proxier": ["system:node-proxier", "ServiceAccount:kube-system/kube-proxy"],
  "system:coredns": ["system:coredns", "ServiceAccount:kube-system/coredns"],
  kindnet: ["kindnet", "ServiceAccount:kube-system/kindnet"],
  "local-path-provisioner-bind": [
    "local-path-provisioner-role",
    "ServiceAccount:local-path-storage/local-path-provisioner-service-account",
  ],
};

/** The roles and bindings of a new cluster: the API server's own that people meet, and those of what kind installs. */
export function seedRoles(): readonly KubeObject[] {
  const names = [...new Set([...Object.keys(ROLES), ...Object.keys(URL_ROLES)])];
  return [
    ...names.map((name) => role(name, [...rules(ROLES[name] ?? []), ...urlRules(URL_ROLES[name])], bootstrap())),
    ...aggregated(),
    ...Object.entries(INSTALLED).map(([name, own]) => role(name, rules(own), {})),
    ...bindings(BINDINGS, bootstrap()),
    ...bindings(INSTALLED_BINDINGS, {}),
  ];
}

type Metadata = Pick<KubeObject["metadata"], "labels" | "annotations">;

/** Marks what the API server keeps up to date itself. */
function bootstrap(labels: Record<string, string> = {}): Metadata {
  return {
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}

/** `view` ⊂ `edit` ⊂ `admin`: each gathers the roles with its label; anyone may add to them. */
function aggregated(): readonly KubeObject[] {
  const label = (name: string): string => `rbac.authorization.k8s.io/aggregate-to-${name}`;
  const parts = [
    ["view", VIEW, "edit"],
    ["edit", EDIT, "admin"],
    ["admin", ADMIN, undefined],
  ] as const;
  return parts.flatMap(([name, own, next]) => [
    role(`system:aggregate-to-${name}`, rules(own), bootstrap({ [label(name)]: "true" })),
    {
      ...role(name, [], bootstrap(next ? { [label(next)]: "true" } : {})),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label(name)]: "true" } }] },
    },
  ]);
}

function role(name: string, list: readonly JsonObject[], metadata: Metadata): KubeObject {
  return seedObject("rbac.authorization.k8s.io/v1", "ClusterRole", { name, ...metadata }, { rules: list });
}

function rules(rows: readonly Rule[]): JsonObject[] {
  const words = (text: string): string[] => text.split(" ").map((word) => (word === "-" ? "" : word));
  return rows.map(([groups, resources, verbs]) => ({
    apiGroups: words(groups),
    resources: words(resources),
    verbs: words(verbs),
  }));
}

function urlRules(urls: string | undefined): JsonObject[] {
  return urls === undefined ? [] : [{ nonResourceURLs: urls.split(" "), verbs: [urls === "*" ? "*" : "get"] }];
}

function bindings(rows: typeof BINDINGS, metadata: Metadata): readonly KubeObject[] {
  return Object.entries(rows).map(([name, [roleName, ...subjects]]) =>
    seedObject(
      "rbac.authorization.k8s.io/v1",
      "ClusterRoleBinding",
      { name, ...metadata },
      {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
        subjects: subjects.map(subject),
      },
    ),
  );
}

function subject(text: string): JsonObject {
  const [, kind = "", rest = ""] = /^(\w+):(.*)$/.exec(text) ?? [];
  if (kind !== "ServiceAccount") return { apiGroup: "rbac.authorization.k8s.io", kind, name: rest };
  const [namespace = "", name = ""] = rest.split("/");
  return { kind, namespace, name };
}
