import { expect, test } from "vitest";
import { rewrittenPath } from "../../../src/sandbox/mesh/proxy/rewrite.ts";

const LONG = `/${"a".repeat(40)}!`;

test.each([
  ["/service/a/b?x=/service/", "^/service/([^/]+)(/.*)$", String.raw`\2/at/\1`, "/b/at/a?x=/service/"],
  ["/xx", "x", "y", "/yy"],
  ["/cost", "cost", "$1", "/$1"],
  ["/one", "one", String.raw`<\0>`, "/<one>"],
  // What would take for ever, or is no expression, leaves the path.
  [LONG, "^/(a+)+$", "/never", LONG],
  ["/a", "(", "/never", "/a"],
])("%s by /%s/ and %s is %s", (path, match, to, expected) => {
  expect(rewrittenPath(path, { kind: "regex", match, to }, undefined)).toBe(expected);
});
