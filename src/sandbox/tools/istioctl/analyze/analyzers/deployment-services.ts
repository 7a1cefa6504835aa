import {
  type Analyzer,
  fullName,
  grouped,
  hasLabels,
  type Item,
  items,
  type Message,
  pairs,
  type Resource,
  report,
  type World,
} from "../model.ts";
import { deploymentInMesh } from "../pods.ts";

interface Used {
  readonly service: string;
  readonly port: number;
  readonly target: string;
  readonly protocol: string;
}

/** Services of one Deployment that do not agree about a port. */
export const deploymentServices: Analyzer = {
  name: "deployment.MultiServiceAnalyzer",
  description: "Checks association between services and pods",
  inputs: ["Service", "Deployment", "Namespace"],
  *analyze(world) {
    for (const one of world.list("Deployment")) {
      const isWaypoint = one.labels["gateway.istio.io/managed"] === "istio.io-mesh-controller";
      if (!isWaypoint && deploymentInMesh(one, world)) yield* judged(one, portsOf(one, world));
    }
  },
};

function* judged(deployment: Resource, ports: readonly Used[]): Iterable<Message> {
  for (const [port, users] of grouped(ports, (one) => String(one.port))) {
    if (new Set(users.map(({ protocol }) => protocol)).size < 2) continue;
    const names = users.map(({ service }) => service).sort();
    yield report(deployment, "DeploymentAssociatedToMultipleServices", [deployment.name, port, names], "metadata.name");
  }
  for (const [target, users] of grouped(ports, (one) => one.target)) {
    const last = new Map(users.map(({ port, service }) => [port, service]));
    if (last.size < 2) continue;
    const numbers = [...last.keys()].sort((a, b) => a - b);
    const args = [deployment.name, [...last.values()].sort(), target, numbers];
    yield report(deployment, "DeploymentConflictingPorts", args, "metadata.name");
  }
}

/** The ports of the Services that select what a Deployment makes. */
function portsOf({ namespace, spec }: Resource, world: World): readonly Used[] {
  const labels = spec.template?.metadata?.labels ?? {};
  return world
    .list("Service")
    .filter((one) => one.namespace === namespace && pairs(one.spec.selector).length > 0)
    .filter((one) => hasLabels(labels, one.spec.selector))
    .flatMap((one) =>
      items(one.spec.ports).map(({ port, targetPort, protocol }: Item) => ({
        service: fullName(one),
        port,
        target: String(targetPort || port),
        protocol: protocol || "TCP",
      })),
    );
}
