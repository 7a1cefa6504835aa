import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { type ContainerRef, containerStatus, type Exit, type ProcessIo } from "../api/index.ts";
import { BrokenPipe } from "../bytes/index.ts";
import { restarts } from "../control/index.ts";
import type { Arrival, ClusterNetwork } from "../network/index.ts";
import type { JsonObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import { environment } from "./container/environment.ts";
import { makeFiles } from "./container/make.ts";
import type { SharedVolumes, VolumeSources } from "./container/mounts.ts";
import { procDirectory } from "./container/proc.ts";
import { mainWords, ownServer } from "./container-process.ts";
import { clientOf } from "./fetch.ts";
import type { Server, ServerContext } from "./images/image.ts";
import { imageNamed } from "./images/index.ts";
import { ContainerLog, type Line } from "./log.ts";
import type { Machine } from "./machine.ts";
import { PodNetwork } from "./network.ts";
import { Killed, whileAlive } from "./process.ts";
import type { Play } from "./shell/state.ts";
import { aborted, silence } from "./silence.ts";
import { mayHold, playSilent } from "./simulated.ts";

const SIGTERM = 15;
const WAIT_FOR_ATTACH_MS = 2000;

/** What a container's run needs of its surroundings. */
export interface RunContext {
  readonly store: Pick<Store, "get" | "list"> & VolumeSources;
  readonly network: ClusterNetwork;
  /** Milliseconds. */
  readonly now: () => number;
  /** Milliseconds that one of the kubelet's own seconds takes. */
  readonly secondMs: () => number;
  /** What the pod's containers share. */
  readonly volumes: SharedVolumes;
  /** What it had written when it was saved. */
  readonly written?: readonly Line[] | undefined;
  /** Its own process has ended by itself. */
  readonly onExit: (code: number, reason: string | undefined) => void;
  readonly log: (error: unknown) => void;
}

/** One run of a container, from its start to its end: files, log, its own process and those of `kubectl exec`. */
export class ContainerRun {
  readonly machine: Machine;
  readonly spec: JsonObject;
  readonly log: ContainerLog;
  #server: Server | undefined;
  /** Milliseconds since the epoch: when its server takes connections. */
  readonly #listensAt: number = 0;
  readonly #context: RunContext;
  readonly #env: ReadonlyMap<string, string>;
  readonly #stop = new AbortController();
  /** Connections that its server has taken. */
  readonly #taken = new Set<Duplex>();
  /** Clients of attach get what it writes. */
  readonly #attached = new Set<ProcessIo>();
  /** Its own process, where that is a command that can be run here. */
  #main: Promise<Exit> | undefined;
  #isGuess = false;
  #nextPid = 7;
  #isTold = false;

  constructor({ pod, container }: ContainerRef, spec: JsonObject, context: RunContext) {
    const { store, now, network, volumes, written } = context;
    const image = imageNamed(String(spec.image));
    const files = makeFiles(store, pod, spec, image, volumes, now);
    this.#context = context;
    this.spec = spec;
    this.log = new ContainerLog(now);
    const own = new PodNetwork(network, pod);
    this.machine = {
      pod,
      container,
      image,
      files,
      network: own,
      now,
      processes: new Map(),
      daemon: this.#daemon.bind(this),
    };
    this.#env = environment(store, pod, spec, image.env);
    files.put("/proc", procDirectory(this.machine, this.#env));
    this.machine.processes.set(1, { pid: 1, words: this.#words, startedAt: now(), kill: () => {} });
    const { state } = containerStatus(pod, container) ?? {};
    const startedAt = Date.parse(state?.running?.startedAt ?? state?.terminated?.startedAt ?? "") || now();
    this.#server = ownServer(spec, this.#env);
    this.#listensAt = startedAt + (this.#server?.startSeconds ?? 0) * context.secondMs();
    for (const { text, time } of written ?? this.#startLog(startedAt)) this.log.add(text, time);
  }

  #startLog(time: number): readonly Line[] {
    const at = { ...this.serverContext({ from: "", fromPort: 0, port: 0 }), now: time };
    return (this.#server?.startLog(at) ?? []).map((text) => ({ text, time }));
  }

  /** What its server knows of a connection. */
  serverContext({ from, fromPort, port }: Arrival): ServerContext {
    const { pod, files, network, now } = this.machine;
    return {
      pod,
      image: String(this.spec.image),
      port,
      from,
      fromPort,
      now: now(),
      env: this.#env,
      readFile: (path) => {
        const node = files.find(path);
        return node?.kind === "file" ? node.data : undefined;
      },
      dial: (own) => network.dial(network.address, own),
      log: (line) => this.log.add(line),
      ...clientOf(this.machine.network, this.#stop.signal),
    };
  }

  /** Whether its server takes connections at a port now. */
  listensAt(port: number): boolean {
    const { server } = this;
    if (server === undefined || this.machine.now() < this.#listensAt) return false;
    return server.listens?.(this.serverContext({ from: "", fromPort: 0, port })) ?? server.ports.includes(port);
  }

  /** A connection that its server takes: it is cut when the run ends, as the kernel does with a process's sockets. */
  take(socket: Duplex): void {
    if (this.#stop.signal.aborted) return void socket.destroy();
    this.#taken.add(socket);
    socket.once("close", () => this.#taken.delete(socket));
  }

  /** What it serves, where its process is a server that its image brings or has started one. */
  get server(): Server | undefined {
    return this.#server;
  }

  /** Whether its own process has come to a program that is not simulated: how the container fares, nobody can tell. */
  get isGuess(): boolean {
    return this.#isGuess;
  }

  /** Runs a command beside the container's own process: for a client, who is told what is missing, or for the kubelet. */
  async exec(command: readonly string[], io: ProcessIo, caller: "client" | "kubelet" = "client"): Promise<Exit> {
    const { runIn } = await import("./run.ts");
    const { machine } = this;
    const signal = AbortSignal.any([io.signal, this.#stop.signal]);
    const pid = this.#nextPid++;
    const play = caller === "kubelet" ? this.#playSilent : undefined;
    const start = { machine, env: this.#env, workdir: this.#workdir, words: command, pid, play };
    const exit = await runIn(start, { ...io, signal });
    if ("code" in exit) return exit;
    // containerd's name for an exec, 32 bytes in hexadecimal, and what it puts after an error without a code.
    const id = createHash("sha256").update(`${machine.pod.metadata.uid}/${machine.container}/${pid}`).digest("hex");
    return {
      failure: `error executing command in container: failed to exec in container: failed to start exec "${id}": ${exit.failure}: unknown`,
    };
  }

  /** Joins its own process; the first to attach to one that reads its input starts it. */
  async attach(io: ProcessIo): Promise<Exit> {
    if (this.spec.stdin === true && this.#main === undefined) {
      this.#main = this.#runMain(io);
      return this.#main;
    }
    this.#attached.add(io);
    const over = aborted(this.#stop.signal);
    await Promise.race([this.#main ?? over, aborted(io.signal), over]);
    this.#attached.delete(io);
    return { code: 0 };
  }

  /** Starts its command, once. */
  begin(): void {
    if (this.#main !== undefined || this.#stop.signal.aborted) return;
    if (this.spec.stdin !== true) {
      this.#main = this.#runMain();
      return;
    }
    // `kubectl run -i` attaches at once; nobody else types anything in.
    const late = setTimeout(() => {
      if (!this.#stop.signal.aborted) this.#main ??= this.#runMain();
    }, WAIT_FOR_ATTACH_MS);
    late.unref();
    this.#stop.signal.addEventListener("abort", () => clearTimeout(late));
  }

  /** For a container that was over before it was seen to run: what it would have written is still its log. */
  beginLate(): void {
    this.#main ??= this.#runMain();
    void this.#main.then(() => this.end());
  }

  /** Asks its own process to end, once: a shell with a trap for it has the time that the pod's grace gives. */
  terminate(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.machine.processes.get(1)?.kill(128 + SIGTERM);
  }

  /** Ends whatever runs in it. */
  end(): void {
    this.log.end();
    this.#stop.abort();
    for (const socket of this.#taken) socket.destroy();
  }

  #daemon(words: readonly string[], run: (signal: AbortSignal) => Promise<unknown>): void {
    const { processes, now } = this.machine;
    const pid = this.#nextPid++;
    const own = new AbortController();
    processes.set(pid, { pid, words, startedAt: now(), parent: 1, kill: (code) => own.abort(new Killed(code)) });
    run(AbortSignal.any([own.signal, this.#stop.signal]))
      .catch((error) => {
        if (!(error instanceof Killed)) this.#context.log(error);
      })
      .finally(() => processes.delete(pid));
  }

  get #words(): readonly string[] {
    return mainWords(this.spec, this.machine.image, this.#env);
  }

  readonly #playSilent: Play = ([name = ""], signal) =>
    mayHold(String(this.spec.image), name) ? playSilent(signal) : undefined;

  /** What its own process starts: the image's server then serves until it is ended. */
  readonly #play: Play = (words, signal) => {
    const [name = "", ...args] = words;
    if (this.machine.image.binaries?.includes(name.slice(name.lastIndexOf("/") + 1))) {
      this.#server = this.machine.image.server?.(args, this.#env);
      const at = this.serverContext({ from: "", fromPort: 0, port: 0 });
      for (const line of this.#server?.startLog(at) ?? []) this.log.add(line);
      return whileAlive(new Promise<number>(() => {}), signal).finally(() => {
        this.#server = undefined;
      });
    }
    const played = this.#playSilent(words, signal);
    this.#isGuess ||= played !== undefined;
    return played;
  };

  get #workdir(): string {
    return this.spec.workingDir || this.machine.image.workdir;
  }

  async #runMain(first?: ProcessIo): Promise<Exit> {
    const stop = this.#stop.signal;
    if (first) this.#attached.add(first);
    const io: ProcessIo = {
      // Input that was asked for and that nobody gives is open: whoever reads it waits.
      stdin: first?.stdin ?? (this.spec.stdin === true ? silence(stop) : undefined),
      stdout: this.#writer("stdout", first),
      stderr: this.#writer("stderr", first),
      tty: first !== undefined && this.spec.tty === true,
      onResize: () => {},
      signal: first ? AbortSignal.any([stop, first.signal]) : stop,
    };
    try {
      const { runIn, refusal } = await import("./run.ts");
      const start = {
        machine: this.machine,
        env: this.#env,
        workdir: this.#workdir,
        words: this.#words,
        pid: 1,
        play: this.#play,
      };
      // A program that is not simulated runs on in silence.
      if (refusal(start) !== undefined) return await aborted(stop);
      const exit = await runIn(start, io);
      // A script that has come to its end beside a program that is not simulated may have started the server it is for.
      if (this.#isGuess && "code" in exit && exit.code === 0 && restarts(this.machine.pod, this.spec, 0))
        return await aborted(stop);
      if (!stop.aborted) {
        if ("code" in exit) this.#context.onExit(exit.code, exit.reason);
        else this.#context.onExit(128, "StartError");
      }
      return exit;
    } catch (error) {
      this.#context.log(error);
      return { code: 137 };
    }
  }

  #writer(stream: "stdout" | "stderr", first: ProcessIo | undefined): (chunk: Buffer) => Promise<void> {
    return async (chunk) => {
      this.log.write(chunk);
      for (const io of this.#attached) {
        await (io[stream] ?? io.stdout)?.(chunk).catch((error) => {
          this.#attached.delete(io);
          if (io === first && !(error instanceof BrokenPipe)) throw error;
        });
      }
    };
  }
}
