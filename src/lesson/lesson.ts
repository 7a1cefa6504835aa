import type { Place } from "../diagnostics/index.ts";
import type { Expectation } from "../expect/index.ts";

export type TargetName = "sandbox" | "live" | "none";

/**
 * One Markdown file, parsed. Plain JSON: what is parsed once is kept in a cache by content hash.
 * A file without front matter is a page: any Markdown, tested as it is.
 */
export interface Lesson {
  /** `lesson-NN` for lessons; for pages the path without its extension, `/` as separator. */
  readonly id: string;
  readonly path: string;
  readonly kind: "lesson" | "page";
  readonly title: string;
  readonly front: FrontMatter;
  readonly steps: readonly Step[];
  readonly checkpoint: Checkpoint | undefined;
  readonly cleanups: readonly Command[];
  /** Markdown that no step owns: before the first step, and after the last. */
  readonly opening: string;
  readonly closing: string;
}

export interface FrontMatter {
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly minutes: number | undefined;
  readonly requires: readonly { readonly id: string; readonly place: Place }[];
  /** Tool name → semver range for each target; `all` holds for every target. */
  readonly tools: readonly ToolRequirement[];
  readonly vars: readonly Variable[];
  readonly targets: readonly TargetName[];
  readonly defaults: Readonly<Record<string, string>>;
}

export interface ToolRequirement {
  readonly name: string;
  readonly ranges: Readonly<Partial<Record<TargetName | "all", string>>>;
  readonly place: Place;
}

export type Variable =
  | { readonly name: string; readonly kind: "value"; readonly value: string; readonly place: Place }
  | { readonly name: string; readonly kind: "command"; readonly command: string; readonly place: Place };

/** What the learner advances by: commands or a goal ("your turn"), with what belongs to them. */
export interface Step {
  readonly id: string;
  /** The text of the heading above it; the lesson's title where there is none. */
  readonly section: string;
  readonly place: Place;
  /** Markdown between the previous step's last block and this step's command: what the learner reads first. */
  readonly lead: string;
  /** Markdown after the command that is not an output, check, hint or solution. */
  readonly tail: string;
  readonly commands: readonly Command[];
  readonly checks: readonly Check[];
  readonly hints: readonly Hint[];
  readonly solution: Command | undefined;
  /** Markdown that stands beside the solution's block; absent where there is none. */
  readonly solutionText?: string;
  /** A `- [ ]` item that the step is: the learner does it by hand, nothing of it runs. `commands` is empty then. */
  readonly manual?: ManualItem;
  /** Hash of commands, checks and expectations as parsed: prose may change without losing progress. */
  readonly contentHash: string;
}

/** What a learner does by hand and confirms; checks below it judge it, where there are some. */
export interface ManualItem {
  /** The item's Markdown, without `- [ ]`. */
  readonly markdown: string;
  readonly place: Place;
}

export type ExitRule = { readonly kind: "status"; readonly status: number } | { readonly kind: "nonzero" };

/**
 * Bash source that the session runs once: a command fence, one `$ ` command of a transcript, a cleanup, a solution. Or
 * a file that is written when its turn comes; `source` is its text then.
 */
export interface Command {
  readonly source: string;
  /** The first line of `source` in the file; `lines[i]` of the source stands at `place.line + i`. */
  readonly place: Place;
  readonly from: "fence" | "transcript" | "solution" | "cleanup" | "file";
  readonly exit: ExitRule;
  readonly timeoutMs: number;
  readonly stream: "both" | "stdout" | "stderr";
  readonly tty: boolean;
  readonly expectations: readonly Expectation[];
  readonly condition: Condition;
  /** Set for a file block only. */
  readonly file?: FileTarget;
  /** It stands in a comment: a reader of the page does not see it, so it is announced before it runs. */
  readonly hidden?: true;
  /** `mode=type`: the learner is asked to type it; everywhere else it runs as any other. */
  readonly typed?: true;
  /** It changes the learner's machine: never run without being allowed to. */
  readonly host?: true;
  /** It goes on running while later blocks run. */
  readonly background?: Background;
  /** The background block, by name, that ends when this command has ended. */
  readonly stop?: string;
}

/** A long-running block. Its process group ends at its `stop`, at the lesson's end, on quit and on crash. */
export interface Background {
  readonly name: string;
  /** What has to be true before the next block runs; undefined: nothing is waited for. */
  readonly ready: Readiness | undefined;
}

/** `${VAR}` in a port or a URL stands for the session's value at that moment. */
export type Readiness =
  | { readonly kind: "port"; readonly port: string }
  | { readonly kind: "http"; readonly url: string }
  /** A line of its output matches (not anchored), by the linear-time engine of expectations. */
  | { readonly kind: "line"; readonly pattern: string };

/** Where a file block goes. */
export interface FileTarget {
  /** Relative to the workspace, `/` as separator, never out of it. */
  readonly path: string;
  /** Whether `${VAR}` in the text stands for the session's value. */
  readonly expand: boolean;
}

/** Why a block may be left out. All unset: it always runs. */
export interface Condition {
  readonly skip: string | undefined;
  readonly targets: readonly TargetName[] | undefined;
  readonly os: "linux" | "darwin" | undefined;
  readonly ifCommand: string | undefined;
}

/** A read-only, polled predicate about state: one sentence that the learner reads. */
export interface Check {
  readonly id: string;
  /** The sentence after `Check:` in the summary. */
  readonly title: string;
  readonly place: Place;
  readonly predicate: Command;
  readonly diagnoses: readonly Command[];
  readonly withinMs: number;
  readonly everyMs: number;
  readonly times: number;
}

export interface Hint {
  readonly title: string;
  readonly markdown: string;
  readonly place: Place;
}

export interface Checkpoint {
  readonly place: Place;
  readonly lead: string;
  readonly checks: readonly Check[];
}
