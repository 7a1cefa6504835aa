import type { Place } from "../diagnostics/index.ts";
import type { VariableLookup } from "../expect/index.ts";
import type { Command, Lesson, Step, TargetName } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import type { RunEvent } from "./events.ts";
import type { LessonEnd } from "./strand-history.ts";
import type { Weakness } from "./verdict.ts";

/** Time as an argument: epoch milliseconds, and a sleep that ends early (without an error) when the signal fires. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What came of writing a file. `replaced`: something else stood there, which this run had not written. */
export type FileWrite =
  | { readonly kind: "written"; readonly replaced: boolean }
  | { readonly kind: "refused"; readonly reason: string };

/** A lesson with one thing changed, run in surroundings of its own. */
export interface Variant {
  readonly id: string;
  /** What the report says about it. */
  readonly title: string;
  readonly place: Place;
}

/** The variants of lessons, and how to run one: what was not as it has to be, undefined when all was. */
export interface Variants {
  of(lesson: Lesson): readonly Variant[];
  run(lesson: Lesson, variant: Variant): Promise<Weakness | undefined>;
}

/** Something that stands in the cluster. */
export interface ClusterObject {
  /** `Deployment shop/web`: unique, and what a reader is told. */
  readonly name: string;
  /** The object that it goes away with: its namespace, or the cluster. */
  readonly within?: string;
}

/** What a run needs of the world. Everything it does to the world goes through here. */
export interface RunPorts {
  /** A new session for a lesson; called again when the former one ended and the run has to go on. */
  openSession(lesson: Lesson): Promise<Session>;
  /** Put a file block's text into the lesson's workspace. Never rejects: what the disk refuses is the answer. */
  writeFile(lesson: Lesson, path: string, text: string): Promise<FileWrite>;
  emit(event: RunEvent): void;
  readonly clock: Clock;
  /** Ends the run: the block at hand is interrupted, the rest is skipped, cleanups still run. */
  readonly signal: AbortSignal;
  readonly target: TargetName;
  readonly os: "linux" | "darwin";
  readonly runId: string;
  /** Values that win over the front matter's `vars`: `--var`, then the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Asked before a block with the flag `host` runs: undefined to run it, else why it is left out. Without this port none
   * runs.
   */
  refuseHost?(command: Command): Promise<string | undefined>;
  /**
   * Leaves the terminal to a block with the flag `tty` while it runs; nothing of what the block prints is seen here then.
   * Without this port there is no terminal, and such a block runs as any other, its output kept and compared.
   */
  lendTerminal?<T>(work: () => Promise<T>): Promise<T>;
  /** Waited for when a step has failed, before anything else runs: whoever wants to look at what is there looks now. */
  afterFailure?(lesson: Lesson, step: string): Promise<void>;
  /** What has passed must be seen to fail on wrong evidence too. Default false. */
  readonly prove?: boolean;
  /** Told of each command that ran and what it printed, whole; for who writes expectations anew. */
  observe?(command: Command, step: string, seen: { readonly text: string; readonly lookup: VariableLookup }): void;
  /** Tried after a lesson has passed: mistakes that must be noticed, other ways that must not be. */
  readonly variants?: Variants;
  /** What stands in the cluster now; without this port nobody can tell. What other objects made is left out. */
  survey?(): Promise<readonly ClusterObject[]>;
  /** Waited for when a lesson has ended, before anything is cleaned up. */
  lessonEnded?(end: LessonEnd): Promise<void>;
  /** What a lesson leaves behind in the cluster fails the run; default: it is noted. */
  readonly strictCleanup?: boolean;
  /** Asked with `precheck: "offer"` when all checks of a step hold before it ran. Without it the step runs. */
  offer?(step: Step): Promise<"skip" | "run">;
}
