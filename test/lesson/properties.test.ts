import fc from "fast-check";
import type { Code, Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { frontmatter } from "micromark-extension-frontmatter";
import { expect, test, vi } from "vitest";
import { type Lesson, parseLesson } from "../../src/lesson/index.ts";
import { isTrue, linesOf, placesIn } from "./places.ts";

const LANGUAGES = ["bash", "sh", "shell", "console", "output", "yaml", "Bash", ""];
const SHELLS = new Set(["bash", "sh", "shell", "console"]);
const SUMMARIES = ["Check: it is so", "Hint", "Solution", "More", "check: near", "Check:"];
const INFOS = [
  "",
  " {#id}",
  " {exit=1}",
  " {cleanup}",
  " {contains}",
  " {tiemout=1}",
  ' {skip="a b"}',
  " {",
  " `x`",
  " {hidden}",
  ' {background=a ready="port 1"}',
  " {stop=a}",
  " {constructor __proto__=x toString}",
  " {host mode=type}",
];
const NOISE = [
  "",
  "<!--",
  "-->",
  "<!-- li: timeout=2m -->",
  "<details>",
  "</details>",
  "```",
  "~~~",
  "````",
  "\0",
  "---",
  "===",
  "[x]: y",
  "<pre>",
  "- [ ] do",
  "- [x] done",
  "<!-- li: #task -->\n1. [ ] do\n\n   - [ ] more",
  "> ",
  "\t",
  "| a |",
  "## Checkpoint",
  "## Clean up",
  "# Title",
  "<summary>x</summary>",
  "\u202Etxet\u2066",
  "\uD800",
  "```bash\necho \u202Ea\u200B\n```",
  "```\u00A0bash\ntrue\n```",
];

/** What Markdown has a meaning for, in any order. */
const tangles = fc.string({
  unit: fc.constantFrom(...'`~-_*+>[]()<!#:|\\ \t\n\r\0\u202E{}="/1.x&;'.split("")),
  maxLength: 60,
});

const fence = fc
  .record({
    marker: fc.constantFrom("```", "~~~", "````"),
    language: fc.constantFrom(...LANGUAGES),
    info: fc.constantFrom(...INFOS),
    body: fc.constantFrom(
      "true",
      "$ true\nok",
      "cat <<X\n-->\nX",
      "",
      "\ttrue",
      "$ a \\\n> b\n[2]",
      "...",
      "a\0b",
      "```",
      "<!-- x",
    ),
    isClosed: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map(({ marker, language, info, body, isClosed }) =>
    [`${marker}${language}${info}`, body, ...(isClosed ? [marker] : [])].join("\n"),
  );

const plain = fc.oneof(
  tangles,
  fence,
  fence,
  fc.constantFrom(...NOISE),
  fc.constantFrom("Some prose.", "## A heading", "a `b` <c>"),
);
const nested = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 1, arbitrary: plain.map((text) => indent(text, "- ", "  ")) },
  { weight: 1, arbitrary: plain.map((text) => indent(text, "> ", "> ")) },
  { weight: 1, arbitrary: plain.map((text) => indent(text, "1.\t", "\t")) },
  { weight: 1, arbitrary: plain.map((text) => `<!--\n${text}\n-->`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...SUMMARIES), plain, fc.constantFrom("\n\n", "\n"))
      .map(([summary, text, gap]) => `<details>\n<summary>${summary}</summary>${gap}${text}\n\n</details>`),
  },
);

const documents = fc
  .record({
    head: fc.constantFrom("", "---\ntitle: x\n---\n", "---\n", "\uFEFF---\ntitel: x\n---\n", "\uFEFF"),
    parts: fc.array(fc.tuple(nested, fc.constantFrom("\n\n", "\n\n", "\n\n", "\n")), { maxLength: 9 }),
    ends: fc.constantFrom(["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]),
  })
  .map(({ head, parts, ends }) => {
    let count = 0;
    return (head + parts.flat().join("")).replaceAll("\n", () => ends[count++ % ends.length] ?? "\n");
  });

function indent(text: string, first: string, rest: string): string {
  return first + text.split("\n").join(`\n${rest}`);
}

function codesIn(node: Nodes): readonly Code[] {
  if (node.type === "code") return [node];
  return "children" in node ? node.children.flatMap(codesIn) : [];
}

function commandLines(lesson: Lesson | undefined): ReadonlySet<number> {
  if (lesson === undefined) return new Set();
  const checks = [...lesson.steps.flatMap((step) => step.checks), ...(lesson.checkpoint?.checks ?? [])];
  const commands = [
    ...lesson.steps.flatMap((step) => [...step.commands, ...(step.solution === undefined ? [] : [step.solution])]),
    ...checks.flatMap((check) => [check.predicate, ...check.diagnoses]),
    ...lesson.cleanups,
  ];
  return new Set(commands.map((command) => command.place.line));
}

/** `FC_RUNS=20000 npx vitest run test/lesson/properties.test.ts` looks at as many documents. */
const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 500) };
if (process.env.FC_RUNS !== undefined) vi.setConfig({ testTimeout: 600_000 });

test("any document gives a lesson or an error, and places that are true", () => {
  fc.assert(
    fc.property(documents, (text) => {
      const { lesson, diagnostics } = parseLesson("x.md", text);
      expect(lesson === undefined).toBe(diagnostics.some((finding) => finding.severity === "error"));
      const wrong = placesIn([lesson, diagnostics]).filter((place) => !isTrue(place, text));
      expect(wrong).toEqual([]);
    }),
    RUNS,
  );
});

const CALM = [
  "## A heading",
  "Some prose.",
  "```LANG\ntrue\n```",
  "~~~LANG {timeout=1s}\ntrue\n~~~",
  "````LANG {cleanup}\n```\ntrue\n````",
  "<!-- li: timeout=1s -->\n```LANG\ntrue\n```",
  "```console\n$ true\n$ a |\n> b\nc\n```",
  "````yaml\n```LANG\ntrue\n```\n````",
  "- a\n\n      ```LANG\n      true\n      ```",
  "<!--\n```LANG\ntrue\n```\n-->",
  "<details>\n<summary>More</summary>\n\n```LANG\ntrue\n```\n\n</details>",
  "## B\n\n```LANG\ntrue\n```\n\n<details>\n<summary>Check: a</summary>\n\n```LANG\ntrue\n```\n\n```LANG\ntrue\n```\n\n</details>\n\n<details>\n<summary>Hint</summary>\n\n```LANG\ntrue\n```\n\n</details>",
];

/** Pages on which nothing is wrong. */
const calmPages = fc
  .array(
    fc
      .tuple(fc.constantFrom(...CALM), fc.constantFrom("bash", "sh", "shell"), fc.constantFrom("", "> ", "   "))
      .map(([text, language, margin]) => {
        const whole = text.replaceAll("LANG", language);
        if (margin === "> ") return indent(whole, margin, margin);
        return margin === "" ? whole : indent(whole, "1. ", margin);
      }),
    { maxLength: 9 },
  )
  .map((parts) => parts.join("\n\n").concat("\n"));

test("no block of commands vanishes: it runs, or a hint holds it, or a finding names it", () => {
  fc.assert(
    fc.property(calmPages, (text) => {
      const { lesson, diagnostics } = parseLesson("x.md", text);
      expect(diagnostics.filter((finding) => finding.severity === "error")).toEqual([]);
      const starts = commandLines(lesson);
      const named = new Set(diagnostics.map(({ place }) => place.line));
      const hints = (lesson?.steps ?? []).flatMap((step) => step.hints.map((hint) => hint.place));
      const lost = fencesOfCommands(text).filter((line) => {
        const isInHint = hints.some(
          (place) => place.line < line && line < place.line + linesOf(text.slice(place.offset, place.endOffset)).length,
        );
        return !isInHint && !starts.has(line + 1) && !named.has(line);
      });
      expect(lost).toEqual([]);
    }),
    RUNS,
  );
});

test("in a lesson that is accepted, each line that opens a block of commands begins one, stands in one, or is named", () => {
  fc.assert(
    fc.property(fc.oneof(documents, calmPages), (text) => {
      const { lesson, diagnostics } = parseLesson("x.md", text);
      // Refused as a whole: a fence that an error names may hide the ones after it.
      if (lesson === undefined) return;
      const named = new Set(diagnostics.map(({ place }) => place.line));
      const isHeld = lineSet(codesIn(parsed(text)));
      const openers = linesOf(text).flatMap((line, index) =>
        /^(?:```|~~~)(?:bash|sh|shell|console)\b/.test(line) ? [index + 1] : [],
      );
      // One in a comment is no block to the parser alone; hidden, it begins a command of ours.
      const starts = commandLines(lesson);
      const lost = openers.filter((line) => !isHeld.has(line) && !named.has(line) && !starts.has(line + 1));
      expect(lost).toEqual([]);
    }),
    RUNS,
  );
});

/** The syntax tree as the parser alone gives it, nothing switched off. */
function parsed(text: string): Nodes {
  return fromMarkdown(text, { extensions: [frontmatter()], mdastExtensions: [frontmatterFromMarkdown()] });
}

function fencesOfCommands(text: string): readonly number[] {
  const codes = codesIn(parsed(text)).filter((code) => SHELLS.has(code.lang ?? ""));
  return codes.map((code) => code.position?.start.line ?? 0);
}

function lineSet(codes: readonly Code[]): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const { position } of codes) {
    for (let line = position?.start.line ?? 1; line <= (position?.end.line ?? 0); line++) lines.add(line);
  }
  return lines;
}

test("each command's lines stand where its place says", () => {
  fc.assert(
    fc.property(documents, (text) => {
      const lesson = parseLesson("x.md", text).lesson;
      const lines = linesOf(text);
      for (const command of lesson?.steps.flatMap((step) => step.commands) ?? []) {
        const wrong = command.source
          .split("\n")
          .filter((line, index) => !lines[command.place.line - 1 + index]?.endsWith(line.trimStart()));
        expect(wrong).toEqual([]);
      }
    }),
    RUNS,
  );
});

const PROSE_PARTS = [
  "WORD words.",
  "## WORD",
  "> WORD",
  "- WORD\n- b",
  "```yaml\nWORD\n```",
  "## Again\n\n```bash {exit=1}\nfalse\n```",
  "## WORD\n\n1. WORD\n\n   ```console\n   $ false\n   [1]\n   ```\n\n   WORD",
  "## WORD\n\nWORD\n\n```bash {exit=1}\nfalse\n```\n\nWORD\n\n```output\na\n```\n\n<details>\n<summary>Hint</summary>\n\nWORD\n\n</details>",
  "## WORD\n\n<details>\n<summary>Check: a</summary>\n\nWORD\n\n```bash\ntrue\n```\n\nWORD\n\n</details>\n\n<details><summary>Solution</summary>\n\nWORD\n\n```bash\ntrue\n```\n\nWORD\n\n</details>",
  "<details>\n<summary>More WORD</summary>\n\nWORD\n\n</details>",
];
const CHECKPOINT =
  "## Checkpoint\n\nWORD\n\n<details>\n<summary>Check: a</summary>\n\nWORD\n\n```bash\ntrue\n```\n\n</details>\n\nWORD\n\n";
const END = "## Clean up\n\nWORD\n\n```bash {cleanup}\ntrue\n```\n\nWORD\n\n## Further reading\n\nWORD\n";

test("every word of the prose is read once", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PROSE_PARTS), { maxLength: 12 }), fc.boolean(), (parts, isLesson) => {
      let count = 0;
      const step = "```bash {exit=1}\nfalse\n```";
      const body = isLesson ? ["---\ntitle: x\n---", step, ...parts, CHECKPOINT, END] : parts;
      const text = body.join("\n\n").replaceAll("WORD", () => `word${count++}x`);
      const { lesson, diagnostics } = parseLesson("x.md", text);
      expect(diagnostics.filter((finding) => finding.severity === "error")).toEqual([]);
      const steps = (lesson?.steps ?? []).flatMap(({ lead, tail, hints, solutionText, solution }) => [
        lead,
        tail,
        ...hints.map((hint) => hint.markdown),
        ...(solution === undefined ? [] : [solutionText ?? ""]),
      ]);
      const read = [lesson?.opening, ...steps, lesson?.checkpoint?.lead, lesson?.closing].join("\n");
      const found = [...read.matchAll(/word(\d+)x/g)].map((match) => Number(match[1]));
      expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
    { numRuns: 300 },
  );
});
