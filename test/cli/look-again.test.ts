import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

/** Its checkpoint needs what runs in the background, and a step without checks that can be lost. */
const SERVED = `---
title: Served
targets: [none]
---

# Served

\`\`\`bash {#begin background=web ready="line /^on$/"}
echo $$ > pid; echo on; sleep 3600
\`\`\`

\`\`\`bash {#make}
echo made > thing; echo run >> trace
\`\`\`

## Checkpoint

<details>
<summary>Check: it is served</summary>

\`\`\`bash
kill -0 "$(cat pid)" && grep made thing
\`\`\`

</details>
`;

const NEXT = `---
title: Next
requires: [lesson-01]
targets: [none]
---

# Next

\`\`\`bash {#elsewhere target=live}
docker ps
\`\`\`

\`\`\`bash {#say}
echo hello
\`\`\`

\`\`\`output
hello
\`\`\`

## Checkpoint

<details>
<summary>Check: nothing more</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

const AMID = `---
title: Amid
targets: [none]
---

# Amid

\`\`\`bash {#here}
true
\`\`\`

## Far away

\`\`\`bash {#far target=live}
docker ps
\`\`\`

\`\`\`bash {#farther os=darwin target=live}
open .
\`\`\`

## Home

\`\`\`bash {#home}
echo at home
\`\`\`

## Checkpoint

<details>
<summary>Check: nothing more</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

const START = ["--target", "none", "--trust"] as const;
let room: CliRoom;
let workspace: string;
beforeEach(() => {
  room = openCliRoom({
    "lessons/lesson-01-served.md": SERVED,
    "lessons/lesson-02-next.md": NEXT,
    "lessons/lesson-03-amid.md": AMID,
    "lessons/course.yaml": "id: look\n",
  });
  workspace = path.resolve(room.folder, "../state/learn-istio/look/none/workspace");
});
afterEach(() => room.remove());

const at = (file: string): string => path.join(workspace, file);
const runs = (): number => readFileSync(at("trace"), "utf8").split("\n").length - 1;
const start = (lesson: string, ...words: string[]) =>
  room.run(["start", lesson, ...START], { stdin: `${words.join("\n")}\n` });

test("a checkpoint that needs what ran in the background is looked at with it, and it ends again", async () => {
  expect((await room.run(["start", "lesson-01", ...START, "--yes"])).code).toBe(0);
  const { stdout, code } = await room.run(["check", "lesson-01", ...START]);
  expect({ stdout, code }).toMatchObject({ stdout: expect.stringContaining("[x] it is served"), code: 0 });
  expect(existsSync(`/proc/${readFileSync(at("pid"), "utf8").trim()}`)).toBe(false);
  expect((await room.run(["check", "--all", ...START])).code).toBe(0);
  expect((await start("lesson-02", "quit")).stdout).toContain("lesson-01: its checkpoint holds.");
});

test("a background block whose step was skipped is not begun on resume", async () => {
  await start("lesson-01", "skip", "quit");
  const { stdout } = await start("lesson-01", "quit");
  expect(stdout).toContain("step 2 of 3");
  expect(stdout).not.toContain("again");
  expect(existsSync(at("pid"))).toBe(false);
});

test("all steps done, and the checkpoint alone is left and does not hold: catch-up runs the steps again", async () => {
  await start("lesson-01", "run", "next", "type", "echo other > thing; echo run >> trace", "next", "quit");
  expect(runs()).toBe(1);
  const { stdout, code } = await room.run(["start", "lesson-02", ...START, "--yes"]);
  expect(stdout).toContain("lesson-01  Served: left half-way; goes on at `begin`, 3 of 3 steps");
  expect(code).toBe(0);
  expect(runs()).toBe(2);
});

test("while watching, a step that does not run here is left out with its reason, not offered for confirming", async () => {
  await room.run(["start", "lesson-01", ...START, "--yes"]);
  const { stdout } = await start("lesson-02", "watch", "done");
  expect(stdout).toMatch(/Skipped: needs target `live`.*step 2 of 3.*\n\ndone, back, quit\n> done\n/s);
});

test("what does not run here is told on the way to the next step, and asks for nothing", async () => {
  const { stdout } = await start("lesson-03", "run", "next", "run", "quit");
  expect(stdout.slice(stdout.indexOf("> next"))).toMatchInlineSnapshot(`
    "> next

    == lesson-03  step 2 of 5  Far away [none (no cluster)]

      Skipped: needs target \`live\`, this run has \`none\`.

    == lesson-03  step 3 of 5  Far away [none (no cluster)]

      Skipped: needs target \`live\`, this run has \`none\`.

    == lesson-03  step 4 of 5  Home [none (no cluster)]

      $ echo at home

    run, type, solve, skip, help, quit
    > run
    at home
      passed (<duration>)

    next, run, help, quit
    > quit

    Your place is kept. \`learn-istio start lesson-03\` goes on here.
    "
  `);
  expect((await start("lesson-03", "quit")).stdout).toContain("step 5 of 5");
});
