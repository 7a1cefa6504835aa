import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Installation } from "../install/installation.ts";
import { overlay } from "../install/tree.ts";
import { ofRevision, ownLabels } from "./names.ts";

/** Writes a value as YAML. */
export type WriteYaml = (value: unknown) => string;

/** What the mesh is told: ConfigMaps `istio` (the mesh's options), `istio-sidecar-injector` and `values`. */
export function configMaps(installation: Installation, toYaml: WriteYaml): readonly KubeObject[] {
  const { values, namespace } = installation;
  const { defaultRevision: _, gateways, ...kept } = values;
  const make = (name: string, data: Record<string, string>): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ofRevision(name, installation), namespace, labels: ownLabels(installation, "Pilot") },
    data,
  });
  return [
    make("istio", { mesh: toYaml(meshOptions(installation)).trimEnd(), meshNetworks: "networks: {}" }),
    make("istio-sidecar-injector", {
      config: toYaml(injectorConfig(installation)).trimEnd(),
      values: JSON.stringify({ gateways: { securityContext: {} }, ...injectorValues(kept) }, undefined, 2),
    }),
    make("values", {
      "merged-values": JSON.stringify({ ...kept, gateways }, undefined, 2),
      "original-values": JSON.stringify(kept, undefined, 2),
    }),
  ];
}

function injectorValues({ global, istio_cni, pilot, revision, sidecarInjectorWebhook }: JsonObject): JsonObject {
  return { global, istio_cni, pilot: { env: pilot.env }, revision, sidecarInjectorWebhook };
}

/** `mesh` as the chart begins it, what the user says of `meshConfig` laid on it. */
function meshOptions(installation: Installation): JsonObject {
  const { namespace, values } = installation;
  const own = {
    defaultConfig: { discoveryAddress: `${ofRevision("istiod", installation)}.${namespace}.svc:15012` },
    defaultProviders: { metrics: ["prometheus"] },
    rootNamespace: namespace,
    trustDomain: "cluster.local",
  };
  return overlay(own, values.meshConfig);
}

/** The templates themselves are the injector's own here, so their texts are left out. */
function injectorConfig({ values }: Installation): JsonObject {
  const { alwaysInjectSelector, defaultTemplates, injectedAnnotations, neverInjectSelector } =
    values.sidecarInjectorWebhook;
  return {
    policy: values.global.proxy.autoInject,
    alwaysInjectSelector,
    neverInjectSelector,
    injectedAnnotations,
    defaultTemplates: defaultTemplates.length > 0 ? defaultTemplates : ["sidecar"],
  };
}
