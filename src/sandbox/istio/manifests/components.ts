import type { KubeObject } from "../../objects/index.ts";
import { readDefinitions } from "../generated.ts";
import type { Installation } from "../install/installation.ts";
import { configMaps, type WriteYaml } from "./config-maps.ts";
import { gateway } from "./gateway.ts";
import { istiod } from "./istiod.ts";
import { ofRevision, ownLabels } from "./names.ts";
import { clusterRoles, ownRole } from "./roles.ts";
import { defaultValidator, injector, revisionTag, validator } from "./webhooks.ts";

/** A part of an installation, in istioctl's words, with its objects in the order in which they are made. */
export interface Component {
  readonly kind: "Base" | "Pilot" | "IngressGateways" | "EgressGateways";
  readonly objects: readonly KubeObject[];
}

/** The objects of an installation by component: base (with the CustomResourceDefinitions), istiod, gateways. */
export function componentsOf(installation: Installation, toYaml: WriteYaml): readonly Component[] {
  const { hasBase, hasPilot, gateways } = installation;
  const of = (kind: "ingress" | "egress"): readonly KubeObject[] =>
    gateways.filter((one) => one.kind === kind).flatMap((one) => gateway(installation, one));
  const all: readonly Component[] = [
    { kind: "Base", objects: hasBase ? base(installation) : [] },
    { kind: "Pilot", objects: hasPilot ? controlPlane(installation, toYaml) : [] },
    { kind: "IngressGateways", objects: of("ingress") },
    { kind: "EgressGateways", objects: of("egress") },
  ];
  return all.filter(({ objects }) => objects.length > 0);
}

/** The tag `default` and the validator of what is labelled for no revision: made where no other revision has them. */
export function defaultTag(installation: Installation): readonly KubeObject[] {
  return tagObjects(installation, "default");
}

/** A tag of a revision; the tag `default` also has the validator of what is labelled for no revision. */
export function tagObjects(installation: Installation, tag: string): readonly KubeObject[] {
  return [revisionTag(installation, tag), ...(tag === "default" ? [defaultValidator(installation)] : [])];
}

function base(installation: Installation): readonly KubeObject[] {
  return [
    ...readDefinitions(installation.release.definitions),
    account(installation, "istio-reader-service-account", "istio-reader", "Base"),
  ];
}

function controlPlane(installation: Installation, toYaml: WriteYaml): readonly KubeObject[] {
  return [
    account(installation, ofRevision("istiod", installation), "istiod", "Pilot"),
    ...clusterRoles(installation),
    ...ownRole(installation),
    ...configMaps(installation, toYaml),
    injector(installation),
    validator(installation),
    ...istiod(installation),
  ];
}

function account(installation: Installation, name: string, app: string, component: string): KubeObject {
  const { "istio.io/rev": _, ...labels } = ownLabels(installation, component);
  const metadata = { name, namespace: installation.namespace, labels: { ...labels, app } };
  return { apiVersion: "v1", kind: "ServiceAccount", metadata };
}
