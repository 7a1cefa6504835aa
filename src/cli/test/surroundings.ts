import path from "node:path";
import type { Lesson, TargetName } from "../../lesson/index.ts";
import type { Kept, Surroundings } from "../../run/index.ts";
import { type Target, userFolders } from "../../target/index.ts";
import { createFilePort } from "../file-port.ts";
import type { Io } from "../io.ts";
import { openTarget } from "../open-target.ts";
import type { Options } from "../options.ts";
import { openSession } from "../session-port.ts";

/** Looks at a target, in an environment, where a step failed (`lesson-01#step`). */
type OnFailure = (target: Target, env: Readonly<Record<string, string>>, step: string) => Promise<void>;

interface TargetsRequest {
  readonly name: TargetName;
  readonly courseVars: Readonly<Record<string, string>>;
  readonly onFailure?: OnFailure | undefined;
}

/** A target for each strand of a run: private, opened when its first lesson needs it, gone when the strand has ended. */
export class Targets {
  readonly #io: Io;
  readonly #options: Options;
  readonly #name: TargetName;
  readonly #courseVars: Readonly<Record<string, string>>;
  /** One that was opened before it was known which strand would need it. */
  #spare: { readonly cluster: "none" | "ready"; readonly target: Target } | undefined;

  readonly #onFailure: OnFailure | undefined;

  constructor(io: Io, options: Options, { name, courseVars, onFailure }: TargetsRequest) {
    this.#io = io;
    this.#options = options;
    this.#name = name;
    this.#courseVars = courseVars;
    this.#onFailure = onFailure;
  }

  /** Open one now: a machine that cannot do it says so in one sentence, not in the middle of a report. */
  async prepare(lesson: Lesson): Promise<void> {
    this.#spare = { cluster: clusterFor(lesson), target: await this.#open(clusterFor(lesson)) };
  }

  /** Only a sandbox can be kept: live there is one cluster, and without one nothing is worth it. */
  get canFork(): boolean {
    return this.#name === "sandbox";
  }

  /** Surroundings of their own for a strand, from what others kept where that is given. */
  surroundings(from?: Kept): Surroundings {
    let opened: Promise<Target> | undefined;
    const targetFor = (lesson: Lesson): Promise<Target> => {
      opened ??= from === undefined ? this.#take(clusterFor(lesson)) : this.#open("none", from);
      return opened;
    };
    const write = createFilePort();
    const onFailure = this.#onFailure;
    return {
      openSession: async (lesson) => {
        const folder = path.dirname(path.resolve(this.#io.cwd, lesson.path));
        return openSession(await targetFor(lesson), { vars: this.#courseVars, folder }, undefined);
      },
      writeFile: async (lesson, file, text) => write((await targetFor(lesson)).workspace, file, text),
      ...(onFailure && {
        afterFailure: async (lesson, step) => {
          const target = await targetFor(lesson);
          await onFailure(target, { ...target.env, ...this.#courseVars }, `${lesson.id}#${step}`);
        },
      }),
      // Before its cluster is opened nothing of this strand stands anywhere.
      ...(this.#name === "sandbox" && { survey: async () => (await opened)?.survey?.() ?? [] }),
      ...(this.canFork && { keep: async () => (await opened)?.keep?.() }),
      release: async () => {
        if (opened === undefined) return;
        // One that could not be opened has said so already.
        const target = await opened.catch(() => undefined);
        await target?.release();
      },
    };
  }

  /** Give back what was opened and never needed. */
  async release(): Promise<void> {
    const spare = this.#spare;
    this.#spare = undefined;
    await spare?.target.release();
  }

  async #take(cluster: "none" | "ready"): Promise<Target> {
    const spare = this.#spare;
    if (spare?.cluster !== cluster) return this.#open(cluster);
    this.#spare = undefined;
    return spare.target;
  }

  #open(cluster: "none" | "ready", from?: Kept): Promise<Target> {
    const folders = userFolders(this.#io.env);
    // Live is the user's own machine: its kubeconfig has to outlive a run that was killed, so that nothing is orphaned.
    const stateDir = this.#name === "live" ? path.join(folders.state, "test", "live") : undefined;
    return openTarget(this.#io, this.#options, { name: this.#name, folders, stateDir, cluster, from, mayAsk: false });
  }
}

/** Lessons make the cluster themselves, pages expect one. */
function clusterFor(lesson: Lesson): "none" | "ready" {
  return lesson.kind === "page" ? "ready" : "none";
}
