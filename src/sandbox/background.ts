import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { ApiServer, type Containers, createCertificate } from "./api/index.ts";
import { BUILD } from "./build.ts";
import { PACES, realClock } from "./control/index.ts";
import { type ControlBody, type ControlCommand, ControlError, controlEndpoint } from "./control-endpoint.ts";
import { type Answer, type DaemonOptions, DEFAULT_CLUSTER, DEFAULT_IMAGE } from "./daemon-options.ts";
import { type Identity, readIdentity, readJson, type StateFiles, setAside, stateFiles, writeWhole } from "./files.ts";
import { HostAccess } from "./host-access.ts";
import { IdleWatch } from "./idle.ts";
import { inventory } from "./inventory.ts";
import {
  addContext,
  contextName,
  ensureKubeconfig,
  kubeconfigText,
  looksWhole,
  movePort,
  removeContext,
} from "./kubeconfig.ts";
import { type ClusterRecord, Machine, type MachineState } from "./machine.ts";
import type { Running } from "./tools/index.ts";

const SAVE_DELAY_MS = 1000;
const SAVED_VERSION = 1;

interface SavedFile extends MachineState {
  readonly version: number;
}

/** The background process: a machine behind an HTTPS port, saved to disk, that stops when nobody needs it. */
export class Background {
  readonly notices: string[] = [];
  readonly #options: DaemonOptions;
  readonly #files: StateFiles;
  readonly #log: (message: string, error?: unknown) => void;
  readonly #onStop: () => void;
  readonly #startedAt = new Date().toISOString();
  #server: ApiServer | undefined;
  #access: HostAccess | undefined;
  #machine: Machine | undefined;
  #identity: Identity | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  readonly #idle: IdleWatch;
  #stopping: Promise<void> | undefined;

  constructor(options: DaemonOptions, onStop: () => void, log: (message: string, error?: unknown) => void) {
    this.#options = options;
    this.#files = stateFiles(options.stateDir);
    this.#onStop = onStop;
    this.#log = log;
    this.#idle = new IdleWatch({
      clock: realClock,
      idleMs: options.idleMs,
      openStreams: () => this.#server?.openStreams ?? 0,
      onIdle: () => {
        log("idle");
        void this.stop();
      },
    });
  }

  /**
   * Listen, bring back what was saved, and say so in the handshake file. Listening comes first because it is what gives
   * the event loop a turn: so the controllers have theirs only after the client was told, while it starts its kubectl.
   */
  async start(): Promise<{ readonly running: Running; readonly answer: Answer }> {
    const known = readIdentity(this.#files);
    const identity = known ?? newIdentity();
    this.#identity = identity;
    const machine = new Machine({
      pace: PACES[this.#options.pace],
      rootCertificate: identity.cert,
      random: Math.random,
      log: this.#log,
    });
    this.#machine = machine;
    this.#access = new HostAccess({
      machine,
      files: this.#files,
      log: this.#log,
      onUse: () => this.#idle.touch(),
    });
    const [hasMoved] = await Promise.all([this.#listen(machine, identity), this.#access.start(identity.cert)]);
    this.#restore(machine);
    if (hasMoved && machine.cluster !== undefined) {
      await movePort(this.#files, machine.cluster.name, this.#identityNow());
    }
    if (this.#options.cluster === "ready" && machine.cluster === undefined) {
      const { name } = machine.createCluster(DEFAULT_CLUSTER, DEFAULT_IMAGE);
      await addContext(this.#files, name, this.#identityNow());
    } else if (machine.cluster !== undefined && (known === undefined || !looksWhole(this.#files))) {
      await addContext(this.#files, machine.cluster.name, this.#identityNow());
    }
    ensureKubeconfig(this.#files);
    machine.store.watch(undefined, undefined, () => this.#saveSoon());
    this.#saveSoon();
    this.#idle.start();
    return { running: this.#announce(), answer: this.#status(machine) };
  }

  /** Save, say goodbye, end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#saveTimer);
    this.#idle.stop();
    this.#access?.close();
    this.#machine?.stop();
    this.#save();
    rmSync(this.#files.running, { force: true });
    await this.#server?.close();
    this.#onStop();
  }

  #restore(machine: Machine): void {
    if (!existsSync(this.#files.state)) return;
    const saved = readJson<SavedFile>(this.#files.state);
    try {
      if (saved?.version === SAVED_VERSION && typeof saved.store?.resources === "object") {
        machine.restore(saved);
        return;
      }
    } catch (error) {
      this.#log("the saved state could not be brought back", error);
      machine.deleteCluster();
    }
    const kept = setAside(this.#files.state);
    this.notices.push(
      `The sandbox's saved state cannot be read by this version: it begins empty. It is kept as \`${kept}\`.`,
    );
  }

  /** True when the port of before was taken, so that the kubeconfig must follow. */
  async #listen(machine: Machine, identity: Identity): Promise<boolean> {
    this.#server = new ApiServer({
      registry: machine.registry,
      token: identity.token,
      certificate: { key: identity.key, cert: identity.cert },
      extra: this.#extra(machine),
      logs: (pod, container, options) => machine.workloads?.logs(pod, container, options) ?? [],
      containers: containersOf(machine),
      log: this.#log,
      onRequest: () => this.#idle.touch(),
    });
    const port = await this.#server.listen(identity.port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") throw error;
      return undefined;
    });
    const actual = port ?? (await this.#server.listen(0));
    if (actual === identity.port) return false;
    this.#identity = { ...identity, port: actual };
    writeWhole(this.#files.identity, JSON.stringify(this.#identity));
    if (port !== undefined) return false;
    this.notices.push(
      `Port ${identity.port} is taken: the sandbox listens on ${actual} now, and its kubeconfig says so.`,
    );
    return true;
  }

  /** Commands first; without a cluster there is no Kubernetes to answer for. */
  #extra(machine: Machine): ConstructorParameters<typeof ApiServer>[0]["extra"] & {} {
    const control = controlEndpoint(this.#commands(machine));
    return (request, response) => {
      if (control(request, response)) return true;
      if (machine.cluster !== undefined) return false;
      response.writeHead(503, { "Content-Type": "text/plain" });
      response.end("there is no cluster in the sandbox: `kind create cluster` makes one");
      return true;
    };
  }

  #commands(machine: Machine): Readonly<Record<string, ControlCommand>> {
    return {
      status: () => this.#status(machine),
      clusters: () => ({ clusters: machine.cluster === undefined ? [] : [machine.cluster] }),
      "create-cluster": (body) => this.#create(machine, body),
      "delete-cluster": (body) => this.#delete(machine, body),
      "export-kubeconfig": (body) => this.#export(machine, body),
      kubeconfig: (body) => this.#kubeconfig(machine, body),
      inventory: () => ({ items: inventory(machine.cluster?.name, machine.store.dump()) }),
      open: (body) => this.#access?.open(String(body.service ?? "")),
      ready: () => ({ ready: machine.isReady }),
      reset: (body) => this.#reset(machine, body),
      stop: () => {
        setImmediate(() => void this.stop());
        return { pid: process.pid };
      },
    };
  }

  #status(machine: Machine): Answer {
    return {
      pid: process.pid,
      build: BUILD,
      startedAt: this.#startedAt,
      memory: process.memoryUsage.rss(),
      clusters: machine.cluster === undefined ? [] : [machine.cluster.name],
    };
  }

  async #create(machine: Machine, body: ControlBody): Promise<unknown> {
    const name = String(body.name ?? DEFAULT_CLUSTER);
    const existing = machine.cluster?.name;
    if (existing === name) throw new ControlError(`node(s) already exist for a cluster with the name "${name}"`);
    if (existing !== undefined) {
      throw new ControlError(
        `the sandbox holds one cluster at a time and has "${existing}"; delete it first: kind delete cluster --name ${existing}`,
      );
    }
    machine.createCluster(name, String(body.image ?? DEFAULT_IMAGE));
    await addContext(this.#files, name, this.#identityNow());
    this.#save();
    return { name, kubeconfig: this.#files.kubeconfig, pace: this.#options.pace };
  }

  async #delete(machine: Machine, body: ControlBody): Promise<unknown> {
    const name = String(body.name);
    await removeContext(this.#files, name);
    if (machine.cluster?.name !== name) return { nodes: [] };
    machine.deleteCluster();
    this.#save();
    return { nodes: [`${name}-control-plane`] };
  }

  async #export(machine: Machine, body: ControlBody): Promise<unknown> {
    const { name } = this.#clusterNamed(machine, body);
    await addContext(this.#files, name, this.#identityNow());
    return { context: contextName(name), kubeconfig: this.#files.kubeconfig };
  }

  #kubeconfig(machine: Machine, body: ControlBody): unknown {
    const { name } = this.#clusterNamed(machine, body);
    return { text: kubeconfigText(name, this.#identityNow()) };
  }

  async #reset(machine: Machine, body: ControlBody): Promise<unknown> {
    if (machine.cluster !== undefined) {
      await removeContext(this.#files, machine.cluster.name);
      machine.deleteCluster();
    }
    rmSync(this.#files.kubecache, { recursive: true, force: true });
    if (body.cluster === "ready") await this.#create(machine, {});
    this.#save();
    return {};
  }

  #clusterNamed(machine: Machine, body: ControlBody): ClusterRecord {
    if (machine.cluster?.name === body.name && machine.cluster !== undefined) return machine.cluster;
    throw new ControlError(
      `could not locate any control plane nodes for cluster named '${body.name}'. Use the --name option to select a different cluster`,
    );
  }

  #identityNow(): Identity {
    if (this.#identity === undefined) throw new Error("the sandbox has no identity before it starts");
    return this.#identity;
  }

  #announce(): Running {
    const { port, token, cert } = this.#identityNow();
    const running: Running = {
      pid: process.pid,
      port,
      token,
      cert,
      build: BUILD,
      pace: this.#options.pace,
      startedAt: this.#startedAt,
    };
    writeWhole(this.#files.running, JSON.stringify(running), false);
    return running;
  }

  /** The first change starts the clock: a busy cluster is saved every second, not never. */
  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => this.#save(), SAVE_DELAY_MS);
  }

  #save(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    if (this.#machine === undefined) return;
    const saved: SavedFile = { version: SAVED_VERSION, ...this.#machine.save() };
    try {
      writeWhole(this.#files.state, JSON.stringify(saved));
    } catch (error) {
      this.#log("the state could not be saved", error);
    }
  }
}

/** The cluster comes and goes; the server stays. */
function containersOf(machine: Machine): Containers {
  const gone = { failure: "there is no cluster" };
  return {
    exec: async (at, command, io) => machine.workloads?.exec(at, command, io) ?? gone,
    attach: async (at, io) => machine.workloads?.attach(at, io) ?? gone,
    request: async (pod, port, request) => machine.workloads?.request(pod, port, request) ?? "refused",
    listens: (pod, port) => machine.workloads?.listens(pod, port) ?? false,
  };
}

function newIdentity(): Identity {
  const { key, cert } = createCertificate(Date.now());
  return { token: randomBytes(32).toString("hex"), port: 0, key, cert };
}
