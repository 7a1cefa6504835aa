import { existsSync, readFileSync } from "node:fs";
import { type Identity, type StateFiles, setAside, writeWhole } from "./files.ts";
import type { JsonObject } from "./objects/index.ts";

const EMPTY: JsonObject = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [],
  contexts: [],
  "current-context": "",
  preferences: {},
  users: [],
};

const EMPTY_TEXT = `apiVersion: v1
kind: Config
clusters: []
contexts: []
current-context: ""
preferences: {}
users: []
`;

/** kind's name for a cluster's context, cluster and user. */
export function contextName(cluster: string): string {
  return `kind-${cluster}`;
}

/** Make sure that there is a kubeconfig: kubectl with a missing one would look elsewhere. */
export function ensureKubeconfig(files: StateFiles): void {
  if (!existsSync(files.kubeconfig)) writeWhole(files.kubeconfig, EMPTY_TEXT);
}

/** Whether a kubeconfig holds what each one begins with: a look that costs no YAML parser. */
export function looksWhole(files: StateFiles): boolean {
  try {
    const text = readFileSync(files.kubeconfig, "utf8");
    return /^apiVersion:/m.test(text) && /^clusters:/m.test(text) && /^users:/m.test(text);
  } catch {
    return false;
  }
}

/** Write the cluster's context and make it the current one; what else the user put there (a namespace) stays. */
export async function addContext(files: StateFiles, cluster: string, identity: Identity): Promise<void> {
  if (hasNothing(files)) return writeWhole(files.kubeconfig, kubeconfigText(cluster, identity));
  const config = await read(files);
  const name = contextName(cluster);
  const entry = kubeconfigFor(cluster, identity);
  const known = config.contexts.find((one: JsonObject) => one.name === name);
  await write(files, {
    ...config,
    clusters: replaced(config.clusters, entry.clusters[0]),
    users: replaced(config.users, entry.users[0]),
    contexts: replaced(config.contexts, known ?? entry.contexts[0]),
    "current-context": name,
  });
}

/** Point every cluster of ours at the port that is ours now. */
export async function movePort(files: StateFiles, cluster: string, identity: Identity): Promise<void> {
  const config = await read(files);
  const [entry] = kubeconfigFor(cluster, identity).clusters;
  await write(files, { ...config, clusters: replaced(config.clusters, entry) });
}

/** Take the cluster's context away, and the choice of it. */
export async function removeContext(files: StateFiles, cluster: string): Promise<void> {
  const config = await read(files);
  const name = contextName(cluster);
  const others = (list: readonly JsonObject[]): readonly JsonObject[] => list.filter((one) => one.name !== name);
  await write(files, {
    ...config,
    clusters: others(config.clusters),
    users: others(config.users),
    contexts: others(config.contexts),
    "current-context": config["current-context"] === name ? "" : config["current-context"],
  });
}

/** A kubeconfig with one cluster: what `kind get kubeconfig` prints. Written without a YAML package: a start does without. */
export function kubeconfigText(cluster: string, identity: Identity): string {
  const name = JSON.stringify(contextName(cluster));
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${name}
    cluster:
      certificate-authority-data: ${authorityOf(identity)}
      server: https://127.0.0.1:${identity.port}
contexts:
  - name: ${name}
    context:
      cluster: ${name}
      user: ${name}
current-context: ${name}
preferences: {}
users:
  - name: ${name}
    user:
      token: ${JSON.stringify(identity.token)}
`;
}

/** The same as a value, to be merged into what is there. */
function kubeconfigFor(cluster: string, identity: Identity): JsonObject {
  const name = contextName(cluster);
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: {
          "certificate-authority-data": authorityOf(identity),
          server: `https://127.0.0.1:${identity.port}`,
        },
        name,
      },
    ],
    contexts: [{ context: { cluster: name, user: name }, name }],
    "current-context": name,
    kind: "Config",
    preferences: {},
    users: [{ name, user: { token: identity.token } }],
  };
}

function authorityOf({ cert }: Identity): string {
  return Buffer.from(cert).toString("base64");
}

/** No kubeconfig, or the one that `ensureKubeconfig` wrote: there is nothing to merge with. */
function hasNothing(files: StateFiles): boolean {
  return !existsSync(files.kubeconfig) || readFileSync(files.kubeconfig, "utf8") === EMPTY_TEXT;
}

function replaced(list: readonly JsonObject[], entry: JsonObject | undefined): readonly JsonObject[] {
  if (entry === undefined) return list;
  return [...list.filter((one) => one.name !== entry.name), entry];
}

async function read(files: StateFiles): Promise<JsonObject> {
  if (!existsSync(files.kubeconfig)) return EMPTY;
  const { parse } = await import("./yaml.ts");
  let found: JsonObject;
  try {
    found = parse(readFileSync(files.kubeconfig, "utf8")) ?? {};
    if (typeof found !== "object" || Array.isArray(found)) throw new Error("not a kubeconfig");
  } catch {
    setAside(files.kubeconfig);
    return EMPTY;
  }
  const list = (name: string): readonly JsonObject[] => (Array.isArray(found[name]) ? found[name] : []);
  return { ...EMPTY, ...found, clusters: list("clusters"), contexts: list("contexts"), users: list("users") };
}

async function write(files: StateFiles, config: JsonObject): Promise<void> {
  const { stringify } = await import("./yaml.ts");
  writeWhole(files.kubeconfig, stringify(config, { lineWidth: 0 }));
}
