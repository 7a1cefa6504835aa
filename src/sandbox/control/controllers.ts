import { availabilityController, customApisController } from "./api-services.ts";
import { autoscalerController } from "./autoscaler.ts";
import { claimController } from "./claim-volumes.ts";
import { aggregationController } from "./cluster-role-aggregation.ts";
import type { Controller } from "./controller.ts";
import { cronJobController } from "./cron-job.ts";
import { daemonSetController } from "./daemon-set.ts";
import { deploymentController } from "./deployment.ts";
import { disruptionController } from "./disruption.ts";
import { endpointsController } from "./endpoints.ts";
import { jobController } from "./job.ts";
import { loadBalancerController } from "./load-balancer.ts";
import { metallbSecretController } from "./metallb-secret.ts";
import { namespaceController } from "./namespace.ts";
import { nodeController } from "./node.ts";
import type { Pace } from "./pace.ts";
import { volumeController } from "./persistent-volumes.ts";
import { podController } from "./pod.ts";
import { replicaSetController } from "./replica-set.ts";
import { quotaController } from "./resource-quota.ts";
import type { Runtime } from "./runtime.ts";
import { serviceAddressController } from "./service-addresses.ts";
import { statefulSetController } from "./stateful-set.ts";

/** Every controller of the cluster. `rootCertificate` (PEM) is what pods trust; `runtime` runs what is in them. */
export function allControllers(pace: Pace, rootCertificate: string, runtime?: Runtime): readonly Controller[] {
  return [
    namespaceController(rootCertificate),
    deploymentController,
    replicaSetController,
    daemonSetController,
    statefulSetController,
    jobController(pace),
    podController(pace, runtime),
    endpointsController,
    loadBalancerController,
    metallbSecretController,
    nodeController,
    claimController,
    volumeController,
    disruptionController,
    aggregationController,
    autoscalerController,
    quotaController,
    cronJobController,
    serviceAddressController,
    customApisController,
    availabilityController,
  ];
}
