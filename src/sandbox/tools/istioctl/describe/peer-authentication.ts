import type { ToolContext } from "../../tool.ts";
import { type Item, listObjects } from "../pods.ts";
import { selects } from "./text.ts";

const PLURAL = "peerauthentications";

/** What TLS a workload asks for, and the policies that say so. */
export async function peerAuthenticationText(
  context: ToolContext,
  namespace: string,
  labels: Item,
  root: string,
): Promise<string> {
  const list = (of: string): Promise<readonly Item[]> =>
    listObjects(context, `/apis/security.istio.io/v1/namespaces/${of}/${PLURAL}`);
  const all = [...(await list(root)), ...(namespace === root ? [] : await list(namespace))];
  const matching = all.filter(({ spec }) => selects(spec?.selector?.matchLabels, labels));
  const { mode, ports } = effective(matching, namespace, root);
  const lines = ["Effective PeerAuthentication:", `   Workload mTLS mode: ${mode}`];
  if (ports.length > 0) lines.push("   Port Level mTLS mode:", ...ports.map(([port, own]) => `      ${port}: ${own}`));
  if (matching.length > 0) {
    const names = matching.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
    lines.push("Applied PeerAuthentication:", `   ${names.join(", ")}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The workload's mode, else its namespace's, else the mesh's, each by its oldest policy; UNSET asks the next. */
function effective(policies: readonly Item[], namespace: string, root: string) {
  const oldest = policies.toSorted((a, b) =>
    String(a.metadata.creationTimestamp).localeCompare(String(b.metadata.creationTimestamp)),
  );
  const isWide = ({ spec }: Item): boolean => Object.keys(spec?.selector?.matchLabels ?? {}).length === 0;
  const own = oldest.find((one) => !isWide(one) && one.metadata.namespace === namespace);
  const levels: readonly (Item | undefined)[] = [
    own,
    oldest.find((one) => isWide(one) && one.metadata.namespace === namespace),
    oldest.find((one) => isWide(one) && one.metadata.namespace === root),
  ];
  const isSaid = (mode: string | undefined): boolean => mode !== undefined && mode !== "UNSET";
  const mode: string = levels.map((one) => one?.spec?.mtls?.mode).find(isSaid) ?? "PERMISSIVE";
  const ports = Object.entries((own?.spec?.portLevelMtls ?? {}) as Record<string, { mode?: string }>);
  return { mode, ports: ports.map(([port, one]) => [port, isSaid(one.mode) ? String(one.mode) : mode] as const) };
}
