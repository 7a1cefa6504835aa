import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Installation } from "../install/installation.ts";
import { chartLabels, ofRevision, ownLabels, revisionLabel } from "./names.ts";

const REGISTRATION = "admissionregistration.k8s.io/v1";
const INJECT = "sidecar.istio.io/inject";
const REVISION = "istio.io/rev";
const NAMESPACE = "istio-injection";

interface Term {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

const is = (key: string, value: string): Term => ({ key, operator: "In", values: [value] });
const isNot = (key: string, value: string): Term => ({ key, operator: "NotIn", values: [value] });
const isAbsent = (key: string): Term => ({ key, operator: "DoesNotExist" });

interface Case {
  readonly prefix: string;
  readonly namespace: readonly Term[];
  readonly object: readonly Term[];
}

/** A revision or a tag by its name: the namespace's word counts, and the pod's where the namespace has none. */
function named(name: string): readonly Case[] {
  return [
    {
      prefix: "rev.namespace.",
      namespace: [is(REVISION, name), isAbsent(NAMESPACE)],
      object: [isNot(INJECT, "false")],
    },
    {
      prefix: "rev.object.",
      namespace: [isAbsent(REVISION), isAbsent(NAMESPACE)],
      object: [isNot(INJECT, "false"), is(REVISION, name)],
    },
  ];
}

/** The labels that name no revision are the default's. */
function unnamed(everywhere: boolean): readonly Case[] {
  const cases: readonly Case[] = [
    { prefix: "namespace.", namespace: [is(NAMESPACE, "enabled")], object: [isNot(INJECT, "false")] },
    {
      prefix: "object.",
      namespace: [isAbsent(NAMESPACE), isAbsent(REVISION)],
      object: [is(INJECT, "true"), isAbsent(REVISION)],
    },
  ];
  if (!everywhere) return cases;
  const system = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];
  const rest: Case = {
    prefix: "auto.",
    namespace: [
      isAbsent(NAMESPACE),
      isAbsent(REVISION),
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: system },
    ],
    object: [isAbsent(INJECT), isAbsent(REVISION)],
  };
  return [...cases, rest];
}

/** Never true: how a webhook that another one stands in for is kept and put out of work. */
const NOBODY = { matchLabels: { "istio.io/deactivated": "never-match" } };

/** The injector of a revision. The default revision's leaves its work to the tag `default`, which can be moved to another. */
export function injector(installation: Installation): KubeObject {
  const { revision, values } = installation;
  const everywhere = values.sidecarInjectorWebhook.enableNamespacesByDefault === true;
  const cases = revision === "" ? [...named("default"), ...unnamed(everywhere)] : named(revision);
  const object = mutating(installation, ofRevision("istio-sidecar-injector", installation), {}, cases);
  if (revision !== "") return object;
  const webhooks = object.webhooks as readonly JsonObject[];
  return {
    ...object,
    webhooks: webhooks.map((one) => ({ ...one, namespaceSelector: NOBODY, objectSelector: NOBODY })),
  };
}

/** A tag: another name for a revision. The tag `default` also answers for labels that name no revision. */
export function revisionTag(installation: Installation, tag: string): KubeObject {
  const everywhere = installation.values.sidecarInjectorWebhook.enableNamespacesByDefault === true;
  const cases = [...named(tag), ...(tag === "default" ? unnamed(everywhere) : [])];
  return mutating(installation, `istio-revision-tag-${tag}`, { "istio.io/tag": tag }, cases);
}

function mutating(
  installation: Installation,
  name: string,
  labels: Record<string, string>,
  cases: readonly Case[],
): KubeObject {
  const { values } = installation;
  return {
    apiVersion: REGISTRATION,
    kind: "MutatingWebhookConfiguration",
    metadata: {
      name,
      labels: {
        ...ownLabels(installation, "Pilot"),
        ...chartLabels(installation, "istiod", "istiod"),
        app: "sidecar-injector",
        ...labels,
      },
    },
    webhooks: cases.map(({ prefix, namespace, object }) => ({
      name: `${prefix}sidecar-injector.istio.io`,
      admissionReviewVersions: ["v1"],
      clientConfig: { service: { ...istiod(installation), path: "/inject", port: 443 } },
      failurePolicy: "Fail",
      namespaceSelector: { matchExpressions: namespace },
      objectSelector: { matchExpressions: object },
      reinvocationPolicy: values.sidecarInjectorWebhook.reinvocationPolicy,
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      sideEffects: "None",
    })),
  };
}

/** The validator of a revision: of what is labelled for it. Open until istiod itself shuts it, when it can answer. */
export function validator(installation: Installation): KubeObject {
  const name = `${ofRevision("istio-validator", installation)}-${installation.namespace}`;
  return validating(installation, name, {}, "rev.validation.istio.io", [is(REVISION, revisionLabel(installation))]);
}

/** The validator of what is labelled for no revision. */
export function defaultValidator(installation: Installation): KubeObject {
  const labels = { "istio.io/tag": "default", "operator.istio.io/component": "Pilot" };
  const terms = [isAbsent(REVISION), isAbsent("admission.istio.io/ignore")];
  return validating(installation, "istiod-default-validator", labels, "validation.istio.io", terms);
}

function validating(
  installation: Installation,
  name: string,
  labels: Record<string, string>,
  webhook: string,
  terms: readonly Term[],
): KubeObject {
  const groups = ["security.istio.io", "networking.istio.io", "telemetry.istio.io", "extensions.istio.io"];
  const rules: readonly JsonObject[] = [
    { apiGroups: groups, apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: ["*"] },
  ];
  return {
    apiVersion: REGISTRATION,
    kind: "ValidatingWebhookConfiguration",
    metadata: {
      name,
      labels: {
        app: "istiod",
        istio: "istiod",
        "istio.io/rev": revisionLabel(installation),
        release: "istio",
        ...labels,
      },
    },
    webhooks: [
      {
        name: webhook,
        admissionReviewVersions: ["v1beta1", "v1"],
        clientConfig: { service: { ...istiod(installation), path: "/validate" } },
        failurePolicy: "Ignore",
        objectSelector: { matchExpressions: terms },
        rules,
        sideEffects: "None",
      },
    ],
  };
}

function istiod(installation: Installation): { name: string; namespace: string } {
  return { name: ofRevision("istiod", installation), namespace: installation.namespace };
}
