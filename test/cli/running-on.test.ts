import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: Running on
targets: [none]
---

# Running on

\`\`\`bash {#begin background=web ready="line /^on$/"}
echo $$ > "$PROOF"; echo on; sleep 3600
\`\`\`

\`\`\`bash {#use}
kill -0 "$(cat "$PROOF")" && echo it runs
\`\`\`

\`\`\`output
it runs
\`\`\`

\`\`\`bash {#change host}
echo changed >> "$PROOF.host"
\`\`\`

\`\`\`bash {#stop stop=web}
echo bye
\`\`\`

\`\`\`output
bye
\`\`\`

## Checkpoint

<details>
<summary>Check: it has stopped</summary>

\`\`\`bash
! kill -0 "$(cat "$PROOF")" 2>/dev/null
\`\`\`

</details>

## Clean up

\`\`\`bash {cleanup host}
echo undone >> "$PROOF.host"
\`\`\`
`;

const NONE = ["--target", "none", "--inherit-env"] as const;
let room: CliRoom;
let proof: string;
beforeEach(() => {
  room = openCliRoom({ "lessons/lesson-01-on.md": LESSON, "lessons/course.yaml": "id: c\nvars:\n  PROOF: proof\n" });
  proof = path.join(path.dirname(room.folder), "proof");
});
afterEach(() => room.remove());

const isThere = (): boolean => existsSync(`/proc/${readFileSync(proof, "utf8").trim()}`);

test("`test` runs on what a background block began, and leaves the machine as it is unless it is told", async () => {
  const env = { PROOF: proof };
  const careful = await room.run(["test", "lessons", ...NONE], { env });
  expect(careful.stdout).toMatchInlineSnapshot(`
    "1 lesson without a cluster

    Running on  lessons/lesson-01-on.md
      pass  begin  <duration>
      pass  use  <duration>
      skip  change: it changes this machine
      pass  stop  <duration>
      pass  checkpoint  <duration>
      skip  clean up lesson-01: it changes this machine

    1 lesson, 5 steps: 4 passed, 0 failed, 1 skipped · asserted 3 of 3 commands · <duration>
    "
  `);
  expect([careful.code, existsSync(`${proof}.host`), isThere()]).toEqual([0, false, false]);
  const allowed = await room.run(["test", "lessons", ...NONE, "--allow-host", "--reporter", "json"], { env });
  expect([allowed.code, readFileSync(`${proof}.host`, "utf8")]).toEqual([0, "changed\nundone\n"]);
  const events = allowed.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.filter(({ type }) => type === "background-end")).toMatchObject([{ name: "web", how: "stopped" }]);
});

test("`start` begins a background block again where it goes on, and ends it when it ends", async () => {
  const start = ["start", "lesson-01", "--target", "none", "--trust", "--var", `PROOF=${proof}`];
  const first = await room.run(start, { stdin: "run\nquit\n" });
  expect([first.code, isThere()]).toEqual([0, false]);
  const second = await room.run(start, { stdin: "run\nquit\n" });
  expect(second.stdout).toContain("beginning `web` again: echo $$");
  expect(second.stdout).toMatch(/it runs\n {2}passed/);
  expect(isThere()).toBe(false);
  const reset = await room.run(["reset", "lesson-01", "--target", "none", "--yes"]);
  expect(reset.stdout).toContain("Skipped: it changes this machine.");
  expect([reset.code, existsSync(`${proof}.host`)]).toEqual([1, false]);
});
