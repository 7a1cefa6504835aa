import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const lesson = (requires: string): string => `---
title: t
requires: [${requires}]
targets: [none]
---

\`\`\`bash {#a}
echo x
\`\`\`

\`\`\`output
x
\`\`\`

## Checkpoint

<details>
<summary>Check: so</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

/** Every way to a lesson: each has to see what only shows beside its neighbours. */
const WAYS = [
  ["lint", "lessons/lesson-02-b.md"],
  ["lint"],
  ["test", "--target", "none", "lessons/lesson-02-b.md"],
  ["test", "--target", "none"],
  ["start", "lesson-02", "--target", "none", "--yes", "--trust"],
  ["check", "lesson-02", "--target", "none", "--trust"],
];

describe.each([
  { name: "a lesson that is not there", files: { "01-a": "", "02-b": "lesson-09" }, code: "LI031" },
  { name: "a circle", files: { "01-a": "lesson-02", "02-b": "lesson-01" }, code: "LI032" },
  { name: "an id used twice", files: { "01-a": "", "02-b": "", "02-c": "" }, code: "LI030" },
])("$name", ({ files, code: finding }) => {
  test.each(WAYS.map((args) => ({ args })))("is found by $args", async ({ args }) => {
    room.write(toFiles(files));
    const { stdout, stderr, code } = await room.run(args);
    expect(`${stdout}${stderr}`).toContain(`error ${finding}`);
    expect(`${stdout}${stderr}`.split(`error ${finding}`)).toHaveLength(2);
    expect(code).toBe(3);
  });
});

test.each(WAYS.map((args) => ({ args })))("nothing is found in a good course by $args", async ({ args }) => {
  room.write(toFiles({ "01-a": "", "02-b": "lesson-01" }));
  const { stdout, stderr, code } = await room.run(args);
  expect(`${stdout}${stderr}`).not.toContain("LI0");
  // Its first step was not passed yet, and has no check that could say so.
  expect(code).toBe(args[0] === "check" ? 1 : 0);
});

test("what is said of a lesson that was not named: its errors, not its warnings", async () => {
  const files = toFiles({ "01-a": "", "02-b": "lesson-01" });
  const first = files["lessons/lesson-01-a.md"] ?? "";
  room.write({ ...files, "lessons/lesson-01-a.md": first.replace("echo x", "echo x\nsleep 1") });
  expect((await room.run(["lint", "lessons/lesson-02-b.md"])).stderr).toBe("1 file: nothing found\n");
  expect((await room.run(["lint"])).stdout).toContain("LI505");
  room.write({ "lessons/lesson-01-a.md": first.replace("{#a}", "{#a tiemout=1s}") });
  const { stdout, code } = await room.run(["lint", "lessons/lesson-02-b.md"]);
  expect(stdout).toContain("lesson-01-a.md:7:13 error LI006");
  expect(code).toBe(3);
});

function toFiles(files: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, requires = ""]) => [`lessons/lesson-${name}.md`, lesson(requires)]),
  );
}
