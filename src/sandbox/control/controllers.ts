import type { Controller } from "./controller.ts";
import { daemonSetController } from "./daemon-set.ts";
import { deploymentController } from "./deployment.ts";
import { endpointsController } from "./endpoints.ts";
import { jobController } from "./job.ts";
import { namespaceController } from "./namespace.ts";
import { nodeController } from "./node.ts";
import type { Pace } from "./pace.ts";
import { podController } from "./pod.ts";
import { replicaSetController } from "./replica-set.ts";
import { statefulSetController } from "./stateful-set.ts";

/** Every controller of the cluster. `rootCertificate` (PEM) is what pods trust. */
export function allControllers(pace: Pace, rootCertificate: string): readonly Controller[] {
  return [
    namespaceController(rootCertificate),
    deploymentController,
    replicaSetController,
    daemonSetController,
    statefulSetController,
    jobController,
    podController(pace),
    endpointsController,
    nodeController,
  ];
}
