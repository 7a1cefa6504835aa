import { readFileSync } from "node:fs";

/** What a config file asks for that the sandbox makes. */
export interface KindConfig {
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly nodes: readonly WantedNode[] | undefined;
}

export interface WantedNode {
  readonly role: "control-plane" | "worker";
  readonly labels: Readonly<Record<string, string>>;
}

/** What is wrong with a config file, in kind's words where kind has some. */
export class ConfigError extends Error {}

type Value = Readonly<Record<string, unknown>>;

const API_VERSION = "kind.x-k8s.io/v1alpha4";

/** The fields of kind's v1alpha4 that have no meaning in the sandbox, by where they stand, and the way round them. */
const NOT_SIMULATED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Cluster: {
    featureGates: "the API server has the gates of a default one",
    runtimeConfig: "only what a default API server serves is there",
    kubeadmConfigPatches: "there is no kubeadm; for a node's labels use `labels`",
    kubeadmConfigPatchesJSON6902: "there is no kubeadm",
    containerdConfigPatches: "there is no containerd, and any image runs",
    containerdConfigPatchesJSON6902: "there is no containerd, and any image runs",
  },
  Node: {
    extraMounts: "nodes have no files of your machine",
    extraPortMappings:
      "no port of your machine is opened; curl reaches the nodes' addresses and node ports as they are",
    gpus: "nodes have no GPUs",
    kubeadmConfigPatches: "there is no kubeadm; for a node's labels use `labels`",
    kubeadmConfigPatchesJSON6902: "there is no kubeadm",
  },
  Networking: {
    dnsSearch: "nodes resolve nothing outside of the cluster",
  },
};

/** What networking is like here: these values are accepted, since they change nothing. */
const NETWORKING: Readonly<Record<string, readonly unknown[]>> = {
  ipFamily: ["ipv4"],
  apiServerAddress: ["127.0.0.1"],
  apiServerPort: [0, -1],
  podSubnet: ["10.244.0.0/16"],
  serviceSubnet: ["10.96.0.0/16"],
  disableDefaultCNI: [false],
  kubeProxyMode: ["iptables"],
};

const KNOWN = {
  Cluster: ["kind", "apiVersion", "name", "nodes", "networking"],
  Node: ["role", "image", "labels"],
  Networking: Object.keys(NETWORKING),
} as const;

/** Read `--config`; `-` is standard input. Errors: ConfigError for what kind refuses and for what is not simulated. */
export async function readKindConfig(file: string): Promise<KindConfig> {
  // Loaded when there is a file to read: every other call of the tool does without.
  const { parse } = await import("./yaml.ts");
  const text = read(file);
  try {
    return configOf(parse(text));
  } catch (error) {
    if (error instanceof ConfigError || !(error instanceof Error)) throw error;
    throw new ConfigError(`unable to decode config: ${error.message.split("\n")[0]}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ConfigError(
      `error reading file: open ${file}: ${isMissing ? "no such file or directory" : String(error)}`,
    );
  }
}

function configOf(value: unknown): KindConfig {
  const { kind, apiVersion, ...rest } = mapOf(value, "Cluster");
  if (apiVersion !== API_VERSION) throw new ConfigError(`unknown apiVersion: ${apiVersion ?? ""}`);
  if (kind !== "Cluster") throw new ConfigError(`unknown kind ${kind ?? ""} for apiVersion: ${apiVersion}`);
  known("Cluster", rest);
  for (const [field, found] of Object.entries(known("Networking", mapOf(rest.networking ?? {}, "Networking")))) {
    if (NETWORKING[field]?.includes(found) === true) continue;
    throw new ConfigError(
      `the sandbox's networking has ${field} ${NETWORKING[field]?.[0]}, and the config asks for ${found}`,
    );
  }
  if (rest.nodes === undefined) return { name: textOf(rest.name), image: undefined, nodes: undefined };
  const nodes = listOf(rest.nodes).map((node) => known("Node", mapOf(node, "Node")));
  const wanted = nodes.map(wantedNode);
  const planes = wanted.filter(({ role }) => role === "control-plane").length;
  if (planes === 0) throw new ConfigError("must have at least one control-plane node");
  if (planes > 1) throw new ConfigError(`the sandbox has one control-plane node, and the config asks for ${planes}`);
  const images = new Set(nodes.map(({ image }) => textOf(image)));
  if (images.size > 1) throw new ConfigError("the sandbox runs all nodes from one image, and the config names several");
  return { name: textOf(rest.name), image: [...images][0], nodes: wanted };
}

function wantedNode({ role = "control-plane", labels = {} }: Value): WantedNode {
  if (role !== "control-plane" && role !== "worker") throw new ConfigError(`"${role}" is not a valid node role`);
  const texts = Object.entries(mapOf(labels, "Labels")).map(([key, value]) => [key, String(value ?? "")]);
  return { role, labels: Object.fromEntries(texts) };
}

/** A map whose fields all mean something here. */
function known(type: keyof typeof KNOWN, value: Value): Value {
  for (const field of Object.keys(value)) {
    const why = NOT_SIMULATED[type]?.[field];
    if (why !== undefined) throw new ConfigError(`\`${field}\` is not simulated: ${why}`);
    if (!(KNOWN[type] as readonly string[]).includes(field)) {
      throw new ConfigError(`unable to decode config: field ${field} not found in type v1alpha4.${type}`);
    }
  }
  return value;
}

function mapOf(value: unknown, type: string): Value {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Value;
  throw new ConfigError(`unable to decode config: cannot unmarshal ${JSON.stringify(value) ?? "nothing"} into ${type}`);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ConfigError(`unable to decode config: cannot unmarshal ${JSON.stringify(value)} into []v1alpha4.Node`);
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : String(value);
}
