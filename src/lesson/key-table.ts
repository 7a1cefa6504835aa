import path from "node:path";
import type { DiagnosticCode } from "../diagnostics/index.ts";
import type { ExpectationMode, ExpectationOptions } from "../expect/index.ts";
import { parseDuration } from "../text/index.ts";
import type { Command, Condition, ExitRule, Readiness, TargetName } from "./lesson.ts";
import { type ReadinessFault, readReadiness } from "./readiness.ts";

/** What a fence is in its lesson; decides which keys have a meaning on it. */
export type Role =
  | "command"
  | "transcript"
  | "output"
  | "predicate"
  | "diagnosis"
  | "solution"
  | "cleanup"
  | "file"
  | "manual"
  | "inert";

/** The keys of one block, read. Unset ones are undefined. */
export interface Settings {
  id?: string;
  exit?: ExitRule;
  timeoutMs?: number;
  stream?: Command["stream"];
  tty?: true;
  cleanup?: true;
  /** As written: the name that the prose must mention. */
  file?: string;
  expand?: true;
  hidden?: true;
  host?: true;
  typed?: true;
  background?: string;
  ready?: Readiness;
  stop?: string;
  skip?: string;
  targets?: readonly TargetName[];
  os?: NonNullable<Condition["os"]>;
  ifCommand?: string;
  mode?: ExpectationMode;
  expectation?: ExpectationOptions;
  withinMs?: number;
  everyMs?: number;
  times?: number;
}

export interface KeyRow {
  readonly on: readonly Role[];
  /** What its value looks like, for messages; undefined for a flag. */
  readonly expected: string | undefined;
  /** False when the value is not as expected, a fault where more can be said. A flag has the value "". */
  readonly set: (settings: Settings, value: string) => boolean | ReadinessFault;
  /** The finding for a wrong value, where it is not `LI008`. */
  readonly code?: DiagnosticCode;
}

const ACTS: readonly Role[] = ["command", "transcript", "solution", "cleanup"];
const RUNS: readonly Role[] = [...ACTS, "predicate"];
/** What a condition can leave out. */
const CONDITIONED: readonly Role[] = [...RUNS, "file"];
const MODES: readonly Role[] = ["output", "transcript"];
const DURATION = "a duration like `500ms`, `60s` or `2m`, up to `24h`";
/** Far below where timers overflow: one that does ends at once. */
const MAX_DURATION_MS = 24 * 3_600_000;

/** Every key that this version understands. */
export const KEYS: Readonly<Record<string, KeyRow>> = {
  background: { on: ["command"], expected: "a name of letters, digits and hyphens", set: setName("background") },
  cleanup: { on: ["cleanup"], expected: undefined, set: (settings) => (settings.cleanup = true) },
  contains: { on: MODES, expected: undefined, set: setMode("contains") },
  distribution: { on: ["output"], expected: "positive numbers parted by blanks", set: setWeights, code: "LI059" },
  every: { on: ["predicate"], expected: DURATION, set: setDuration("everyMs") },
  exact: { on: MODES, expected: undefined, set: setMode("exact") },
  exit: { on: ["command", "solution", "cleanup"], expected: "a status from 0 to 255 or `nonzero`", set: setExit },
  id: {
    on: ["command", "transcript", "predicate", "file", "manual"],
    expected: "letters, digits and hyphens",
    set: setId,
  },
  expand: { on: ["file"], expected: undefined, set: (settings) => (settings.expand = true) },
  file: { on: ["file"], expected: "a path inside the workspace", set: setFile, code: "LI036" },
  hidden: {
    on: ["command", "transcript", "output", "file", "cleanup"],
    expected: undefined,
    set: (settings) => (settings.hidden = true),
  },
  host: { on: ACTS, expected: undefined, set: (settings) => (settings.host = true) },
  if: { on: CONDITIONED, expected: "a command in quotes", set: setText("ifCommand") },
  json: { on: ["output"], expected: undefined, set: setMode("json") },
  like: { on: ["output"], expected: "`kubectl`", set: setLike, code: "LI058" },
  mode: { on: ["command", "transcript"], expected: "`run` or `type`", set: setRunMode },
  not: { on: ["output"], expected: undefined, set: setMode("not") },
  os: { on: CONDITIONED, expected: "`linux` or `darwin`", set: setOs },
  ready: { on: ["command"], expected: "`port N`, `http URL` or `line /re/`", set: setReady },
  skip: { on: [...CONDITIONED, "inert"], expected: "a reason in quotes", set: setText("skip") },
  stop: { on: ["command", "cleanup"], expected: "the name of a background block", set: setName("stop") },
  stream: { on: RUNS, expected: "`both`, `stdout` or `stderr`", set: setStream },
  target: { on: CONDITIONED, expected: "`sandbox`, `live` or `none`, several in quotes", set: setTargets },
  timeout: { on: [...RUNS, "diagnosis"], expected: DURATION, set: setDuration("timeoutMs") },
  times: { on: ["predicate"], expected: "a number from 1", set: setTimes },
  tty: { on: ["command"], expected: undefined, set: (settings) => (settings.tty = true) },
  unordered: { on: MODES, expected: undefined, set: setUnordered },
  within: { on: ["predicate"], expected: DURATION, set: setDuration("withinMs") },
  yaml: { on: ["output"], expected: undefined, set: setMode("yaml") },
};

const TARGETS: readonly string[] = ["sandbox", "live", "none"] satisfies readonly TargetName[];

/** The targets that a list names, parted by blanks or commas; undefined when one of them is none of ours. */
function readTargets(value: string): readonly TargetName[] | undefined {
  const names = value.split(/[\s,]+/).filter((name) => name !== "");
  return names.length > 0 && names.every(isTarget) ? names : undefined;
}

export function isTarget(name: unknown): name is TargetName {
  return typeof name === "string" && TARGETS.includes(name);
}

function setDuration(field: "timeoutMs" | "withinMs" | "everyMs"): KeyRow["set"] {
  return (settings, value) => {
    const ms = parseDuration(value);
    if (ms === undefined || ms <= 0 || ms > MAX_DURATION_MS) return false;
    settings[field] = ms;
    return true;
  };
}

function setText(field: "skip" | "ifCommand"): KeyRow["set"] {
  return (settings, value) => {
    settings[field] = value;
    return value.trim() !== "";
  };
}

function setMode(mode: ExpectationMode): KeyRow["set"] {
  return (settings) => {
    settings.mode = mode;
    return true;
  };
}

/** Alone a mode of lines; beside `json` or `yaml` it is about their arrays. */
function setUnordered(settings: Settings): boolean {
  settings.expectation = { unordered: true };
  settings.mode ??= "unordered";
  return true;
}

function setLike(settings: Settings, value: string): boolean {
  settings.mode = "like-kubectl";
  return value === "kubectl";
}

function setWeights(settings: Settings, value: string): boolean {
  const weights = value.trim().split(/[\s,]+/);
  settings.mode = "distribution";
  settings.expectation = { weights: weights.map(Number) };
  return weights.every((weight) => /^\d{1,6}(?:\.\d{1,6})?$/.test(weight) && Number(weight) > 0);
}

/** Nothing in it is expanded, so `~` and `$` would be parts of names that nobody means. */
function setFile(settings: Settings, value: string): boolean {
  const normal = path.posix.normalize(value);
  const leaves = path.posix.isAbsolute(normal) || normal === ".." || normal.startsWith("../");
  const names = normal !== "." && !normal.endsWith("/") && /^[^~$\\\p{Cc}][^$\\\p{Cc}]*$/u.test(value);
  if (leaves || !names) return false;
  settings.file = value;
  return true;
}

function setId(settings: Settings, value: string): boolean {
  settings.id = value;
  return /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(value);
}

function setName(field: "background" | "stop"): KeyRow["set"] {
  return (settings, value) => {
    settings[field] = value;
    return /^[A-Za-z0-9][\w-]*$/.test(value);
  };
}

function setReady(settings: Settings, value: string): boolean | ReadinessFault {
  const read = readReadiness(value);
  const fault = read === undefined ? false : "fault" in read ? read.fault : undefined;
  // A wrong one is there all the same: nothing else is to be said about its absence.
  settings.ready = read === undefined || "fault" in read ? { kind: "line", pattern: value } : read;
  return fault ?? true;
}

function setRunMode(settings: Settings, value: string): boolean {
  if (value === "type") settings.typed = true;
  return value === "type" || value === "run";
}

function setExit(settings: Settings, value: string): boolean {
  if (value === "nonzero") settings.exit = { kind: "nonzero" };
  else if (/^\d{1,3}$/.test(value) && Number(value) <= 255) settings.exit = { kind: "status", status: Number(value) };
  else return false;
  return true;
}

function setOs(settings: Settings, value: string): boolean {
  if (value !== "linux" && value !== "darwin") return false;
  settings.os = value;
  return true;
}

function setStream(settings: Settings, value: string): boolean {
  if (value !== "both" && value !== "stdout" && value !== "stderr") return false;
  settings.stream = value;
  return true;
}

function setTargets(settings: Settings, value: string): boolean {
  const targets = readTargets(value);
  if (targets === undefined) return false;
  settings.targets = targets;
  return true;
}

function setTimes(settings: Settings, value: string): boolean {
  if (!/^[1-9]\d{0,3}$/.test(value)) return false;
  settings.times = Number(value);
  return true;
}
