import { expect, test } from "vitest";
import type { StringMatch } from "../../../src/sandbox/mesh/config/config.ts";
import { matchesText } from "../../../src/sandbox/mesh/match/match.ts";

const regex = (value: string): StringMatch => ({ kind: "regex", value });

test.each([
  ["^(.*?;)?(user=jason)(;.*)?$", "a=b; user=jason;c=d", false],
  ["^(.*?;)?(user=jason)(;.*)?$", "a=b;user=jason;c=d", true],
  ["/v[0-9]+", "/v12", true],
  ["/v[0-9]+", "/v12/", false],
  ["(?i)/ABC", "/abc", true],
  ["(", "(", false],
  // By an engine that tries all ways this would take longer than the universe has been there.
  ["(a+)+b", "a".repeat(200), false],
  ["(a|aa)+b", `${"a".repeat(5000)}c`, false],
])("%s against the whole of %s", (pattern, value, expected) => {
  expect(matchesText(regex(pattern), value)).toBe(expected);
});
