import { describe, expect, test } from "vitest";
import { parseLesson, readFrontMatter } from "../../src/lesson/index.ts";

test.each([
  ["lessons/lesson-03-routing.md", "---\ntitle: x\n---\n", "lesson-03"],
  ["lesson-03.md", "---\n---\n", "lesson-03"],
  ["lessons/intro.md", "---\ntitle: x\n---\n", "intro"],
  ["./docs/guide/README.md", "# Guide\n", "docs/guide/README"],
  ["docs\\guide.md", "# Guide\n", "docs/guide"],
  ["lessons/lesson-03-routing.md", "# no front matter\n", "lessons/lesson-03-routing"],
])("%s with %j has the id %s", (path, text, id) => {
  expect(readFrontMatter(path, text).id).toBe(id);
});

describe("reading it alone gives what reading the whole file gives", () => {
  test.each([
    ["unix", "---\ntitle: A\nrequires: [b]\nvars: {X: 1.10, Y: {command: date}}\n---\n# T\n"],
    ["windows", "---\r\ntitle: A\r\nrequires: [b]\r\n---\r\n# T\r\n"],
    ["byte order mark", "\uFEFF---\ntitle: A\nrequires: [b]\n---\n# T\n"],
    ["blanks after the marks", "---  \nminutes: 5\ntools: {kubectl: '>=1.30', istioctl: {live: ^1.28}}\n---\t\n"],
    ["empty", "---\n---\n"],
    ["an unknown key", "---\ntitel: x\n---\n"],
    ["no YAML", "---\na: [\n---\n"],
  ])("%s", (_, text) => {
    const alone = readFrontMatter("lesson-01-a.md", text);
    const body =
      "\n```bash\ntrue\n```\n\n```output\nx\n```\n\n## Checkpoint\n\n<details>\n<summary>Check: c</summary>\n\n```bash\ntrue\n```\n\n</details>\n";
    const whole = parseLesson("lesson-01-a.md", text + body);
    expect(whole.diagnostics).toEqual(alone.diagnostics);
    if (alone.diagnostics.length === 0) expect(whole.lesson?.front).toEqual(alone.front);
  });
});

describe("front matter that is not at the beginning is an error: without it the file would be a page", () => {
  test.each([
    ["below an empty line", "\n---\ntitle: x\n---\n", "2:1"],
    ["below a comment", "<!-- licence\n-->\n\n---\r\nvars: {}\r\n---\n", "4:1"],
  ])("%s", (_, text, place) => {
    const [finding, more] = parseLesson("lesson-01-a.md", text).diagnostics;
    expect([finding?.code, `${finding?.place.line}:${finding?.place.column}`, more]).toEqual([
      "LI027",
      place,
      undefined,
    ]);
  });
  test.each([
    ["a break and a heading", "\n---\n\nNote: x\n---\n"],
    ["a break and another key", "\n---\nNote: x\n---\n"],
    ["below a text", "text\n\n---\ntitle: x\n---\n"],
  ])("but not %s", (_, text) => {
    expect(parseLesson("page.md", text).diagnostics).toEqual([]);
  });
});

test("a variable's value is what is written, whatever YAML takes it for", () => {
  const vars = "{A: true, B: False, C: 1.10, D: 0x1F, E: yes, F: 'true', G: 1e3}";
  const { front, diagnostics } = readFrontMatter("a.md", `---\nvars: ${vars}\n---\n`);
  expect(diagnostics).toEqual([]);
  const values = front?.vars.map((one) => (one.kind === "value" ? `${one.name}=${one.value}` : one.kind));
  expect(values).toEqual(["A=true", "B=False", "C=1.10", "D=0x1F", "E=yes", "F=true", "G=1e3"]);
});

test.each(["A: null", "A:", "A: [1]", "A: {command: ''}", "A: {command: x, other: y}"])(
  "a variable takes no `%s`",
  (line) => {
    const { diagnostics } = readFrontMatter("a.md", `---\nvars:\n  ${line}\n---\n`);
    expect(diagnostics.map(({ code, message }) => [code, message.includes("{command: …}")])).toEqual([["LI029", true]]);
  },
);

test("a byte order mark moves offsets and no columns", () => {
  const text = "\uFEFF---\ntitel: x\n---\n";
  const place = readFrontMatter("a.md", text).diagnostics[0]?.place;
  expect(text.slice(place?.offset, place?.endOffset)).toBe("titel");
  expect([place?.line, place?.column]).toEqual([2, 1]);
});

test("a page has none", () => {
  expect(readFrontMatter("README.md", "# Hi\n\n---\n")).toEqual({ id: "README", front: undefined, diagnostics: [] });
});

test("an empty list of targets is refused: it would mean all of them", () => {
  const { diagnostics } = readFrontMatter("lesson-01-a.md", "---\ntargets: []\n---\n");
  expect(diagnostics.map(({ code, place }) => [code, place.line])).toEqual([["LI029", 2]]);
});
