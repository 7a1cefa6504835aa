import { expect, test } from "vitest";
import { CATALOGUE, EnvironmentError, formatPlace, UsageError } from "../../src/diagnostics/index.ts";

test("a code's number says its severity, and the codes stand in order", () => {
  const codes = Object.keys(CATALOGUE);
  expect(codes).toEqual(codes.toSorted());
  const bySeverity = Object.entries(CATALOGUE).map(([code, entry]) => [code, entry.severity]);
  expect(bySeverity).toEqual(codes.map((code) => [code, code < "LI500" ? "error" : "warning"]));
});

test("no two codes stand for the same", () => {
  const titles = Object.values(CATALOGUE).map((entry) => entry.title);
  expect(new Set(titles).size).toBe(titles.length);
});

test("a place is written as editors read it", () => {
  expect(formatPlace({ file: "lessons/lesson-01-setup.md", line: 3, column: 7, offset: 40, endOffset: 45 })).toBe(
    "lessons/lesson-01-setup.md:3:7",
  );
});

test("an EnvironmentError keeps its hint and its cause", () => {
  const cause = new Error("ENOENT");
  const error = new EnvironmentError("No kubectl found", { hint: "run doctor --fix", cause });
  expect([error.name, error.message, error.hint, error.cause]).toEqual([
    "EnvironmentError",
    "No kubectl found",
    "run doctor --fix",
    cause,
  ]);
  expect("cause" in new EnvironmentError("x")).toBe(false);
});

test("a UsageError keeps its hint", () => {
  expect(new UsageError("No lesson", "run list")).toMatchObject({
    name: "UsageError",
    message: "No lesson",
    hint: "run list",
  });
});
