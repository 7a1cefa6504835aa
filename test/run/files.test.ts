import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFilePort } from "../../src/cli/file-port.ts";
import type { Command, Lesson, Step } from "../../src/lesson/index.ts";
import { createReporter } from "../../src/report/index.ts";
import { execute, plan, type RunEvent } from "../../src/run/index.ts";
import { BashSession } from "../../src/shell/index.ts";
import { command, expecting, fakeRun, lesson, step, stepsIn } from "./fakes.ts";

let root = "";
let folder = "";
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "run-files-"));
  folder = path.join(root, "workspace");
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, source: string, line: number, changes: Partial<Command> = {}): Command {
  return command(source, line, { from: "file", file: { path: name, expand: false }, ...changes });
}

const runSteps = (...steps: readonly Step[]) => runLesson(lesson(steps));

async function runLesson(one: Lesson) {
  const reporter = createReporter("pretty", { colour: false, width: 80 });
  let report = "";
  const events: RunEvent[] = [];
  const write = createFilePort();
  const { ports } = fakeRun(
    {},
    {
      openSession: () =>
        BashSession.start({
          env: { PATH: process.env.PATH ?? "", LANG: "C.UTF-8" },
          cwd: folder,
          spillDir: path.join(root, "spill"),
        }),
      writeFile: async (_, name, text) => write(folder, name, text),
      emit: (event) => {
        events.push(event);
        report += reporter.accept(event);
      },
      target: "none",
    },
  );
  const summary = await execute(plan([one], { target: "none", onFailure: "keep-going" }), ports);
  return { summary, steps: stepsIn(events), report: report.replaceAll(/\b\d+ms\b/g, "<time>"), events };
}

test("files are written in their turn, with the session's values, and count as no commands", async () => {
  const expand = { path: "conf/app.json", expand: true };
  const { steps, summary } = await runSteps(
    step("set", [command("NAME='a b' EMPTY=", 10), file("plain", `\${NAME}`, 12)]),
    step("use", [
      file("conf/app.json", `{ \${NAME}, \${EMPTY}, \\\${NAME}, $NAME }`, 20, { file: expand }),
      command("cat conf/app.json plain", 30, expecting(32, `{ a b, , \\\${NAME}, $NAME }\n\\\${NAME}`)),
    ]),
    step("alone", [file("kept", "", 40)]),
  );
  expect(steps).toEqual(["lesson-01#set pass", "lesson-01#use pass", "lesson-01#alone pass"]);
  expect(readFileSync(path.join(folder, "conf/app.json"), "utf8")).toBe(`{ a b, , \${NAME}, $NAME }\n`);
  expect(readFileSync(path.join(folder, "kept"), "utf8")).toBe("");
  expect([summary.commands, summary.asserted]).toEqual([2, 1]);
});

test("what cannot be written fails its step, with the reason", async () => {
  symlinkSync("..", path.join(folder, "up"));
  writeFileSync(path.join(folder, "taken"), "somebody's\n");
  const { report } = await runSteps(
    step("unset", [file("x", `\${ONE} \${TWO}\n\${ONE}`, 10, { file: { path: "x", expand: true } })]),
    step("link", [file("up/x", "x", 20), command("echo never", 25)]),
    step("replaced", [file("taken", "ours", 30)]),
    step("own", [file("taken", "ours again", 40)]),
  );
  expect(report).toMatchInlineSnapshot(`
    "1 lesson without a cluster

    About lesson-01  lessons/lesson-01.md
      FAIL  unset  <time>
            lessons/lesson-01.md:10:1
            Could not write \`x\`: \`ONE\`, \`TWO\` are not set in the session.

            file \`x\`:
            > 10  \${ONE} \${TWO}
              11  \${ONE}

      FAIL  link  <time>
            lessons/lesson-01.md:20:1
            Could not write \`up/x\`: the link \`up\` leads out of the workspace.

            file \`up/x\`:
            > 20  x

      note  \`taken\` was there with another text, which is replaced.
      pass  replaced  <time>
      pass  own  <time>

    failed  lessons/lesson-01.md:10:1  lesson-01#unset
    failed  lessons/lesson-01.md:20:1  lesson-01#link
    1 lesson, 4 steps: 2 passed, 2 failed, 0 skipped · asserted 0 of 0 commands · <time>
    "
  `);
  expect(() => readFileSync(path.join(root, "x"))).toThrow("ENOENT");
});

test("files without the command that they were for are skipped with it", async () => {
  const condition = { skip: undefined, targets: ["live"] as const, os: undefined, ifCommand: undefined };
  const { steps } = await runSteps(
    step("live", [file("x", "x", 10), command("cat x", 20, { condition })]),
    step("file", [file("y", "y", 30, { condition }), command("test ! -e y", 40)]),
  );
  expect(steps).toEqual(["lesson-01#live skipped: needs target `live`, this run has `none`", "lesson-01#file pass"]);
  expect(() => readFileSync(path.join(folder, "x"))).toThrow("ENOENT");
});

test("a hidden block is announced before it runs", async () => {
  const { report, events } = await runSteps(
    step("seen", [command("echo seen", 10)]),
    step("unseen", [command("x=1\nexport x", 20, { hidden: true }), file("x", "x", 30, { hidden: true })]),
  );
  expect(report).toMatchInlineSnapshot(`
    "1 lesson without a cluster

    About lesson-01  lessons/lesson-01.md
      pass  seen  <time>
      note  hidden block, from the lesson's source line 20: x=1
            export x
      note  hidden block, from the lesson's source line 30: writes \`x\`
      pass  unseen  <time>

    1 lesson, 2 steps: 2 passed, 0 failed, 0 skipped · asserted 0 of 2 commands · <time>
    "
  `);
  const hidden = events.flatMap((event) => (event.type === "command-start" ? [event.hidden] : []));
  expect(hidden).toEqual([undefined, true, true]);
});

test("a hidden cleanup is announced too", async () => {
  const { report } = await runLesson(lesson([], { cleanups: [command("rm -f x", 90, { hidden: true })] }));
  expect(report).toContain(
    "  note  hidden block, from the lesson's source line 90: rm -f x\n  pass  clean up lesson-01\n",
  );
});
