import { afterEach, beforeEach, expect, test } from "vitest";
import { lessonText } from "../support/lesson-text.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const CREATE = "kind create cluster --name $CLUSTER";
const DELETE = "kind delete cluster --name $CLUSTER";

function write(second: { steps: readonly string[]; cleanup?: string }): void {
  room.write({
    "lessons/lesson-01-a.md": lessonText("Cluster", { targets: "sandbox", steps: [CREATE], cleanup: DELETE }),
    "lessons/lesson-02-b.md": lessonText("Work", { targets: "sandbox", requires: ["lesson-01"], ...second }),
  });
}

const WORK = [
  "kubectl create ns shop",
  "kubectl create deployment web --image=nginx",
  "kubectl expose deployment web --port 80",
];

test("what a lesson's cleanup forgets is named with its step; what went with a namespace or the cluster is not", async () => {
  write({ steps: WORK, cleanup: "kubectl delete ns shop; kubectl delete deployment web" });
  const { code, stdout } = await room.run(["test"]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining("note  `three` left behind `Service default/web`: nothing cleaned it up"),
  ]);
  expect(stdout.match(/left behind/g)).toHaveLength(1);
});

test("--strict-cleanup fails for it", async () => {
  write({ steps: WORK, cleanup: "kubectl delete deployment web" });
  const { code, stdout } = await room.run(["test", "--strict-cleanup", "--jobs", "2"]);
  expect([code, stdout.replaceAll(/\s+/g, " ")]).toEqual([
    1,
    expect.stringContaining("`one` left behind `Namespace shop`: nothing cleaned it up."),
  ]);
});

test("a lesson that cleans up well says nothing, nor does one that leaves its things to the cluster's end", async () => {
  write({ steps: WORK, cleanup: "kubectl delete ns shop; kubectl delete deployment,service web" });
  expect((await room.run(["test", "--strict-cleanup"])).stdout).not.toContain("left behind");
  write({ steps: WORK });
  const { code, stdout } = await room.run(["test", "--strict-cleanup"]);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining("left behind")]);
});

test("a cluster that stays is one thing, not all that is in it", async () => {
  room.write({
    "lessons/lesson-01-a.md": lessonText("Cluster", { targets: "sandbox", steps: [CREATE, "kubectl create ns x"] }),
  });
  const { stdout } = await room.run(["test"]);
  expect(stdout.match(/note .*left behind.*/g)).toEqual([
    "note  `one` left behind `Cluster learn-istio`: nothing cleaned it up",
  ]);
});
