import { type Installed, startInstalled } from "../istio/installed.ts";

/** The release as its user downloads it, and its profile demo installed: `$HOME/istio-1.31.0`. */
const RELEASE = [
  "cd $HOME && curl -sSL https://istio.io/downloadIstio | ISTIO_VERSION=1.31.0 sh -",
  "istioctl install --set profile=demo -y",
  "kubectl label namespace default istio-injection=enabled",
];

/** A sandbox in which a task of Istio's documentation may begin; `samples` are those of the release. */
export function startTask(name: string, samples: readonly string[]): Promise<Installed> {
  return startInstalled(name, [
    ...RELEASE,
    ...samples.map((sample) => `kubectl apply -f $HOME/istio-1.31.0/samples/${sample}`),
    "kubectl wait --for=condition=Available deployment --all -A --timeout=30s",
  ]);
}

/** The address of the node, which takes the ingress gateway's node ports. */
export const NODE = "172.18.0.2";

/** The node port of the ingress gateway's port of that name. */
export async function ingressPort({ run }: Installed, name: string): Promise<string> {
  const path = `{.spec.ports[?(@.name=="${name}")].nodePort}`;
  return run(`kubectl -n istio-system get service istio-ingressgateway -o jsonpath='${path}'`);
}
