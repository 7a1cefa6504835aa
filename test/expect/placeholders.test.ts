import { expect, test } from "vitest";
import { PLACEHOLDERS } from "../../src/expect/index.ts";
import { matches } from "./compare.ts";

const EXAMPLES: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  age: { good: ["0s", "45s", "2m30s", "3d4h", "2y30d"], bad: ["5", "s", "2m 30s", "1.5s", "<unknown>"] },
  any: { good: ["x", "reviews-v1", "<none>", "1/1"], bad: ["", "a b"] },
  date: {
    good: [
      "2026-01-31",
      "2026-01-31T09:30:00Z",
      "2026-01-31T09:30:00.123456Z",
      "2026-01-31T09:30:00+02:00",
      "2026-01-31 09:30:00 +0000 UTC",
      "Sat, 31 Jan 2026 09:30:00 GMT",
      "Sat Jan  3 09:30:00 2026",
      "Sat Jan 31 09:30:00 UTC 2026",
    ],
    bad: ["31.01.2026", "2026-1-3", "09:30:00", "yesterday"],
  },
  duration: { good: ["15s", "1.5s", "250ms", "1m30s", "12.3µs", "1h"], bad: ["15", "s", "1 s", "15 seconds"] },
  hash: {
    good: ["7d764666f9", "4f9b8c", "b7c1d0a3e5f2", "9".repeat(64)],
    bad: ["abc", "reviews", "7D764666F9", "0".repeat(65), "x-y"],
  },
  id: { good: ["4x2tp", "7d764666f9-4x2tp"], bad: ["hello", "4x2t", "7d764666f9-", "7d764666f9-4x2tp-4x2tp"] },
  int: { good: ["0", "42", "-1"], bad: ["", "1.5", "1,000", "x", "+1", "1 2"] },
  ip: {
    good: ["10.96.0.1", "255.255.255.255", "::1", "::", "fe80::1", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8"],
    bad: ["10.96.0", "256.1.1.1", "10.96.0.1.2", "12:30:45", "1:2:3:4:5:6:7", "localhost", "10.96.0.1:80"],
  },
  number: { good: ["0", "-1", "0.25", "1e9", "1.5E-3"], bad: ["", ".", "1.", ".5", "1,5", "NaN"] },
  port: { good: ["1", "80", "15021", "65535"], bad: ["0", "080", "65536", "70000", "123456", "http"] },
  rest: { good: ["", "a", "a b  c"], bad: [] },
  uid: {
    good: ["1d2c3b4a-0000-4000-8000-123456789abc"],
    bad: ["1d2c3b4a00004000800012345678abcd", "1d2c3b4a-0000-4000-8000-123456789abz"],
  },
  version: { good: ["v1.35.0", "1.30", "1.30.0-rc.1", "v0.32.0-alpha+build.5"], bad: ["v1", "1", "latest", "v1.x"] },
};

test("every placeholder is published once, in order, with its examples here", () => {
  expect(PLACEHOLDERS.map((placeholder) => placeholder.name)).toEqual(Object.keys(EXAMPLES));
});

test.each(PLACEHOLDERS)("<$name> accepts its published example", ({ name, example }) => {
  expect(matches(`x <${name}>\nend`, `x ${example}\nend\n`)).toBe(true);
});

const cases = Object.entries(EXAMPLES).flatMap(([name, { good, bad }]) => [
  ...good.map((text) => [name, text, true] as const),
  ...bad.map((text) => [name, text, false] as const),
]);

test.each(cases)("<%s> against `%s` is %s", (name, text, expected) => {
  expect(matches(`x=<${name}>;`, `x=${text};\n`)).toBe(expected);
});

test.each([
  ["several on a line", "<any> <int>/<int> Running", "web 1/1 Running", true],
  ["within a word", "80:<port>/TCP", "80:30080/TCP", true],
  ["within a word, wrong", "80:<port>/TCP", "80:x/TCP", false],
  ["a table that moved", "NAME   <any>    <age>", "NAME reviews   2m3s", true],
  ["other words are literal", "<none> <title>", "<none> <title>", true],
  ["other words are literal, not any text", "<none>", "x", false],
  ["capitals are literal", "<INT>", "1", false],
  ["a rest that is there", "name <rest>", "name a b", true],
  ["a rest that is not there", "name <rest>", "name", true],
  ["a rest that is part of the word", "name <rest>", "names", false],
  ["a rest right after text", "name=<rest>", "name=", true],
  ["alternatives stay within their placeholder", "at <ip> now", "at ::1 now", true],
  ["alternatives stay within their placeholder, wrong", "at <ip> now", "at 1.2.3.4", false],
])("placeholders: %s", (_, body, output, expected) => {
  expect(matches(`${body}\nend`, `${output}\nend\n`)).toBe(expected);
});
