import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lessonText } from "../support/lesson-text.ts";
import { jsonErrors } from "../support/report-formats.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
  mkdirSync(path.join(room.folder, "tmp"));
});
afterEach(() => room.remove());

const targets = "sandbox";
const requires = ["lesson-01"];

/** A course of a root and two lessons that build on it. */
function write(root: readonly string[]): void {
  const counted = [`echo root >> ${path.join(room.folder, "count")}; kind create cluster --name $CLUSTER`, ...root];
  const alone = "kubectl get configmap -o name | grep -v root-ca | sort | xargs";
  const steps = (own: string): string[] => [
    `kubectl create configmap ${own}; touch ${own}`,
    `test "$(${alone})" = "$(echo configmap/base configmap/${own})"`,
    `test "$(cat note)" = here; test "$(ls | sort | xargs)" = "note ${own}"; test -e ~/of-home`,
  ];
  room.write({
    "lessons/lesson-01-a.md": lessonText("Root", {
      targets,
      steps: counted,
      cleanup: "kind delete cluster --name $CLUSTER",
    }),
    "lessons/lesson-02-b.md": lessonText("Second", { targets, requires, steps: steps("two") }),
    "lessons/lesson-03-c.md": lessonText("Third", { targets, requires, steps: steps("three") }),
  });
}

const BASE = ["kubectl create configmap base", "echo here > note; touch ~/of-home"];

async function run(...args: readonly string[]) {
  const inTemporary = { TMPDIR: path.join(room.folder, "tmp") };
  const { code, stdout } = await room.run(["test", "--reporter", "json", ...args], { env: inTemporary });
  expect(jsonErrors(stdout)).toEqual([]);
  const events = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ ...JSON.parse(line), at: 0, durationMs: 0, runId: "" }));
  return { code, events };
}

function timesRun(): number {
  const file = path.join(room.folder, "count");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

test("two lessons that build on one begin where it ended, each in a cluster of its own", async () => {
  write(BASE);
  const { code, events } = await run("--jobs", "2");
  expect(code).toBe(0);
  expect(timesRun()).toBe(1);
  const ends = events.filter(({ type }) => type === "lesson-end" || type === "cleanup-end");
  expect(ends.map(({ lesson, outcome, verdict }) => `${lesson} ${outcome ?? verdict.kind}`)).toEqual([
    "lesson-01 passed",
    "lesson-02 passed",
    "lesson-03 passed",
    "lesson-01 pass",
  ]);
  expect(readdirSync(path.join(room.folder, "tmp"))).toEqual([]);
});

test("a lesson that writes down where its server is cannot be begun from: it runs again", async () => {
  write([...BASE, "kind get kubeconfig --name $CLUSTER > ~/own-kubeconfig"]);
  const { code, events } = await run("--jobs", "2");
  expect([code, timesRun()]).toEqual([0, 2]);
  const again = events.filter(({ type }) => type === "prerequisites-again");
  expect(again).toEqual([
    {
      type: "prerequisites-again",
      at: 0,
      durationMs: 0,
      runId: "",
      lesson: "lesson-03",
      prerequisites: ["lesson-01"],
      reason: "what `lesson-01` came to cannot be had in another place",
    },
  ]);
});

const PROVEN = `---
title: Second
summary: About it.
minutes: 1
requires: [lesson-01]
targets: [sandbox]
---

# Second

## Work

\`\`\`bash {#one}
kubectl create configmap two
\`\`\`

\`\`\`output
configmap/two created
\`\`\`

## Checkpoint

<details>
<summary>Check: it is there</summary>

\`\`\`bash {within=100ms every=50ms}
kubectl get configmap two base -o name
\`\`\`

\`\`\`output
configmap/two
configmap/base
\`\`\`

</details>
`;

test("a proof's mistakes begin where the lessons before it ended", async () => {
  write(BASE);
  const mistake = { mistake: "Another name", step: "one", replace: "configmap two" };
  const noticed = { verdict: "mismatch", why: "created" };
  const mutants = ["three", "four"].map((id) => ({ id, ...mistake, with: `configmap ${id}`, ...noticed }));
  room.write({ "lessons/lesson-02-b.md": PROVEN, "lessons/lesson-02.mutants.yaml": JSON.stringify({ mutants }) });
  const { events } = await run("--prove", "lessons/lesson-02-b.md");
  const found = events.filter(({ type, step }) => type === "step-end" && String(step).startsWith("mutant"));
  expect(found.map(({ verdict }) => verdict.kind)).toEqual(["pass", "pass"]);
  expect(timesRun()).toBe(1);
  expect(readdirSync(path.join(room.folder, "tmp"))).toEqual([]);
});
