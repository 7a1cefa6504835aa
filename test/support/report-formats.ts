import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Parser } from "tap-parser";
import { validateXML } from "xmllint-wasm";

const root = path.resolve(import.meta.dirname, "../..");
const xsd = readFileSync(path.join(root, "fixtures/report/junit.xsd"), "utf8");
const isLine = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  closed(JSON.parse(readFileSync(path.join(root, "lessons/report.schema.json"), "utf8"))),
);

/** What is wrong with a JUnit report; empty when it is as its schema says. */
export async function junitErrors(text: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: { fileName: "junit.xml", contents: text },
    schema: { fileName: "junit.xsd", contents: xsd },
  });
  return errors.map(({ rawMessage }) => rawMessage);
}

/** What a TAP parser makes of a report: its verdict, the points that failed in all depths, and lines that are no TAP. */
export function readTap(text: string): { ok: boolean; failed: string[]; skipped: string[]; strange: string[] } {
  const failed: string[] = [];
  const skipped: string[] = [];
  const strange: string[] = [];
  const listen = (parser: Parser): void => {
    parser.on("child", listen);
    parser.on("extra", (line: string) => strange.push(line));
    parser.on("assert", (point: { ok: boolean; name: string; skip: unknown; diag: unknown; tapError: unknown }) => {
      if (!point.ok) failed.push(point.name);
      if (point.skip) skipped.push(point.name);
      if (point.tapError) strange.push(String(point.tapError));
    });
  };
  const parser = new Parser({ strict: true });
  listen(parser);
  let ok = false;
  parser.on("complete", (results: { ok: boolean }) => {
    ok = results.ok;
  });
  parser.end(text);
  return { ok, failed, skipped, strange };
}

/** What is wrong with the lines of a JSON report: anything that the schema does not name is wrong too. */
export function jsonErrors(text: string): readonly string[] {
  return text
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const value = JSON.parse(line);
      return isLine(value) ? [] : [`${value.type}: ${JSON.stringify(isLine.errors)}`];
    });
}

/** The schema without the freedom to add: a field that it does not describe is a field that nobody is told of. */
function closed(schema: unknown): Record<string, unknown> {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [key, close(inner)]);
    const copy = Object.fromEntries(entries);
    return "properties" in value ? { ...copy, additionalProperties: false } : copy;
  };
  return close(schema) as Record<string, unknown>;
}
