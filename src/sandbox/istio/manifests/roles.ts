import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Installation } from "../install/installation.ts";
import { ofRevision } from "./names.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const READ = ["get", "list", "watch"];
const ALL = ["get", "watch", "list", "update", "patch", "create", "delete"];
const OWN_GROUPS = ["security.istio.io", "networking.istio.io", "telemetry.istio.io", "extensions.istio.io"];

function rule(groups: readonly string[], resources: readonly string[], verbs: readonly string[]): JsonObject {
  return { apiGroups: groups, resources, verbs };
}

/** What istiod may do everywhere. */
const CONTROL_PLANE: readonly JsonObject[] = [
  rule(["admissionregistration.k8s.io"], ["mutatingwebhookconfigurations"], [...READ, "update", "patch"]),
  rule(["admissionregistration.k8s.io"], ["validatingwebhookconfigurations"], [...READ, "update"]),
  rule(OWN_GROUPS, ["*"], READ),
  rule(["networking.istio.io"], ["workloadentries", "workloadentries/status", "serviceentries/status"], ALL),
  rule(["security.istio.io"], ["authorizationpolicies/status"], ALL),
  rule(["apiextensions.k8s.io"], ["customresourcedefinitions"], READ),
  rule([""], ["pods", "nodes", "services", "namespaces", "endpoints"], READ),
  rule(["discovery.k8s.io"], ["endpointslices"], READ),
  rule(["networking.k8s.io"], ["ingresses", "ingressclasses"], READ),
  rule(["networking.k8s.io"], ["ingresses/status"], ["*"]),
  rule([""], ["configmaps"], ["create", "get", "list", "watch", "update"]),
  rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]),
  rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]),
  rule(["gateway.networking.k8s.io", "gateway.networking.x-k8s.io"], ["*"], [...READ, "update", "patch"]),
  rule(["gateway.networking.k8s.io"], ["gatewayclasses"], ["create", "update", "patch", "delete"]),
  rule([""], ["secrets"], READ),
];

/** What makes the Deployments of Gateway API gateways. */
const GATEWAY_CONTROLLER: readonly JsonObject[] = [
  rule(["apps"], ["deployments"], ALL),
  rule(["autoscaling"], ["horizontalpodautoscalers"], ALL),
  rule(["policy"], ["poddisruptionbudgets"], ALL),
  rule([""], ["services", "serviceaccounts"], ALL),
];

const READER: readonly JsonObject[] = [
  rule([...OWN_GROUPS, "rbac.istio.io"], ["*"], READ),
  rule(
    [""],
    ["endpoints", "pods", "services", "nodes", "replicationcontrollers", "namespaces", "secrets", "configmaps"],
    READ,
  ),
  rule(["networking.istio.io"], ["workloadentries"], ["get", "watch", "list"]),
  rule(["apiextensions.k8s.io"], ["customresourcedefinitions"], READ),
  rule(["discovery.k8s.io"], ["endpointslices"], READ),
  rule(["apps"], ["replicasets"], READ),
  rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]),
  rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]),
];

/** What istiod may do in its own namespace. */
const OWN_NAMESPACE: readonly JsonObject[] = [
  rule(["networking.istio.io"], ["gateways"], ["create"]),
  rule([""], ["secrets"], ["create", "get", "watch", "list", "update", "delete"]),
  rule([""], ["configmaps"], ["delete"]),
  rule(["coordination.k8s.io"], ["leases"], ["get", "update", "patch", "create"]),
];

/** The cluster's roles of the control plane, and who has them. */
export function clusterRoles(installation: Installation): readonly KubeObject[] {
  const { namespace } = installation;
  const istiod = ofRevision("istiod", installation);
  return [
    {
      name: ofRevision("istio-reader-clusterrole", installation),
      rules: READER,
      account: "istio-reader-service-account",
    },
    { name: ofRevision("istiod-clusterrole", installation), rules: CONTROL_PLANE, account: istiod },
    { name: ofRevision("istiod-gateway-controller", installation), rules: GATEWAY_CONTROLLER, account: istiod },
  ].flatMap(({ name, rules, account }) => {
    const metadata = {
      name: `${name}-${namespace}`,
      labels: { app: account === istiod ? "istiod" : "istio-reader", release: "istio" },
    };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name };
    const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
    return [
      { apiVersion: RBAC, kind: "ClusterRole", metadata, rules },
      { apiVersion: RBAC, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
    ];
  });
}

/** istiod's role in its namespace, and that it has it. */
export function ownRole(installation: Installation): readonly KubeObject[] {
  const name = ofRevision("istiod", installation);
  return boundRole(name, installation.namespace, { app: "istiod", release: "istio" }, OWN_NAMESPACE, name);
}

/** A gateway reads the certificates that its servers name. */
export function secretReader(
  gateway: string,
  namespace: string,
  labels: Record<string, string>,
): readonly KubeObject[] {
  const rules = [rule([""], ["secrets"], ["get", "watch", "list"])];
  return boundRole(`${gateway}-sds`, namespace, labels, rules, `${gateway}-service-account`);
}

function boundRole(
  name: string,
  namespace: string,
  labels: Record<string, string>,
  rules: readonly JsonObject[],
  account: string,
): readonly KubeObject[] {
  const metadata = { name, namespace, labels };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
  return [
    { apiVersion: RBAC, kind: "Role", metadata, rules },
    { apiVersion: RBAC, kind: "RoleBinding", metadata, roleRef, subjects },
  ];
}
