import type { JsonObject, KubeObject } from "../objects/index.ts";
import { seedObject } from "./object.ts";

const VERSION = "flowcontrol.apiserver.k8s.io/v1";
const ANNOTATIONS = { "apf.kubernetes.io/autoupdate-spec": "true" };

interface Limits {
  readonly shares: number;
  readonly lendable?: number;
  readonly queuing?: { readonly queues: number; readonly handSize: number };
}

/** Upstream's bootstrap priority levels (pkg/apis/flowcontrol/bootstrap), beside `exempt`. Who queues, waits for 50 others at most. */
const LEVELS: Readonly<Record<string, Limits>> = {
  "catch-all": { shares: 5 },
  "global-default": { shares: 20, lendable: 50, queuing: { queues: 128, handSize: 6 } },
  "leader-election": { shares: 10, queuing: { queues: 16, handSize: 4 } },
  "node-high": { shares: 40, lendable: 25, queuing: { queues: 64, handSize: 6 } },
  system: { shares: 30, lendable: 33, queuing: { queues: 64, handSize: 6 } },
  "workload-high": { shares: 40, lendable: 50, queuing: { queues: 128, handSize: 6 } },
  "workload-low": { shares: 100, lendable: 90, queuing: { queues: 128, handSize: 6 } },
};

const EVERYBODY = ["group:system:unauthenticated", "group:system:authenticated"];
/** `apiGroup resource[,resource] verbs [namespace]`; `*` alone is everything. */
const LEASES = "coordination.k8s.io leases get,create,update";

interface Flow {
  readonly level: string;
  readonly precedence: number;
  readonly by?: "ByUser" | "ByNamespace";
  /** `group:NAME`, `user:NAME`, or `account:NAMESPACE:NAME`. */
  readonly subjects: readonly string[];
  readonly rules: readonly string[];
  readonly urls?: readonly string[];
}

/** Upstream's bootstrap flow schemas. */
const FLOWS: Readonly<Record<string, Flow>> = {
  exempt: { level: "exempt", precedence: 1, subjects: ["group:system:masters"], rules: ["*"] },
  probes: {
    level: "exempt",
    precedence: 2,
    subjects: EVERYBODY,
    rules: [],
    urls: ["/healthz", "/readyz", "/livez"],
  },
  "system-leader-election": {
    level: "leader-election",
    precedence: 100,
    by: "ByUser",
    subjects: ["user:system:kube-controller-manager", "user:system:kube-scheduler"],
    rules: [`${LEASES} kube-system`],
  },
  "endpoint-controller": {
    level: "workload-high",
    precedence: 150,
    by: "ByUser",
    subjects: [
      "user:system:kube-controller-manager",
      "account:kube-system:endpoint-controller",
      "account:kube-system:endpointslicemirroring-controller",
    ],
    rules: ["- endpoints get,create,update *"],
  },
  "workload-leader-election": {
    level: "leader-election",
    precedence: 200,
    by: "ByUser",
    subjects: ["account:kube-system:*"],
    rules: [`${LEASES} *`],
  },
  "system-node-high": {
    level: "node-high",
    precedence: 400,
    by: "ByUser",
    subjects: ["group:system:nodes"],
    rules: ["- nodes,nodes/status *", "coordination.k8s.io leases * *"],
  },
  "system-nodes": {
    level: "system",
    precedence: 500,
    by: "ByUser",
    subjects: ["group:system:nodes"],
    rules: ["*"],
  },
  "kube-controller-manager": {
    level: "workload-high",
    precedence: 800,
    by: "ByNamespace",
    subjects: ["user:system:kube-controller-manager"],
    rules: ["*"],
  },
  "kube-scheduler": {
    level: "workload-high",
    precedence: 800,
    by: "ByNamespace",
    subjects: ["user:system:kube-scheduler"],
    rules: ["*"],
  },
  "kube-system-service-accounts": {
    level: "workload-high",
    precedence: 900,
    by: "ByNamespace",
    subjects: ["account:kube-system:*"],
    rules: ["*"],
  },
  "service-accounts": {
    level: "workload-low",
    precedence: 9000,
    by: "ByUser",
    subjects: ["group:system:serviceaccounts"],
    rules: ["*"],
  },
  "global-default": { level: "global-default", precedence: 9900, by: "ByUser", subjects: EVERYBODY, rules: ["*"] },
  "catch-all": { level: "catch-all", precedence: 10_000, by: "ByUser", subjects: EVERYBODY, rules: ["*"] },
};

/** What API Priority and Fairness starts with. Requests are not held here: the objects are what tools look at. `at`: RFC 3339. */
export function seedFlowControl(at: string): readonly KubeObject[] {
  return [
    level("exempt", { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
    ...Object.entries(LEVELS).map(([name, limits]) => level(name, { type: "Limited", limited: limited(limits) })),
    ...Object.entries(FLOWS).map(([name, flow]) => schema(name, flow, at)),
  ];
}

function level(name: string, spec: JsonObject): KubeObject {
  const metadata = { name, annotations: ANNOTATIONS, generation: 1 };
  return seedObject(VERSION, "PriorityLevelConfiguration", metadata, { spec, status: {} });
}

function limited({ shares, lendable = 0, queuing }: Limits): JsonObject {
  return {
    nominalConcurrencyShares: shares,
    lendablePercent: lendable,
    limitResponse: queuing ? { type: "Queue", queuing: { ...queuing, queueLengthLimit: 50 } } : { type: "Reject" },
  };
}

function schema(name: string, flow: Flow, at: string): KubeObject {
  const nonResourceRules = flow.rules.includes("*")
    ? [{ verbs: ["*"], nonResourceURLs: ["*"] }]
    : flow.urls && [{ verbs: ["get"], nonResourceURLs: flow.urls }];
  const resourceRules = flow.rules.map(resourceRule);
  const spec = {
    priorityLevelConfiguration: { name: flow.level },
    matchingPrecedence: flow.precedence,
    ...(flow.by && { distinguisherMethod: { type: flow.by } }),
    rules: [
      {
        subjects: flow.subjects.map(subject),
        ...(resourceRules.length > 0 && { resourceRules }),
        ...(nonResourceRules && { nonResourceRules }),
      },
    ],
  };
  const found = `This FlowSchema references the PriorityLevelConfiguration object named "${flow.level}" and it exists`;
  const dangling = { type: "Dangling", status: "False", lastTransitionTime: at, reason: "Found", message: found };
  const metadata = { name, annotations: ANNOTATIONS, generation: 1 };
  return seedObject(VERSION, "FlowSchema", metadata, { spec, status: { conditions: [dangling] } });
}

function subject(text: string): JsonObject {
  const [kind = "", ...rest] = text.split(":");
  if (kind === "account") return { kind: "ServiceAccount", serviceAccount: { namespace: rest[0], name: rest[1] } };
  const name = rest.join(":");
  return kind === "user" ? { kind: "User", user: { name } } : { kind: "Group", group: { name } };
}

/** Without a namespace the rule is about what has none; `*` alone is about everything. */
function resourceRule(text: string): JsonObject {
  if (text === "*") return { verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] };
  const [group, resources = "", verbs = "", namespace] = text.split(" ");
  return {
    verbs: verbs.split(","),
    apiGroups: [group === "-" ? "" : group],
    resources: resources.split(","),
    ...(namespace ? { namespaces: [namespace] } : { clusterScope: true }),
  };
}
