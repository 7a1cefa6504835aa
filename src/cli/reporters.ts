import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { type Diagnostic, EnvironmentError, UsageError } from "../diagnostics/index.ts";
import { random } from "../files/index.ts";
import { createReporter, type Problem, REPORTERS, type Reporter } from "../report/index.ts";
import type { RunEvent } from "../run/index.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import { VERSION } from "./version.ts";

/** Where a run's events go: every reporter that was asked for, each to stdout or its file. */
export interface Reporting {
  /** What the lessons' text alone shows; before the first event. */
  findings(findings: readonly Diagnostic[]): void;
  accept(event: RunEvent): void;
  /** Write the ends. `problem`: why the run never began, or did not come to its end. Errors: a file that takes no more. */
  close(problem?: Problem): void;
}

type ReporterName = keyof typeof REPORTERS;

interface Wanted {
  readonly name: ReporterName;
  readonly file: string | undefined;
}

interface Sink {
  readonly reporter: Reporter;
  write(text: string): void;
  close(): void;
}

/** Open the reporters of `--reporter` and `--json`. Errors: an unknown name, two on stdout, a file that cannot be written. */
export function openReporters(io: Io, options: Options, sourceOf: (file: string) => string | undefined): Reporting {
  const token = random(16).toString("hex");
  const shared = { sourceOf, token, about: aboutThis(), pathOf: pathInCheckout(io), width: io.width };
  const sinks = parseReporters(options).map(({ name, file }): Sink => {
    const colour = file === undefined && io.colour;
    const reporter = createReporter(name, { ...shared, colour, alone: file !== undefined });
    return { reporter, ...(file === undefined ? { write: io.print, close: () => {} } : fileSink(io, file)) };
  });
  const tell = (text: (reporter: Reporter) => string): void => {
    for (const { reporter, write } of sinks) {
      const part = text(reporter);
      if (part !== "") write(part);
    }
  };
  return deferred(tell, () => {
    for (const { close } of sinks) close();
  });
}

/** Versions that a reader of the report wants to know. */
function aboutThis(): Readonly<Record<string, string>> {
  return { "learn-istio": VERSION, node: process.version, os: `${process.platform} ${process.arch}` };
}

/** GitHub finds a file by its path in the checkout, wherever the step works. */
function pathInCheckout({ env, cwd }: Io): (file: string) => string {
  const root = env.GITHUB_WORKSPACE;
  if (root === undefined || root === "") return (file) => file;
  return (file) => {
    const inside = path.relative(root, path.resolve(cwd, file));
    return inside === "" || inside.startsWith("..") ? file : inside;
  };
}

/** How much output waits to be reported, in characters, and how long: sooner than anybody sees. */
const MOST_WAITING = 1 << 16;
const LONGEST_WAIT_MS = 10;

/** Reports a moment later, all that came meanwhile together: to write a line takes as long as a short step's judgement. */
function deferred(tell: (text: (reporter: Reporter) => string) => void, end: () => void): Reporting {
  let waiting: RunEvent[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    length = 0;
    tell((reporter) => events.map((event) => reporter.accept(event)).join(""));
  };
  const later = (): void => {
    if (timer === undefined) timer = setTimeout(flush, LONGEST_WAIT_MS);
    else timer.refresh();
  };
  const close = (problem: Problem | undefined): void => {
    flush();
    tell((reporter) => reporter.end(problem));
    end();
  };
  // A second Ctrl-C ends the process at once: what has happened by then is told all the same, and that it is not all.
  const onExit = (): void => {
    try {
      close({ kind: "interrupted", message: "The run was ended before its end." });
    } catch {
      // Nobody is left to be told.
    }
  };
  process.on("exit", onExit);
  return {
    findings: (findings) => tell((reporter) => reporter.findings(findings)),
    accept: (event) => {
      if (waiting.length === 0) later();
      waiting.push(event);
      if (event.type !== "output") return;
      // A block that prints without end brings megabytes in one turn: they are not kept until its end.
      length += event.text.length;
      if (length > MOST_WAITING) flush();
    },
    close: (problem) => {
      clearTimeout(timer);
      process.off("exit", onExit);
      close(problem);
    },
  };
}

function parseReporters(options: Options): readonly Wanted[] {
  const given = (options.reporter ?? []).flatMap((value) => value.split(","));
  if (given.length === 0) return [{ name: options.json ? "json" : "pretty", file: undefined }];
  const wanted = given.map(parseReporter);
  if (options.json) wanted.push({ name: "json", file: undefined });
  const files = wanted.map(({ file }) => file);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined)
    throw new UsageError(`Two reporters would write to \`${twice}\`.`, "Give each a file of its own.");
  if (files.filter((file) => file === undefined).length > 1) {
    throw new UsageError(
      "Two reporters would write to stdout.",
      "Give all but one a file: `--reporter json=run.json`.",
    );
  }
  return wanted;
}

function parseReporter(value: string): Wanted {
  const [name = "", ...rest] = value.split("=");
  if (!isReporter(name)) {
    const known = Object.keys(REPORTERS).map((one) => `\`${one}\``);
    const expected = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
    if (name === "") throw new UsageError(`\`--reporter\` has an empty name, expected ${expected}.`);
    throw new UsageError(`There is no reporter \`${name}\` in this version, expected ${expected}.`);
  }
  if (rest.length === 0 || (rest.length === 1 && rest[0] === "-")) return { name, file: undefined };
  const file = rest.join("=");
  if (file === "")
    throw new UsageError(`\`--reporter ${value}\` names no file.`, `Name one: \`--reporter ${name}=FILE\`.`);
  return { name, file };
}

function isReporter(name: string): name is ReporterName {
  return Object.hasOwn(REPORTERS, name);
}

/** A file that is empty until the run has something to tell: what an earlier run left there must not look like its result. */
function fileSink(io: Io, file: string): Pick<Sink, "write" | "close"> {
  const fd = openFile(path.resolve(io.cwd, file), file, file === io.env.GITHUB_STEP_SUMMARY ? "a" : "w");
  let refused: unknown;
  return {
    write: (text) => {
      if (refused !== undefined) return;
      try {
        writeAll(fd, text);
      } catch (cause) {
        // The run goes on to its cleanups; that this report is not whole is told at the end.
        refused = cause;
      }
    },
    close: () => {
      closeSync(fd);
      if (refused !== undefined) throw cannotWrite(file, refused);
    },
  };
}

/** A pipe takes a part at a time. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function openFile(file: string, named: string, flags: "w" | "a"): number {
  try {
    return openSync(file, flags);
  } catch (cause) {
    throw cannotWrite(named, cause);
  }
}

function cannotWrite(file: string, cause: unknown): EnvironmentError {
  const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
  return new EnvironmentError(`\`${file}\` cannot be written (${why}).`, { hint: "Name another file.", cause });
}
