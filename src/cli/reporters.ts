import { closeSync, openSync, writeSync } from "node:fs";
import { EnvironmentError, UsageError } from "../diagnostics/index.ts";
import { createReporter, REPORTERS, type Reporter } from "../report/index.ts";
import type { RunEvent } from "../run/index.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";

/** Where a run's events go: every reporter that was asked for, each to stdout or its file. */
export interface Reporting {
  accept(event: RunEvent): void;
  close(): void;
}

type ReporterName = keyof typeof REPORTERS;

interface Wanted {
  readonly name: ReporterName;
  readonly file: string | undefined;
}

/** Open the reporters of `--reporter` and `--json`. Errors: an unknown name, two on stdout, a file that cannot be written. */
export function openReporters(io: Io, options: Options, sourceOf: (file: string) => string | undefined): Reporting {
  const wanted = parseReporters(options);
  const sinks = wanted.map(({ name, file }) => {
    const colour = file === undefined && io.colour;
    const reporter: Reporter = createReporter(name, { colour, width: io.width, sourceOf });
    const fd = file === undefined ? undefined : openFile(file);
    const write = (text: string): void => {
      if (text === "") return;
      if (fd === undefined) io.print(text);
      else writeSync(fd, text);
    };
    return { reporter, write, fd };
  });
  return deferred(
    (events) => {
      for (const { reporter, write } of sinks) write(events.map((event) => reporter.accept(event)).join(""));
    },
    () => {
      for (const { fd } of sinks) if (fd !== undefined) closeSync(fd);
    },
  );
}

/** How much output waits to be reported, in characters. */
const MOST_WAITING = 1 << 16;

/** Reports at the next turn of the event loop: by then the session has its next block, and works while we write. */
function deferred(report: (events: readonly RunEvent[]) => void, end: () => void): Reporting {
  let waiting: RunEvent[] = [];
  let length = 0;
  const flush = (): void => {
    const events = waiting;
    waiting = [];
    length = 0;
    report(events);
  };
  // A second Ctrl-C ends the process at once: what has happened by then is told all the same.
  process.on("exit", flush);
  return {
    accept: (event) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(event);
      if (event.type !== "output") return;
      // A block that prints without end brings megabytes in one turn: they are not kept until its end.
      length += event.text.length;
      if (length > MOST_WAITING) flush();
    },
    close: () => {
      process.off("exit", flush);
      flush();
      end();
    },
  };
}

function parseReporters(options: Options): readonly Wanted[] {
  const given = (options.reporter ?? []).flatMap((value) => value.split(","));
  if (given.length === 0) return [{ name: options.json ? "json" : "pretty", file: undefined }];
  const wanted = given.map(parseReporter);
  if (options.json) wanted.push({ name: "json", file: undefined });
  if (wanted.filter(({ file }) => file === undefined).length > 1) {
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
  if (rest.length === 0) return { name, file: undefined };
  const file = rest.join("=");
  if (file === "")
    throw new UsageError(`\`--reporter ${value}\` names no file.`, `Name one: \`--reporter ${name}=FILE\`.`);
  return { name, file };
}

function isReporter(name: string): name is ReporterName {
  return Object.hasOwn(REPORTERS, name);
}

function openFile(file: string): number {
  try {
    return openSync(file, "w");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new EnvironmentError(`\`${file}\` cannot be written (${why}).`, { hint: "Name another file.", cause });
  }
}
