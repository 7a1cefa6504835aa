import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { COURSE_KEYS } from "../../src/cli/course.ts";
import { DEFAULTS, FIELDS } from "../../src/lesson/front-matter-fields.ts";
import { readFrontMatter } from "../../src/lesson/index.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { examples, fences, text } from "./authoring-document.ts";

const lessons = path.resolve(import.meta.dirname, "../../lessons");
const read = (name: string): string => readFileSync(path.join(lessons, name), "utf8");
const lessonSchema = JSON.parse(read("lesson.schema.json"));
const courseSchema = JSON.parse(read("course.schema.json"));
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const isFrontMatter = ajv.compile(lessonSchema);
const isCourse = ajv.compile(courseSchema);

test("the schemas know the keys that the parser knows", () => {
  expect(Object.keys(lessonSchema.properties)).toEqual(Object.keys(FIELDS).sort());
  expect(Object.keys(lessonSchema.properties.defaults.properties)).toEqual([...DEFAULTS].sort());
  expect(Object.keys(courseSchema.properties)).toEqual([...COURSE_KEYS].sort());
});

test("the first lesson's front matter and the course's file are as the schemas say", () => {
  const front = read("lesson-01-prereqs.md").split(/^---$/m)[1] ?? "";
  expect(isFrontMatter(parse(front)), ajv.errorsText(isFrontMatter.errors)).toBe(true);
  expect(isCourse(parse(read("course.yaml"))), ajv.errorsText(isCourse.errors)).toBe(true);
});

test("the schemas judge the authors' reference as the parser does, and stand where it says", () => {
  const fronts = examples.flatMap(({ text: body, kind }) => {
    const front = /^---\n([\s\S]*?)^---$/m.exec(body)?.[1];
    return body.startsWith("---") && front !== undefined ? [{ kind, front }] : [];
  });
  const verdicts = fronts.map(({ kind, front }) => `${kind}: ${isFrontMatter(parse(front))}`);
  expect(verdicts).toMatchInlineSnapshot(`
    [
      "passes: true",
      "warned: true",
      "refused: true",
      "parses: true",
      "parses: true",
      "refused: true",
      "passes: true",
      "refused: false",
    ]
  `);
  const isMutants = (value: string): boolean => value.startsWith("mutants:");
  const documents = fences.filter((fence) => fence.lang === "yaml").map((fence) => fence.value);
  const courses = documents.filter((value) => !isMutants(value)).map((value) => isCourse(parse(value)));
  expect(courses).toEqual([true]);
  const schemas = [...`${text}${read("course.yaml")}`.matchAll(/\$schema=(\S+)/g)].map(([, file = ""]) => file);
  expect(schemas).toEqual(["./lesson.schema.json", "./course.schema.json", "./course.schema.json"]);
  for (const file of schemas) expect(JSON.parse(read(file)).type).toContain("object");
});

describe("the parser takes it, and so does the schema", () => {
  test.each([
    "",
    "title: 2026",
    "minutes: 0.5",
    "requires: [lesson-01, 7]",
    "requires: []",
    "targets: live",
    "targets: [sandbox, live, none]",
    "tools: {kubectl: 1.30, kind: {live: '>=0.27', all: '*'}, helm: '^3.17 || ~4.0.1', jq: '1.6 - 1.8'}",
    "tools: {node: '>=20.19.0 <21 || v22.x', a: ''}",
    "vars: {A: 1, _b2: true, C: '', D: {command: date}}",
    "defaults: {timeout: 1m30s, within: 24h, every: 500ms, times: 3, stream: stderr, target: 'live, none', os: linux}",
  ])("%j", (yaml) => {
    expect(verdictsOnFront(yaml)).toEqual({ parser: true, schema: true });
  });
});

describe("the parser refuses it, and so does the schema", () => {
  test.each([
    "titel: x",
    "title: ' '",
    "title: [x]",
    "title:",
    "summary: {a: b}",
    "minutes: 0",
    "minutes: ten",
    "minutes: '10'",
    "requires: lesson-01",
    "requires: ['']",
    "requires: [{a: b}]",
    "targets: cloud",
    "targets: [sandbox, Live]",
    "targets:",
    "tools: kubectl",
    "tools: [kubectl]",
    "tools: {kubectl: soon}",
    "tools: {kubectl: true}",
    "tools: {kubectl: '>>1'}",
    "tools: {kubectl: {cloud: '1'}}",
    "tools: {kubectl: {live: new}}",
    "vars: [A]",
    "vars: {1A: x}",
    "vars: {A-B: x}",
    "vars: {A: }",
    "vars: {A: [x]}",
    "vars: {A: {command: date, shell: sh}}",
    "vars: {A: {command: ' '}}",
    "vars: {A: {cmd: date}}",
    "defaults: timeout",
    "defaults: {exit: 1}",
    "defaults: {timeout: 60}",
    "defaults: {timeout: 0s}",
    "defaults: {within: 25h}",
    "defaults: {every: 1s2m}",
    "defaults: {times: 0}",
    "defaults: {times: 1.5}",
    "defaults: {stream: all}",
    "defaults: {target: cloud}",
    "defaults: {os: windows}",
    "[a, b]",
    "plain text",
  ])("%j", (yaml) => {
    expect(verdictsOnFront(yaml)).toEqual({ parser: false, schema: false });
  });
});

function verdictsOnFront(yaml: string): { parser: boolean; schema: boolean } {
  const { diagnostics } = readFrontMatter("lesson-09-x.md", `---\n${yaml}\n---\n`);
  return { parser: diagnostics.length === 0, schema: isFrontMatter(parse(yaml)) };
}

describe("front matter of any kind", () => {
  const duration = fc.stringMatching(/^[0-9]{0,3}(?:\.[0-9])?(?:h|m|s|ms|d|)(?:[0-9]{1,2}(?:m|s|ms))?$/);
  const range = fc.stringMatching(
    /^ ?(?:[<>]=?|=|~|\^|)v?(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}(?:\.x)?|x|\*)(?: ?(?:-|\|\||,|) ?[<>]?=?[0-9.]{1,4})?$/,
  );
  const name = fc.stringMatching(/^[A-Za-z_0-9-]{0,4}$/);
  const word = fc.constantFrom(
    "sandbox",
    "live",
    "none",
    "linux",
    "darwin",
    "both",
    "stderr",
    "all",
    "date",
    "",
    " ",
    "x",
  );
  const scalar = fc.oneof(
    word,
    duration,
    range,
    name,
    fc.integer({ min: -2, max: 99_999 }),
    fc.integer({ min: -4, max: 8 }).map((quarters) => quarters / 4),
    fc.boolean(),
    fc.constant(null),
  );
  const any = fc.oneof(
    { weight: 4, arbitrary: scalar },
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.oneof(name, word), scalar, { maxKeys: 2 }),
  );
  const likely: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    defaults: fc.dictionary(fc.constantFrom(...DEFAULTS, "exit"), scalar, { maxKeys: 3 }),
    targets: fc.array(word, { maxLength: 3 }),
    tools: fc.dictionary(name, fc.oneof(range, scalar, fc.dictionary(word, range, { maxKeys: 2 })), { maxKeys: 2 }),
    vars: fc.dictionary(name, fc.oneof(scalar, fc.record({ command: scalar })), { maxKeys: 2 }),
    requires: fc.array(scalar, { maxLength: 3 }),
  };
  const field = fc
    .constantFrom(...Object.keys(FIELDS), "titel")
    .chain((key) => fc.tuple(fc.constant(key), fc.oneof(likely[key] ?? any, any)));
  const front = fc
    .uniqueArray(field, { maxLength: 3, selector: ([key]) => key })
    .map((fields) => Object.fromEntries(fields));

  test("is judged by the schema as by the parser", () => {
    let good = 0;
    fc.assert(
      fc.property(front, (fields) => {
        const { parser, schema } = verdictsOnFront(JSON.stringify(fields));
        good += Number(parser);
        expect(schema).toBe(parser);
      }),
      { numRuns: 5000 },
    );
    // Were nearly all refused, agreement would say little.
    expect(good).toBeGreaterThan(500);
  });
});

describe("a course's file that the program refuses is refused by the schema, and no other", () => {
  let room: CliRoom;
  beforeAll(() => {
    room = openCliRoom({ "lessons/lesson-01-x.md": "---\ntitle: x\n---\n" });
  });
  afterAll(() => room.remove());

  test.each([
    ["", true],
    ["id: my-course", true],
    ["{id: a1, title: A, vars: {A: 1, B: x, C: true}}", true],
    ["id: My Course", false],
    ["id: 7", false],
    ["title: 7", false],
    ["name: x", false],
    ["vars: [A]", false],
    ["vars: {A-B: x}", false],
    ["vars: {A: {command: date}}", false],
    ["- a", false],
  ])("%j: %s", async (yaml, isGood) => {
    room.write({ "lessons/course.yaml": `${yaml}\n` });
    const { code } = await room.run(["list"]);
    expect({ program: code === 0, schema: isCourse(parse(yaml)) }).toEqual({ program: isGood, schema: isGood });
  });
});
