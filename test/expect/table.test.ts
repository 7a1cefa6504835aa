import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import {
  type ExpectationMode,
  type ExpectationOptions,
  isStructured,
  type MatchResult,
  match,
  matchStructured,
} from "../../src/expect/index.ts";
import { renderDiff } from "../../src/report/index.ts";
import { expectationOf } from "./compare.ts";

/**
 * The table stands in `table/*.txt`. A row: `= title`, then `mode verdict` (and options), then `<` lines of the expectation,
 * `>` lines of the output, and what a person reads of the comparison. The verdict is its author's; `--update` writes only the
 * last part. `␛ ␍ ␉ ␠ ⍽ ⌿` stand for ESC, CR, TAB, a blank that would be lost, a no-break space and a zero-width one.
 */
interface Row {
  readonly title: string;
  readonly head: string;
  readonly expectation: string;
  readonly output: string;
  readonly lines: readonly string[];
}

const FOLDER = path.join(import.meta.dirname, "table");
const VARIABLES: Readonly<Record<string, string>> = { HOST: "10.0.0.1", WIDE: "a   b", EMPTY: "", STAR: ".*" };
const SIGNS: Readonly<Record<string, string>> = {
  "␛": "\x1b",
  "␍": "\r",
  "␉": "\t",
  "␠": " ",
  "⍽": "\u00a0",
  "⌿": "\u200b",
};

const decode = (text: string): string => text.replaceAll(/[␛␍␉␠⍽⌿]/g, (sign) => SIGNS[sign] ?? sign);

function readRows(file: string): Row[] {
  const blocks = readFileSync(path.join(FOLDER, file), "utf8").split(/^(?== )/m);
  return blocks.map((block) => {
    const lines = block.split("\n");
    const marked = (mark: string): string[] =>
      lines.filter((line) => line.startsWith(mark)).map((line) => decode(line.slice(2)));
    const written = lines.filter((line, index) => index < 2 || line.startsWith("<") || line.startsWith(">"));
    return {
      title: lines[0]?.slice(2) ?? "",
      head: lines[1] ?? "",
      expectation: marked("<").join("\n"),
      output: marked(">")
        .map((line) => `${line}\n`)
        .join(""),
      lines: written,
    };
  });
}

async function judge({ head, expectation, output }: Row): Promise<MatchResult> {
  const [mode = "", , ...rest] = head.split(" ");
  const weights = rest.find((word) => word.startsWith("weights="))?.slice("weights=".length);
  const options: ExpectationOptions = {
    ...(rest.includes("unordered") && { unordered: true }),
    ...(weights !== undefined && { weights: weights.split("/").map(Number) }),
  };
  const parsed = expectationOf(expectation, mode as ExpectationMode, options);
  const lookup = (name: string): string | undefined => VARIABLES[name];
  return isStructured(parsed) ? await matchStructured(parsed, output, lookup) : match(parsed, output, lookup);
}

function render(result: MatchResult): string[] {
  if (result.kind === "match") {
    const { lines, of } = result.constrained;
    const by = result.normalisers === undefined ? "" : `; by kind: ${result.normalisers.join(", ") || "nothing"}`;
    return [`  holds; ${lines} of ${of} pinned down${by}`];
  }
  const reason = result.reason === undefined ? [] : [result.reason];
  const diff = result.diff.length === 0 ? [] : renderDiff(result.diff).split("\n");
  return [...reason, ...diff].map((line) => `  ${line}`.trimEnd());
}

const files = readdirSync(FOLDER).sort();
const rows = files.flatMap((file) => readRows(file).map((row) => ({ file, ...row, verdict: row.head.split(" ")[1] })));

test.each(rows)("$file: $title", async (row) => {
  const result = await judge(row);
  expect([row.verdict, result.kind === "match" ? "" : render(result).join("\n")]).toEqual([
    result.kind,
    result.kind === "match" ? "" : expect.any(String),
  ]);
});

test.each(files)("%s reads as it stands there", async (file) => {
  const texts: string[] = [];
  for (const row of readRows(file)) texts.push([...row.lines, ...render(await judge(row)), ""].join("\n"));
  await expect(texts.join("\n")).toMatchFileSnapshot(path.join(FOLDER, file));
});

test("the table is long enough, and at least a third of it fails", () => {
  expect(rows.length).toBeGreaterThanOrEqual(80);
  expect(rows.filter(({ verdict }) => verdict === "mismatch").length).toBeGreaterThan(rows.length / 3);
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
});
