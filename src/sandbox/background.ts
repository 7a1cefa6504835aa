import { rmSync } from "node:fs";
import { ApiServer, type Containers } from "./api/index.ts";
import { BUILD } from "./build.ts";
import { realClock, VaryingPace } from "./control/index.ts";
import { controlEndpoint } from "./control-endpoint.ts";
import { daemonCommands } from "./daemon-commands.ts";
import { type Answer, type DaemonOptions, DEFAULT_CLUSTER, DEFAULT_IMAGE } from "./daemon-options.ts";
import {
  type Identity,
  readIdentity,
  removeHalfWritten,
  type StateFiles,
  setAside,
  stateFiles,
  writeWhole,
} from "./files.ts";
import { FolderWatch } from "./folder-watch.ts";
import { HostAccess } from "./host-access.ts";
import { newIdentity } from "./identity.ts";
import { IdleWatch } from "./idle.ts";
import { beginFromFork, takeKubeconfigOver } from "./kept-fork.ts";
import { addContext, ensureKubeconfig, looksWhole, movePort } from "./kubeconfig.ts";
import { Machine } from "./machine.ts";
import { Internet } from "./outside/index.ts";
import { partsOf, pastLostWrites, readSavedState } from "./saved-state.ts";
import { StateSaver } from "./state-saver.ts";
import { type Running, readRunning } from "./tools/index.ts";
import { WARMING_MS } from "./warmth.ts";

/** The background process: a machine behind an HTTPS port, saved to disk, that stops when nobody needs it. */
export class Background {
  readonly notices: string[] = [];
  readonly #options: DaemonOptions;
  readonly #files: StateFiles;
  readonly #log: (message: string, error?: unknown) => void;
  readonly #onStop: () => void;
  readonly #startedAt = Date.now();
  readonly #pace: VaryingPace;
  #server: ApiServer | undefined;
  #access: HostAccess | undefined;
  #machine: Machine | undefined;
  #identity: Identity | undefined;
  readonly #saver: StateSaver;
  readonly #idle: IdleWatch;
  readonly #folder: FolderWatch;
  #stopping: Promise<void> | undefined;

  constructor(options: DaemonOptions, onStop: () => void, log: (message: string, error?: unknown) => void) {
    this.#options = options;
    this.#pace = new VaryingPace(options.pace, Date.now);
    this.#files = stateFiles(options.stateDir);
    this.#onStop = onStop;
    this.#log = log;
    this.#saver = new StateSaver({
      file: this.#files.state,
      parts: (isFinal) => partsOf(this.#machineNow().save(), isFinal),
      log,
      onGone: () => this.#folder.look(),
    });
    this.#folder = new FolderWatch(this.#files, {
      onGone: () => {
        log("the state folder was removed");
        void this.stop();
      },
      onStranger: () => {
        rmSync(this.#files.running, { recursive: true, force: true });
        this.#announce();
      },
      log,
    });
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
    removeHalfWritten(this.#files);
    const forked = this.#options.from === undefined ? undefined : beginFromFork(this.#options.from, this.#files);
    const known = forked?.identity ?? readIdentity(this.#files);
    const identity = known ?? newIdentity();
    const wasKilled = readRunning(this.#files.dir) !== undefined;
    this.#identity = identity;
    const outside = new Internet({ now: Date.now, tools: this.#files.bin, log: this.#log });
    const machine = new Machine({
      pace: this.#pace,
      rootCertificate: identity.cert,
      tokenKey: identity.key,
      random: Math.random,
      outside,
      apiServer: (socket) => (this.#server === undefined ? socket.destroy() : this.#server.take(socket)),
      log: this.#log,
    });
    this.#machine = machine;
    this.#access = new HostAccess({
      machine,
      outside,
      files: this.#files,
      log: this.#log,
      onUse: () => this.#idle.touch(),
    });
    const [hasMoved] = await Promise.all([this.#listen(machine, identity), this.#access.start(identity.cert)]);
    this.#restore(machine, wasKilled, forked !== undefined);
    if (forked !== undefined) takeKubeconfigOver(this.#files, forked.before, this.#identityNow());
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
    machine.store.watch(undefined, undefined, () => this.#saver.soon());
    this.#saver.soon();
    this.#idle.start();
    const running = this.#announce();
    this.#folder.start(running);
    return { running, answer: this.#status(machine) };
  }

  /** Save, say goodbye, end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    this.#idle.stop();
    this.#folder.stop();
    this.#access?.close();
    if (this.#folder.isGone) this.#saver.stop();
    else this.#saver.now(true);
    this.#machine?.stop();
    rmSync(this.#files.running, { force: true });
    await this.#server?.close();
    this.#onStop();
  }

  #restore(machine: Machine, wasKilled: boolean, isFork: boolean): void {
    const read = readSavedState(this.#files.state);
    if (read.kind === "none") return;
    try {
      if (read.kind === "whole") {
        // There is nothing to watch in what comes back as it was.
        this.#pace.hurry(Date.now() + WARMING_MS);
        machine.restore(pastLostWrites(read.state, wasKilled), isFork);
        return;
      }
    } catch (error) {
      this.#log("the saved state could not be brought back", error);
      machine.deleteCluster();
    }
    const kept = setAside(this.#files.state);
    this.notices.push(
      read.kind === "newer"
        ? `The sandbox's saved state is of a newer version of learn-istio: it begins empty. It is kept as \`${kept}\`.`
        : `The sandbox's saved state cannot be read: it begins empty. It is kept as \`${kept}\`.`,
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
    const control = controlEndpoint(
      daemonCommands({
        machine,
        files: this.#files,
        pace: this.#pace,
        identity: () => this.#identityNow(),
        access: () => this.#access,
        status: () => this.#status(machine),
        hangUp: () => this.#server?.hangUp(),
        save: () => this.#saver.now(),
        stop: () => void this.stop(),
      }),
    );
    return (request, response) => {
      if (control(request, response)) return true;
      if (machine.cluster !== undefined && !machine.isStopped) return false;
      response.writeHead(503, { "Content-Type": "text/plain" });
      response.end(
        machine.isStopped
          ? "the cluster's nodes are stopped: `docker start` starts them"
          : "there is no cluster in the sandbox: `kind create cluster` makes one",
      );
      return true;
    };
  }

  #status(machine: Machine): Answer {
    const { at, error } = this.#saver.saved;
    return {
      pid: process.pid,
      build: BUILD,
      dir: this.#files.dir,
      startedAt: timeOf(this.#startedAt),
      memory: process.memoryUsage.rss(),
      clusters: machine.cluster === undefined ? [] : [machine.cluster.name],
      openStreams: this.#server?.openStreams ?? 0,
      idleStopAt: timeOf(this.#idle.stopAt),
      ...(at !== undefined && { savedAt: timeOf(at) }),
      ...(error !== undefined && { saveError: error }),
    };
  }

  #machineNow(): Machine {
    if (this.#machine === undefined) throw new Error("the sandbox has no machine before it starts");
    return this.#machine;
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
      startedAt: timeOf(this.#startedAt),
    };
    writeWhole(this.#files.running, JSON.stringify(running), false);
    return running;
  }
}

/** The cluster comes and goes; the server stays. */
function containersOf(machine: Machine): Containers {
  const gone = { failure: "there is no cluster" };
  return {
    exec: async (at, command, io) => machine.workloads?.exec(at, command, io) ?? gone,
    attach: async (at, io) => machine.workloads?.attach(at, io) ?? gone,
    forward: async (pod, port) => machine.workloads?.forward(pod, port) ?? { kind: "refused" },
    dial: async (address, port) => machine.workloads?.dial(address, port) ?? { kind: "unreachable" },
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
