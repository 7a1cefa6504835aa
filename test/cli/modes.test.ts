import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

/** A page with one command, which prints `printed`, and one expectation. */
function page(keys: string, expected: string, printed: string): string {
  return `# Page\n\n\`\`\`bash\ncat <<'END'\n${printed}\nEND\n\`\`\`\n\n\`\`\`output {${keys}}\n${expected}\n\`\`\`\n`;
}

const JSON_PAGE = '{ "items": [{ "status": { "phase": "Running" } }], "uid": "<any>" }';
const YAML_PAGE = "spec:\n  ports:\n  - port: 9080\n  - ...";
const PODS =
  "NAME                          READY   RESTARTS   AGE\nreviews-v1-7d764666f9-4x2tp   1/1     0          5m";
const COUNTS = "    780 reviews-v1\n    520 reviews-v2";
const WEIGHTS = 'distribution="60 40"';

test.each([
  ["json", JSON_PAGE, '{ "uid": "x", "items": [{ "status": { "phase": "Running", "more": 1 } }] }'],
  ["json unordered", "[1, 2]", "[2, 1]"],
  ["yaml", YAML_PAGE, "spec:\n  ports:\n  - name: http\n    port: 9080\n  - port: 1"],
  ["like=kubectl", PODS, PODS.replace("4x2tp", "zzzzz").replace("5m", "8s")],
  [WEIGHTS, COUNTS, "1500 reviews-v2\n2200 reviews-v1"],
])("%s: met", async (keys, expected, printed) => {
  room.write({ "page.md": page(keys, expected, printed) });
  const { code, stdout } = await room.run(["test", "page.md"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("1 passed, 0 failed")]);
  if (keys === "like=kubectl") expect(stdout).toContain("compared by kind: name suffixes; ages");
});

test.each([
  ["json", JSON_PAGE, '{ "uid": "x", "items": [{ "status": { "phase": "Pending" } }] }'],
  ["json", JSON_PAGE, "Error from server"],
  ["yaml", YAML_PAGE, "spec:\n  ports:\n  - port: 9081"],
  ["like=kubectl", PODS, PODS.replace("1/1", "0/1")],
  [WEIGHTS, COUNTS, "1500 reviews-v1\n2200 reviews-v2"],
  [WEIGHTS, COUNTS, "60 reviews-v1\n40 reviews-v2"],
])("%s: not met (row %#)", async (keys, expected, printed) => {
  room.write({ "page.md": page(keys, expected, printed) });
  const { code, stdout } = await room.run(["test", "page.md"]);
  expect(code).toBe(1);
  expect(stdout).toMatchSnapshot();
});
