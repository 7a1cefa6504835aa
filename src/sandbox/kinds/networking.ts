import { formatSelector, type JsonObject, type KubeObject, selectorOf } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, firstThree, NAME, NONE, orElse } from "./column.ts";
import { invalidValue } from "./field-errors.ts";
import { listOf } from "./pod-status.ts";

export const ingress: Behaviour = {
  columns: [
    NAME,
    column("Class", ({ spec }) => orElse(spec?.ingressClassName)),
    column("Hosts", ({ spec }) => hosts(spec)),
    column("Address", ({ status }) =>
      listOf(status?.loadBalancer?.ingress)
        .map(({ ip, hostname }) => ip || hostname)
        .join(","),
    ),
    column("Ports", ({ spec }) => (listOf(spec?.tls).length > 0 ? "80, 443" : "80")),
    AGE,
  ],
  strategy: {
    validate: ({ spec }) =>
      listOf(spec?.rules).length === 0 && spec?.defaultBackend === undefined
        ? [invalidValue("spec", [], "either `defaultBackend` or `rules` must be specified")]
        : [],
  },
};

export const ingressClass: Behaviour = {
  columns: [
    NAME,
    column("Controller", ({ spec }) => spec?.controller ?? ""),
    column("Parameters", ({ spec }) => (spec?.parameters ? reference(spec.parameters) : NONE)),
    AGE,
  ],
};

export const networkPolicy: Behaviour = {
  columns: [NAME, column("Pod-Selector", ({ spec }) => formatSelector(selectorOf(spec?.podSelector ?? {}))), AGE],
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      const { spec } = object;
      spec.policyTypes ??= ["Ingress", ...(listOf(spec.egress).length > 0 ? ["Egress"] : [])];
      const rules = [...listOf(spec.ingress), ...listOf(spec.egress)];
      for (const port of rules.flatMap((rule) => listOf(rule.ports))) port.protocol ??= "TCP";
    },
  },
};

export const ipAddress: Behaviour = {
  columns: [
    NAME,
    column("ParentRef", ({ spec }: KubeObject) => {
      const { group, resource, namespace, name } = (spec?.parentRef ?? {}) as JsonObject;
      return [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join("/");
    }),
    AGE,
  ],
};

export const serviceCidr: Behaviour = {
  columns: [NAME, column("CIDRs", ({ spec }) => (spec?.cidrs ?? []).join(",")), AGE],
};

function hosts(spec: JsonObject | undefined): string {
  const named = listOf(spec?.rules)
    .map(({ host }) => host)
    .filter(Boolean);
  return orElse(firstThree(named), "*");
}

function reference({ apiGroup, kind, name }: JsonObject): string {
  return apiGroup ? `${kind}.${apiGroup}/${name}` : `${kind}/${name}`;
}
