import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import {
  type Expectation,
  type ExpectedLine,
  isStructured,
  type LineExpectation,
  match,
  matchStructured,
  prove,
} from "../../src/expect/index.ts";
import { type Command, type Lesson, parseLesson } from "../../src/lesson/index.ts";
import { findHelm } from "../support/helm.ts";
import { openCliRoom } from "../support/run-cli.ts";

const folder = path.resolve(import.meta.dirname, "../../lessons");
const courseVars: Readonly<Record<string, string>> = parse(readFileSync(path.join(folder, "course.yaml"), "utf8")).vars;
const lessons = readdirSync(folder).filter((name) => /^lesson-\d\d-.*\.md$/.test(name));

/** What each command printed when the lesson was run, by the line that it begins at. */
type Outputs = ReadonlyMap<number, string>;

/** The steps with a condition that a run takes where nothing else is said. */
const CHOSEN: Readonly<Record<string, readonly string[]>> = {
  "lesson-02-metallb.md": ["install-sandbox", "wait-for-controller", "wait-for-speaker"],
};

test.each(lessons)("%s passes in the sandbox, and no line of its outputs could be changed unseen", async (name) => {
  const lesson = readLesson(name);
  const outputs = await outputsOf(name);
  expect(await survivors(lesson, outputs)).toEqual([]);
  expect(chosenSteps(lesson, outputs)).toEqual(CHOSEN[name] ?? []);
});

test.skipIf(findHelm() === undefined)("lesson-02 passes by helm, too: it takes either way, never both", async () => {
  const name = "lesson-02-metallb.md";
  const lesson = readLesson(name);
  const byHelm = await outputsOf(name, ["--var", "METALLB_BY=helm"]);
  expect(await survivors(lesson, byHelm)).toEqual([]);
  expect(chosenSteps(lesson, byHelm)).toEqual(["helm-sandbox"]);
});

test("the chart brings the kinds that the manifest brings", () => {
  const read = (file: string): string => readFileSync(path.join(folder, "files", file), "utf8");
  const kinds = (text: string): unknown[] =>
    parseAllDocuments(text.replaceAll(/^\{\{.*\}\}$/gm, ""))
      .map((document) => document.toJS())
      .filter((object) => object?.kind === "CustomResourceDefinition");
  expect(kinds(read("metallb-chart/templates/crds.yaml"))).toEqual(kinds(read("metallb-sandbox.yaml")));
  expect(kinds(read("metallb-sandbox.yaml"))).toHaveLength(2);
});

/** Run a lesson, which must pass. */
async function outputsOf(name: string, options: readonly string[] = []): Promise<Outputs> {
  const room = openCliRoom();
  try {
    const helm = findHelm();
    const env = helm === undefined ? {} : { PATH: `${room.env.PATH}${path.delimiter}${path.dirname(helm)}` };
    const args = ["test", "--yes", "--reporter", "json=events.jsonl", ...options, path.join(folder, name)];
    const ran = await room.run(args, { env });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
    const outputs = new Map<number, string>();
    for (const line of readFileSync(path.join(room.folder, "events.jsonl"), "utf8").trim().split("\n")) {
      const event = JSON.parse(line);
      if (event.type === "command-end" && event.place.file.endsWith(name)) outputs.set(event.place.line, event.output);
    }
    return outputs;
  } finally {
    room.remove();
  }
}

/** The steps that ran because their condition held. */
function chosenSteps(lesson: Lesson, outputs: Outputs): string[] {
  return lesson.steps
    .filter(({ commands }) =>
      commands.some(({ condition, place }) => condition.ifCommand !== undefined && outputs.has(place.line)),
    )
    .map(({ id }) => id);
}

function readLesson(name: string): Lesson {
  const { lesson, diagnostics } = parseLesson(`lessons/${name}`, readFileSync(path.join(folder, name), "utf8"));
  expect(diagnostics).toEqual([]);
  if (lesson === undefined) throw new Error(`${name} is not a lesson`);
  return lesson;
}

/** Lines of expectations whose change a run would not notice: `file:line how`. */
async function survivors(lesson: Lesson, outputs: Outputs): Promise<string[]> {
  const judged = lesson.steps
    .flatMap((step) => step.commands)
    .filter(({ condition: { targets } }) => targets?.includes("sandbox") ?? true)
    .filter(({ condition, place }) => condition.ifCommand === undefined || outputs.has(place.line))
    .flatMap((command) =>
      command.expectations.map((expectation) => ({ expectation, output: outputOf(command, outputs) })),
    );
  const found = await Promise.all(judged.map(({ expectation, output }) => survivorsOf(expectation, output)));
  return found.flat();
}

async function survivorsOf(expectation: Expectation, output: string): Promise<string[]> {
  const lookup = (name: string) => courseVars[name];
  if (isStructured(expectation)) {
    expect(await matchStructured(expectation, output, lookup)).toMatchObject({ kind: "match" });
    const { tried, survivors: unnoticed } = await prove([expectation], output, lookup);
    expect(tried).toBeGreaterThan(0);
    return unnoticed.map(({ kind }) => `${expectation.place.file}:${expectation.place.line} ${kind}`);
  }
  expect(match(expectation, output, lookup)).toMatchObject({ kind: "match" });
  return mutants(expectation).flatMap(({ mutant, line, how }) =>
    match(mutant, output, lookup).kind === "match" ? [`${line.place.file}:${line.place.line} ${how}`] : [],
  );
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
