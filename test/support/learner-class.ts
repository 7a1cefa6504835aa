import { onTestFinished } from "vitest";
import type { Action } from "../../src/workshop/action.ts";
import { type CourseStep, type Happening, hostClass } from "../../src/workshop/index.ts";
import { scratch } from "./classes.ts";
import { lessonText } from "./lesson-text.ts";
import { openPty, type PtyOptions } from "./pty.ts";
import { openCliRoom } from "./run-cli.ts";

/** A course of three lessons; the second builds on the first, the third on both. Each step leaves a file. */
const FILES = {
  "lessons/course.yaml": "id: course\ntitle: Our course\n",
  "lessons/lesson-01-a.md": hinted(lessonText("A", { steps: ["touch a1", "touch a2", "touch a3"] })),
  "lessons/lesson-02-b.md": made(lessonText("B", { requires: ["lesson-01"], steps: ["touch b1", "touch b2"] })),
};

function hinted(text: string): string {
  const hint = (n: number) => `<details>\n<summary>Hint ${n}</summary>\n\nThe *hint* number ${n}.\n\n</details>\n`;
  return made(text.replace("touch a2\n```\n", `touch a2\n\`\`\`\n\n${hint(1)}\n${hint(2)}`));
}

/** The checkpoint holds once the lesson's last step ran. */
function made(text: string): string {
  const last = [...text.matchAll(/touch (\w+)/g)].at(-1)?.[1];
  return text.replace("\ntrue\n", `\ntest -e ${last}\n`);
}

const STEPS: readonly CourseStep[] = [
  ...["one", "two", "three", "checkpoint"].map((step) => ({
    step: `lesson-01#${step}`,
    title: step,
    lesson: "A",
    hintTitles: step === "two" ? ["Hint 1", "Hint 2"] : [],
  })),
  ...["one", "two", "checkpoint"].map((step) => ({
    step: `lesson-02#${step}`,
    title: step,
    lesson: "B",
    hintTitles: [],
  })),
];

/** A class on this machine, and a room to learn in. */
export async function openLearnerClass() {
  const room = openCliRoom(FILES);
  onTestFinished(() => room.remove());
  const folder = scratch();
  const happenings: Happening[] = [];
  let look = (): void => {};
  const open = () =>
    hostClass({
      folder,
      course: { id: "course", title: "Our course" },
      steps: STEPS,
      listen: undefined,
      port: undefined,
      anew: false,
      boardInRoom: false,
      database: undefined,
      keepDays: undefined,
      now: Date.now,
      onHappening: (happening) => {
        happenings.push(happening);
        look();
      },
      onRefused: () => {},
      onFault: (error) => {
        throw error;
      },
    });
  let hosted = await open();
  onTestFinished(() => hosted.close());
  /** Wait until the class was told something of this type, and give all of it of this type. */
  const told = (type: string, times = 1): Promise<readonly object[]> =>
    new Promise((resolve) => {
      look = () => {
        const found = happenings.flatMap((one) => (one.type === "event" && one.event.type === type ? [one.event] : []));
        if (found.length >= times) resolve(found);
      };
      look();
    });
  return {
    room,
    invitation: hosted.invitation,
    told,
    act: (action: Action) => hosted.act(action),
    stop: () => hosted.close(),
    goOn: async () => {
      hosted = await open();
    },
    join: () => room.run(["class", "join", hosted.invitation, "--as", "ana"]),
    start: (name = "lesson-01", options: PtyOptions & { readonly plain?: boolean } = {}) =>
      openPty(
        room,
        ["start", name, "--target", "none", "--trust", ...(options.plain === true ? ["--plain"] : [])],
        options,
      ),
  };
}
