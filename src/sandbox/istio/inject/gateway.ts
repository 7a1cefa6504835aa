import type { JsonObject } from "../../objects/index.ts";
import {
  canonicalLabels,
  defaultContainer,
  PROXY_MOUNTS,
  proxyArgs,
  proxyEnv,
  proxyVolumes,
  readiness,
} from "./proxy-parts.ts";
import { appContainers, type Injection, proxyImage } from "./request.ts";

/** Template `gateway`: the pod's own container `istio-proxy` with the image `auto` becomes a gateway. */
export function gatewayTemplate(injection: Injection): JsonObject {
  const { pod, settings } = injection;
  const { global } = settings.values;
  return {
    metadata: {
      labels: {
        ...canonicalLabels(injection),
        "istio.io/rev": pod.metadata.labels?.["istio.io/rev"] || settings.revision || "default",
      },
      annotations: appContainers(injection).length === 1 ? defaultContainer(injection) : {},
    },
    spec: {
      containers: [
        {
          name: "istio-proxy",
          image: proxyImage(injection),
          ports: [{ name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" }],
          args: proxyArgs(injection, "router"),
          ...(global.proxy.lifecycle && { lifecycle: global.proxy.lifecycle }),
          env: proxyEnv(injection, "router"),
          ...(global.imagePullPolicy && { imagePullPolicy: global.imagePullPolicy }),
          readinessProbe: readiness(injection),
          volumeMounts: PROXY_MOUNTS,
        },
      ],
      volumes: proxyVolumes(injection),
    },
  };
}
