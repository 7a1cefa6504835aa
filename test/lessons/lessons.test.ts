import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type ExpectedLine, isStructured, type LineExpectation, match } from "../../src/expect/index.ts";
import { type Command, type Lesson, parseLesson } from "../../src/lesson/index.ts";
import { openCliRoom } from "../support/run-cli.ts";

const folder = path.resolve(import.meta.dirname, "../../lessons");
const lessons = readdirSync(folder).filter((name) => /^lesson-\d\d-.*\.md$/.test(name));

/** What each command printed when the lesson was run, by the line that it begins at. */
type Outputs = ReadonlyMap<number, string>;

test.each(lessons)("%s passes in the sandbox, and no line of its outputs could be changed unseen", async (name) => {
  const room = openCliRoom();
  try {
    const ran = await room.run(["test", "--yes", "--reporter", "json=events.jsonl", path.join(folder, name)]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
    const outputs = new Map<number, string>();
    for (const line of readFileSync(path.join(room.folder, "events.jsonl"), "utf8").trim().split("\n")) {
      const event = JSON.parse(line);
      if (event.type === "command-end") outputs.set(event.place.line, event.output);
    }
    expect(survivors(readLesson(name), outputs)).toEqual([]);
  } finally {
    room.remove();
  }
});

function readLesson(name: string): Lesson {
  const { lesson, diagnostics } = parseLesson(`lessons/${name}`, readFileSync(path.join(folder, name), "utf8"));
  expect(diagnostics).toEqual([]);
  if (lesson === undefined) throw new Error(`${name} is not a lesson`);
  return lesson;
}

/** Lines of expectations whose change a run would not notice: `file:line how`. */
function survivors(lesson: Lesson, outputs: Outputs): string[] {
  const variables: Record<string, string> = { CLUSTER: "learn-istio" };
  return lesson.steps
    .flatMap((step) => step.commands)
    .filter(({ condition: { targets } }) => targets?.includes("sandbox") ?? true)
    .flatMap((command) =>
      command.expectations.map((expectation) => ({ expectation, output: outputOf(command, outputs) })),
    )
    .flatMap(({ expectation, output }) => {
      if (isStructured(expectation)) throw new Error(`line ${expectation.place.line}: no mutants for its mode yet`);
      const lookup = (name: string) => variables[name];
      expect(match(expectation, output, lookup)).toMatchObject({ kind: "match" });
      return mutants(expectation).flatMap(({ mutant, line, how }) =>
        match(mutant, output, lookup).kind === "match" ? [`${line.place.file}:${line.place.line} ${how}`] : [],
      );
    });
}

function outputOf(command: Command, outputs: Outputs): string {
  const output = outputs.get(command.place.line);
  if (output === undefined) throw new Error(`line ${command.place.line} did not run`);
  return output;
}

/** Each line changed in turn, and each line asked for twice. */
function mutants(expectation: LineExpectation): { mutant: LineExpectation; line: ExpectedLine; how: string }[] {
  return expectation.lines.flatMap((line, index) => {
    const other: ExpectedLine = {
      kind: "literal",
      text: `${line.source}x`,
      source: `${line.source}x`,
      place: line.place,
    };
    const lines = expectation.lines;
    return [
      { mutant: { ...expectation, lines: lines.with(index, other) }, line, how: "changed" },
      {
        mutant: { ...expectation, lines: [...lines.slice(0, index), line, ...lines.slice(index)] },
        line,
        how: "doubled",
      },
    ];
  });
}
