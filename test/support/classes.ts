import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { CourseStep, Happening } from "../../src/workshop/index.ts";
import { type Hosted, hostClass, readInvitation } from "../../src/workshop/index.ts";

/** A folder of the test's own. */
export function scratch(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "class-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export interface OpenClass {
  readonly hosted: Hosted;
  readonly url: string;
  readonly code: string;
  readonly happenings: Happening[];
  /** Reasons of what was refused. */
  readonly refused: string[];
}

const step = (name: string, title: string, lesson: string, ...hintTitles: readonly string[]): CourseStep => ({
  step: name,
  title,
  lesson,
  hintTitles,
});

/** The course that the classes of tests are about. */
export const COURSE_STEPS = [
  step("lesson-01#one", "Begin", "First", "Hint", "Hint: where"),
  step("lesson-01#two", "Go <i>on</i>", "First"),
  step("lesson-01#checkpoint", "Checkpoint", "First"),
  step("lesson-02#one", "Once more", "Second", "Hint"),
];

const names = COURSE_STEPS.map((one) => one.step);
export const ORDER = {
  has: (name: string): boolean => names.includes(name),
  next: (name: string): string | undefined => names[names.indexOf(name) + 1],
};

/** A class on a port of this machine, in this process; it closes with the test. */
export async function openClass(
  folder: string,
  now: () => number = Date.now,
  more: Partial<Parameters<typeof hostClass>[0]> = {},
): Promise<OpenClass> {
  const happenings: Happening[] = [];
  const refused: string[] = [];
  const hosted = await hostClass({
    folder,
    course: { id: "course", title: "A <b>course</b>" },
    steps: COURSE_STEPS,
    listen: undefined,
    port: undefined,
    anew: false,
    boardInRoom: false,
    database: undefined,
    keepDays: undefined,
    now,
    onHappening: (happening) => void happenings.push(happening),
    onRefused: ({ reason }) => void refused.push(reason),
    onFault: (error) => void refused.push(`fault: ${error}`),
    ...more,
  });
  onTestFinished(() => hosted.close());
  const { url, code } = readInvitation(hosted.invitation) ?? { url: "", code: "" };
  return { hosted, url, code, happenings, refused };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own, as any program could send it. */
export function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | undefined = undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
