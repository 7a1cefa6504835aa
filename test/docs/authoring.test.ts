import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CATALOGUE } from "../../src/diagnostics/index.ts";
import { PLACEHOLDERS } from "../../src/expect/placeholders.ts";
import { DEFAULTS, FIELDS } from "../../src/lesson/front-matter-fields.ts";
import { parseLesson, readVariants } from "../../src/lesson/index.ts";
import { KEYS } from "../../src/lesson/key-table.ts";
import { type CliRoom, normalise, openCliRoom } from "../support/run-cli.ts";
import {
  DOCUMENT,
  type Example,
  examples,
  fences,
  generated,
  type Part,
  rowsOf,
  tableOf,
  text,
} from "./authoring-document.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

/** What `UPDATE_FIXTURES=1` writes into the document, in place of what the tests found there. */
const updates: (Part & { readonly actual: string })[] = [];

function expectShown(part: Part, actual: string): void {
  if (process.env.UPDATE_FIXTURES === "1") updates.push({ ...part, actual });
  else expect(part.shown).toBe(actual);
}

test("its file of mutants fits the first lesson", () => {
  const file = path.join(path.dirname(DOCUMENT), "lesson-01-prereqs.md");
  const { lesson } = parseLesson("lesson-01-prereqs.md", readFileSync(file, "utf8"));
  const mutants = fences.find((fence) => fence.lang === "yaml" && fence.value.startsWith("mutants:"));
  if (lesson === undefined || mutants === undefined) throw new Error("there is no lesson, or no example");
  const { variants, diagnostics } = readVariants("lesson-01.mutants.yaml", mutants.value, lesson);
  expect(diagnostics).toEqual([]);
  expect(variants.map(({ id }) => id)).toEqual(["mutant-other-name", "right-way-no-wait"]);
});

test("nothing in the document goes untested", () => {
  expect(countsOf(fences.map((fence) => fence.lang ?? ""))).toMatchInlineSnapshot(`
    {
      "markdown": 41,
      "text": 15,
      "yaml": 2,
    }
  `);
  expect(countsOf(examples.map((example) => example.kind))).toMatchInlineSnapshot(`
    {
      "fails": 3,
      "parses": 3,
      "passes": 23,
      "refused": 10,
      "warned": 2,
    }
  `);
  const shown = examples.filter((example) => example.shown !== undefined);
  expect(shown.map((example) => example.kind).filter((kind) => kind === "passes" || kind === "parses")).toEqual([]);
  expect(shown.length).toBe(fences.filter((fence) => fence.lang === "text").length);
});

describe("an example passes", () => {
  test.each(of("passes"))("line $line", async (example) => {
    const { stdout, stderr, code } = await runExample(["test", "--target", "none"], example);
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/ [1-9]\d* passed, 0 failed/);
  });
});

describe("an example for a cluster is written rightly", () => {
  test.each(of("parses"))("line $line", async (example) => {
    const { stdout, code } = await runExample(["lint"], example);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  });
});

describe("an example gives exactly the findings below it", () => {
  test.each([...of("refused"), ...of("warned")])("line $line: $kind", async (example) => {
    const { stdout, code } = await runExample(["lint"], example);
    expect(code).toBe(example.kind === "refused" ? 3 : 0);
    expect(stdout).toMatch(example.kind === "refused" ? /\b[1-9]\d* errors?, 0 w/ : /\b0 errors, [1-9]/);
    expectShown(shownBelow(example), findingsOf(stdout));
  });
});

describe("an example fails with the lines below it", () => {
  test.each(of("fails"))("line $line", async (example) => {
    const { stdout, stderr, code } = await runExample(["test", "--target", "none"], example);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const printed = linesOf(stdout);
    const wanted = linesOf(normalise(shownBelow(example).shown, room.folder));
    const first = printed.indexOf(wanted[0] ?? "");
    expect(printed.slice(first, first + wanted.length)).toEqual(wanted);
  });
});

describe("the tables are the program's own", () => {
  test("placeholders", () => {
    const rows = PLACEHOLDERS.map(({ name, example, regex }) => [`\`<${name}>\``, `\`${example}\``, `\`${regex}\``]);
    expectShown(generated("placeholders"), tableOf(["placeholder", "for example", "exactly"], rows));
  });

  test("findings", () => {
    const rows = Object.entries(CATALOGUE).map(([code, { severity, title }]) => [code, severity, title]);
    expectShown(generated("findings"), tableOf(["code", "severity", "what it is"], rows));
  });

  test("keys", () => {
    const rows = Object.entries(KEYS).map(([name, { expected, on }]) => [
      `\`${name}\``,
      expected ?? "a flag",
      on.join(", "),
    ]);
    expect(rowsOf("keys").map((row) => row.slice(0, 3))).toEqual(rows);
    expect(rowsOf("keys").filter((row) => row[3] === "")).toEqual([]);
  });

  test("front matter", () => {
    const rows = rowsOf("front-matter");
    expect(rows.map((row) => row[0])).toEqual(Object.keys(FIELDS).map((name) => `\`${name}\``));
    for (const name of DEFAULTS) expect(rows[0]?.[2]).toContain(`\`${name}\``);
  });
});

test("the document is no lesson, and has nothing to find in itself", async () => {
  const { code, stdout } = await room.run(["lint", "--json", DOCUMENT]);
  expect({ code, findings: JSON.parse(stdout).findings }).toEqual({ code: 0, findings: [] });
  const own = JSON.parse((await room.run(["lint", "--json", "--lessons", path.dirname(DOCUMENT)])).stdout);
  expect(own.files.filter((file: string) => !/\/lessons\/lesson-\d\d-[^/]*\.md$/.test(file))).toEqual([]);
  expect(own.files).not.toEqual([]);
});

test("links within the document lead somewhere", () => {
  const slugs = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, slug]) => slug);
  expect(links.filter((slug) => slug === undefined || !slugs.includes(slug))).toEqual([]);
  expect(links.length).toBeGreaterThan(10);
});

test.runIf(process.env.UPDATE_FIXTURES === "1")("the document is brought up to date", () => {
  let updated = text;
  for (const { start, end, actual } of updates.toSorted((a, b) => b.start - a.start)) {
    updated = updated.slice(0, start) + actual + updated.slice(end);
  }
  writeFileSync(DOCUMENT, updated);
});

function of(kind: Example["kind"]): readonly Example[] {
  return examples.filter((example) => example.kind === kind);
}

function shownBelow({ shown, line }: Example): Part {
  if (shown === undefined) throw new Error(`nothing is shown below the example at line ${line}`);
  return shown;
}

/** Findings as `lint` prints them, without the lines of the source (they stand right above) and the counts. */
function findingsOf(printed: string): string {
  const lines = printed.split("\n").filter((line) => line !== "" && !/^ +\d* +\|/.test(line));
  return lines.slice(0, -1).join("\n");
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** A lesson that an example requires stands beside it, as it would in a course. */
function runExample(args: readonly string[], { file, text: body }: Example) {
  const folder = body.includes("requires: [lesson-01]") ? { "lesson-01-x.md": of("passes")[0]?.text ?? "" } : {};
  room.write({ ...folder, [file]: body });
  return room.run([...args, ...Object.keys(folder), file]);
}

/** Lines as printed, but for their indentation and width. */
function linesOf(printed: string): string[] {
  const lines = printed.split("\n").map((line) => line.trim().replaceAll(/ +/g, " "));
  return lines.filter((line) => line !== "");
}
