import type { ExpectationMode } from "../../src/expect/index.ts";
import { parseExpectation } from "../../src/expect/index.ts";
import type { Check, Command, Lesson, Step, Variable } from "../../src/lesson/index.ts";
import type { Clock, RunEvent, RunPorts } from "../../src/run/index.ts";
import {
  type BackgroundRequest,
  type BlockEnd,
  type BlockRequest,
  type BlockResult,
  ScriptedBackground,
  type Session,
} from "../../src/shell/index.ts";

const FILE = "lessons/lesson-01.md";

export function placeAt(line: number, file = FILE) {
  return { file, line, column: 1, offset: line * 100, endOffset: line * 100 + 10 };
}

const ALWAYS = { skip: undefined, targets: undefined, os: undefined, ifCommand: undefined };

export function command(source: string, line: number, changes: Partial<Command> = {}): Command {
  return {
    source,
    place: placeAt(line),
    from: "fence",
    exit: { kind: "status", status: 0 },
    timeoutMs: 60_000,
    stream: "both",
    tty: false,
    expectations: [],
    condition: ALWAYS,
    ...changes,
  };
}

export function expecting(line: number, text: string, mode: ExpectationMode = "lines"): Pick<Command, "expectations"> {
  const lines = text.split("\n").map((one, index) => ({ text: one, place: placeAt(line + index) }));
  const { expectation, diagnostics } = parseExpectation(lines, mode, placeAt(line));
  if (expectation === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { expectations: [expectation] };
}

export function check(title: string, predicate: Command, changes: Partial<Check> = {}): Check {
  const limits = { withinMs: 5000, everyMs: 1000, times: 1 };
  return {
    id: title.replaceAll(" ", "-"),
    title,
    place: predicate.place,
    predicate,
    diagnoses: [],
    ...limits,
    ...changes,
  };
}

export function step(id: string, commands: readonly Command[], changes: Partial<Step> = {}): Step {
  const place = commands[0]?.place ?? changes.checks?.[0]?.place ?? placeAt(1);
  const prose = { lead: "", tail: "", hints: [] };
  return {
    id,
    section: id,
    place,
    commands,
    checks: [],
    solution: undefined,
    contentHash: `#${id}`,
    ...prose,
    ...changes,
  };
}

export interface LessonChanges {
  readonly id?: string;
  readonly requires?: readonly string[];
  readonly vars?: readonly Variable[];
  readonly targets?: Lesson["front"]["targets"];
  readonly checkpoint?: readonly Check[];
  readonly cleanups?: readonly Command[];
}

export function lesson(steps: readonly Step[], changes: LessonChanges = {}): Lesson {
  const { id = "lesson-01", requires = [], vars = [], targets = [], checkpoint, cleanups = [] } = changes;
  const needs = requires.map((required) => ({ id: required, place: placeAt(2) }));
  return {
    id,
    path: `lessons/${id}.md`,
    kind: "lesson",
    title: `About ${id}`,
    front: { title: id, summary: undefined, minutes: 5, requires: needs, tools: [], vars, targets, defaults: {} },
    steps,
    checkpoint: checkpoint && { place: placeAt(80), lead: "", checks: checkpoint },
    cleanups,
    opening: "",
    closing: "",
  };
}

/** What a scripted block does: its output, its status, or another end; or a function of how often it ran. */
export type Script = string | number | BlockEnd | { readonly end: BlockEnd; readonly output: string } | ScriptOf;
type ScriptOf = (time: number) => string | number | BlockEnd | { readonly end: BlockEnd; readonly output: string };

/** A session that does what a table says, and writes down what it was asked. */
export class FakeSession implements Session {
  readonly pid = 4242;
  readonly asked: BlockRequest[] = [];
  readonly lookedUp: (readonly string[])[] = [];
  readonly backgrounds: ScriptedBackground[] = [];
  alive = true;
  closed = false;
  readonly #script: Readonly<Record<string, Script>>;
  readonly #values: Readonly<Record<string, string>>;

  constructor(script: Readonly<Record<string, Script>> = {}, values: Readonly<Record<string, string>> = {}) {
    this.#script = script;
    this.#values = values;
  }

  get sources(): string[] {
    return this.asked.map(({ source }) => source);
  }

  leftRunning(): number {
    return 0;
  }

  async run(request: BlockRequest): Promise<BlockResult> {
    this.asked.push(request);
    const script = this.#script[request.source] ?? 0;
    const time = this.sources.filter((source) => source === request.source).length;
    const { end, output } = resultOf(typeof script === "function" ? script(time) : script);
    if (end.kind === "session-died" || ("sessionLost" in end && end.sessionLost)) this.alive = false;
    if (output !== "") request.onOutput?.(output);
    return { end, output: bounded(output), durationMs: 5, cwd: "/work" };
  }

  /** A text or 0 in the script: it prints that and goes on; anything else is its end. */
  async startBackground({ source, onOutput }: BackgroundRequest): Promise<ScriptedBackground> {
    const script = this.#script[source] ?? 0;
    const { end, output } = resultOf(typeof script === "function" ? script(1) : script);
    if (output !== "") onOutput?.(output);
    const block = new ScriptedBackground(output, typeof script === "string" || script === 0 ? undefined : end);
    this.backgrounds.push(block);
    return block;
  }

  async variables(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.lookedUp.push(names);
    return new Map(names.flatMap((name) => (name in this.#values ? [[name, this.#values[name] ?? ""]] : [])));
  }

  async save() {
    return { cwd: "/work", source: "", lost: [] };
  }

  async close(): Promise<void> {
    this.alive = false;
    this.closed = true;
  }
}

function resultOf(script: Exclude<Script, ScriptOf>): { readonly end: BlockEnd; readonly output: string } {
  if (typeof script === "string") return { end: exited(0), output: script };
  if (typeof script === "number") return { end: exited(script), output: "" };
  return "output" in script ? script : { end: script, output: "" };
}

export function exited(status: number, line?: number, failing = ""): BlockEnd {
  return { kind: "exited", status, failedAt: line === undefined ? undefined : { line, command: failing, status } };
}

export function bounded(text: string) {
  return { head: text, tail: "", elidedBytes: 0, totalBytes: Buffer.byteLength(text), spillPath: undefined };
}

/** A clock that goes on only by sleeping. */
class FakeClock implements Clock {
  #now = 1000;
  now(): number {
    return this.#now;
  }
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
  }
}

export interface FakeRun {
  readonly ports: RunPorts;
  readonly events: RunEvent[];
  readonly sessions: FakeSession[];
  readonly abort: AbortController;
}

/** Ports over fake sessions; every session that is opened follows the same script. */
export function fakeRun(
  script: Readonly<Record<string, Script>> = {},
  changes: Partial<RunPorts> & { readonly values?: Readonly<Record<string, string>> } = {},
): FakeRun {
  const events: RunEvent[] = [];
  const sessions: FakeSession[] = [];
  const abort = new AbortController();
  const { values, ...ports } = changes;
  const writeFile: RunPorts["writeFile"] = async () => ({ kind: "written", replaced: false });
  const openSession = async (): Promise<Session> => {
    const session = new FakeSession(script, values);
    sessions.push(session);
    return session;
  };
  const emit = (event: RunEvent): void => void events.push(event);
  const fixed = {
    target: "sandbox",
    os: "linux",
    runId: "run-1",
    clock: new FakeClock(),
    signal: abort.signal,
  } as const;
  return { ports: { openSession, writeFile, emit, ...fixed, ...ports }, events, sessions, abort };
}

/** Each step that ended, with its verdict's kind: `lesson-01#apply pass`. */
export function stepsIn(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "cleanup-end") return [`${event.lesson} cleanup ${event.place.line} ${event.verdict.kind}`];
    if (event.type !== "step-end") return [];
    const why = event.verdict.kind === "skipped" ? `: ${event.verdict.reason}` : "";
    return [`${event.lesson}#${event.step} ${event.verdict.kind}${why}`];
  });
}
