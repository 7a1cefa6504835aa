import { expect, test } from "vitest";
import { ageOf, humanDuration } from "../../../src/sandbox/objects/index.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

test.each([
  [-2 * SECOND, "<invalid>"],
  [-1 * SECOND, "0s"],
  [0, "0s"],
  [119 * SECOND + 999, "119s"],
  [2 * MINUTE, "2m"],
  [3 * MINUTE + 20 * SECOND, "3m20s"],
  [10 * MINUTE + 59 * SECOND, "10m"],
  [179 * MINUTE, "179m"],
  [3 * HOUR, "3h"],
  [3 * HOUR + 5 * MINUTE, "3h5m"],
  [8 * HOUR + 59 * MINUTE, "8h"],
  [47 * HOUR, "47h"],
  [2 * DAY, "2d"],
  [2 * DAY + 5 * HOUR, "2d5h"],
  [8 * DAY + 23 * HOUR, "8d"],
  [729 * DAY, "729d"],
  [3 * YEAR + 40 * DAY, "3y40d"],
  [3 * YEAR, "3y"],
  [9 * YEAR + 40 * DAY, "9y"],
])("%i ms are %s", (ms, expected) => {
  expect(humanDuration(ms)).toBe(expected);
});

test.each([
  ["2026-01-01T00:00:00Z", "5s"],
  [undefined, "<unknown>"],
  [null, "<unknown>"],
  ["soon", "<unknown>"],
])("the age of %s is %s", (timestamp, expected) => {
  expect(ageOf(timestamp, Date.parse("2026-01-01T00:00:05Z"))).toBe(expected);
});
