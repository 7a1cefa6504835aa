import { existsSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { Command, Readiness } from "../../src/lesson/index.ts";
import { execute, exitCodeOf, LessonRun, plan, type RunEvent } from "../../src/run/index.ts";
import { check, command, expecting, fakeRun, lesson, step, stepsIn } from "./fakes.ts";
import { realRun, runLesson } from "./real-run.ts";

function background(source: string, line: number, ready?: Readiness, changes: Partial<Command> = {}): Command {
  return command(source, line, { background: { name: "proxy", ready }, timeoutMs: 20_000, ...changes });
}

async function listen(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = net.createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Its bash goes when the program has learnt of the block's end. */
const GONE = "while kill -0 $(cat pid) 2>/dev/null; do sleep 0.01; done";

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const { port, close } = await listen();
  await close();
  return port;
}

const node = (text: string): string => `'${process.execPath}' -e '${text}'`;
const serve = (port: number | string, status = 200): string =>
  node(`require("http").createServer((_, r) => r.writeHead(${status}).end()).listen(${port}, "127.0.0.1")`);

const ends = (events: readonly RunEvent[]) =>
  events.flatMap((event) =>
    event.type === "background-end" ? [`${event.name} ${event.how} ${event.status} ${event.output.trim()}`] : [],
  );

test("a block is begun, waited for, used by later steps and stopped by its `stop`", async () => {
  const port = await freePort();
  const steps = [
    step("set", [command(`PORT=${port}`, 5)]),
    step("begin", [background(`echo $$ >pid; sleep 0.1; ${serve(port)}`, 10, { kind: "port", port: `${"$"}{PORT}` })]),
    step("use", [
      command(`command curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:${port}`, 20, expecting(22, "200")),
    ]),
    step("stop", [command("kill -0 $(cat pid)", 30, { stop: "proxy" })]),
    step("gone", [command("kill -0 $(cat pid) 2>/dev/null", 40, { exit: { kind: "nonzero" } })]),
  ];
  const { steps: ended, events, summary } = await runLesson(lesson(steps));
  expect(ended.map((one) => one.replace("lesson-01#", ""))).toEqual([
    "set pass",
    "begin pass",
    "use pass",
    "stop pass",
    "gone pass",
  ]);
  expect(ends(events)).toEqual(["proxy stopped undefined "]);
  expect(summary.asserted).toBe(3);
  const begun = events.filter(
    (event) => event.type.startsWith("command-") && "place" in event && event.place.line === 10,
  );
  expect(begun).toMatchObject([{ background: "proxy" }, { status: undefined }]);
});

test("what still runs ends before the cleanups, and before the lesson's end", async () => {
  const steps = [
    step("begin", [background("echo $$ >pid; echo on; sleep 3600", 10, { kind: "line", pattern: "^on$" })]),
  ];
  const cleanups = [command("kill -0 $(cat pid) 2>/dev/null", 90, { from: "cleanup", exit: { kind: "nonzero" } })];
  const { steps: ended, events } = await runLesson(lesson(steps, { cleanups }));
  expect(ended).toEqual(["lesson-01#begin pass", "lesson-01 cleanup 90 pass"]);
  const types = events.map(({ type }) => type);
  expect(types.indexOf("background-end")).toBeLessThan(types.indexOf("lesson-end"));
});

/** name, the block, its readiness, the reason in the verdict. */
const NOT_READY: readonly (readonly [string, string, Readiness | undefined, string])[] = [
  ["it fails", "echo oops >&2; exit 3", { kind: "line", pattern: "x" }, "ended with status 3 before it was ready"],
  ["it puts itself away", "sleep 3600 &", { kind: "line", pattern: "x" }, "ended with status 0 before it was ready"],
  ["a failing line", "false\nsleep 3600", { kind: "line", pattern: "x" }, "ended with status 1 at `false` before"],
  [
    "no line matches",
    "echo one; sleep 3600",
    { kind: "line", pattern: "two" },
    "was not ready within 300ms: none of its lines",
  ],
  [
    "nothing listens",
    "sleep 3600",
    { kind: "port", port: "1" },
    "was not ready within 300ms: nothing listens on port 1",
  ],
  [
    "nothing answers",
    "sleep 3600",
    { kind: "http", url: "http://127.0.0.1:1/" },
    "does not answer with a status of 2xx",
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a lesson's own
  ["an unset variable", "sleep 3600", { kind: "port", port: "${NONE}" }, "was not started: `NONE` is not set"],
  ["a port that is none", "sleep 3600", { kind: "port", port: "0" }, "was not started: `ready` asks for port `0`"],
  [
    "a variable past the last port",
    "sleep 3600",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a lesson's own
    { kind: "port", port: "${PORT}" },
    "asks for port `65536`, expected a number",
  ],
  [
    "a variable that is no number",
    "sleep 3600",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a lesson's own
    { kind: "port", port: "${WORD}" },
    "asks for port `http`, expected a number",
  ],
];

test.each(NOT_READY)("not ready: %s", async (_name, source, ready, reason) => {
  const begin = step("begin", [background(source, 10, ready, { timeoutMs: 300 })]);
  const set = step("set", [command("PORT=65536 WORD=http", 5)]);
  const { events, summary } = await runLesson(lesson([set, begin]), { clock: realClock() });
  const verdict = events.flatMap((event) => (event.type === "step-end" ? [event.verdict] : []))[1];
  expect(verdict).toMatchObject({ kind: "background-ended", name: "proxy", reason: expect.stringContaining(reason) });
  expect(exitCodeOf(summary)).toBe(1);
});

function realClock() {
  return {
    now: () => performance.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
}

test("a block that is not bash is a syntax error at its line", async () => {
  const begin = step("begin", [background("echo one\necho (", 10, { kind: "line", pattern: "one" })]);
  const { steps, report } = await runLesson(lesson([begin]));
  expect(steps).toEqual(["lesson-01#begin syntax-error"]);
  expect(report).toContain("lessons/lesson-01.md:11:1");
});

test("a port or URL that answers before the block begins tells nothing about the block", async () => {
  const server = await listen();
  const port = String(server.port);
  const first = await runLesson(lesson([step("begin", [background("sleep 3600", 10, { kind: "port", port })])]));
  expect(first.report).toContain(`was not started: port ${port} is taken\n`);
  await server.close();
  const free = await freePort();
  const outer = step("outer", [
    background(
      serve(free),
      5,
      { kind: "port", port: String(free) },
      { background: { name: "outer", ready: { kind: "port", port: String(free) } } },
    ),
  ]);
  const url = `http://127.0.0.1:${free}/`;
  const second = await runLesson(lesson([outer, step("begin", [background("sleep 3600", 10, { kind: "http", url })])]));
  expect(second.steps).toEqual(["lesson-01#outer pass", "lesson-01#begin background-ended"]);
  expect(second.report).toContain("answers already");
});

test("a port that is given up in this moment is not taken", async () => {
  const server = await listen();
  const ready = { kind: "port", port: String(server.port) } as const;
  const begin = step("begin", [background(serve(server.port), 10, ready)]);
  let looks = 0;
  const clock = {
    now: () => 0,
    sleep: async () => {
      looks += 1;
      if (looks === 2) await server.close();
    },
  };
  expect((await runLesson(lesson([begin]), { clock })).steps).toEqual(["lesson-01#begin pass"]);
});

test("ready by http: only 2xx and 3xx count", async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const source = node(
    `let n = 0; require("http").createServer((_, r) => r.writeHead(n++ < 2 ? 503 : 302).end(() => console.log(n))).listen(${port}, "127.0.0.1")`,
  );
  const { steps, events } = await runLesson(lesson([step("begin", [background(source, 10, { kind: "http", url })])]));
  expect(steps).toEqual(["lesson-01#begin pass"]);
  expect(ends(events)[0]?.replaceAll("\n", " ")).toContain("1 2 3");
});

test("a line is found whatever colour it has, bit by bit, and before it has ended", async () => {
  const source = String.raw`printf '\033[32mForwarding\033[0m fr'; sleep 0.05; printf 'om 8001'; sleep 3600`;
  const ready = { kind: "line", pattern: "^Forwarding from \\d+$" } as const;
  expect((await runLesson(lesson([step("begin", [background(source, 10, ready)])]))).steps).toEqual([
    "lesson-01#begin pass",
  ]);
});

test("a block that ends by itself fails the step in which it is seen, and its last words are shown", async () => {
  const ready = { kind: "line", pattern: "on" } as const;
  const steps = [
    step("begin", [
      background(
        "echo $$ >pid; echo on; until [ -e go ]; do sleep 0.01; done; echo lost connection; exit 0",
        10,
        ready,
      ),
    ]),
    step("fine", [command("echo fine", 20)]),
    step("end", [command(`touch go; ${GONE}`, 30)]),
    step("later", [command("echo later", 40)]),
  ];
  const { steps: ended, report, events } = await runLesson(lesson(steps));
  expect(ended.map((one) => one.replace("lesson-01#", ""))).toEqual([
    "begin pass",
    "fine pass",
    "end background-ended",
    "later pass",
  ]);
  expect(ends(events)).toEqual(["proxy by-itself 0 on\nlost connection"]);
  expect(report.replaceAll(/\b\d+(\.\d+)?(ms|s)\b/g, "<time>")).toMatchInlineSnapshot(`
    "1 lesson without a cluster

    About lesson-01  lessons/lesson-01.md
      pass  begin  <time>
      pass  fine  <time>
      note  \`proxy\`, the background block of lessons/lesson-01.md:10:1, ended by
            itself with status 0.
            its last output:
            | on
            | lost connection
      FAIL  end  <time>
            lessons/lesson-01.md:10:1
            \`proxy\`, a background block, ended with status 0, although nothing
            stopped it.

      pass  later  <time>

    failed  lessons/lesson-01.md:10:1  lesson-01#end
    1 lesson, 4 steps: 3 passed, 1 failed, 0 skipped · asserted 1 of 4 commands · <time>
    "
  `);
});

test("a block that ends by itself after the last step is a failure of its own, which every view and count has", async () => {
  const { ports, events, sessions } = fakeRun();
  const emit = (event: RunEvent): void => {
    ports.emit(event);
    if (event.type !== "step-end") return;
    sessions[0]?.backgrounds[0]?.finish({ kind: "exited", status: 0, failedAt: undefined });
  };
  const one = lesson([step("begin", [background("serve", 10)])]);
  const summary = await execute(plan([one], { target: "none" }), { ...ports, emit });
  expect(stepsIn(events)).toEqual(["lesson-01#begin pass", "lesson-01#background background-ended"]);
  expect(summary.failures).toMatchObject([{ kind: "step", step: "background", place: { line: 10 } }]);
  expect([exitCodeOf(summary), summary.failed, summary.lessons.failed]).toEqual([1, 1, 1]);
});

test("a block that has ended before its `stop` fails the step that was to stop it, whose command does not run", async () => {
  const { ports, sessions, events } = fakeRun();
  const one = lesson([step("begin", [background("serve", 10)]), step("stop", [command("use", 20, { stop: "proxy" })])]);
  const run = await LessonRun.open(one, ports);
  const [begin, stop] = one.steps;
  if (begin !== undefined) await run.runStep(begin);
  sessions[0]?.backgrounds[0]?.finish({ kind: "exited", status: 0, failedAt: undefined });
  const verdict = stop === undefined ? undefined : await run.runStep(stop);
  expect(verdict).toMatchObject({ kind: "background-ended", name: "proxy" });
  expect(sessions[0]?.sources).toEqual([]);
  expect(ends(events)).toEqual(["proxy by-itself 0 "]);
});

test("two blocks of one name that both are to run: the second is refused, the first goes on", async () => {
  const ready = { kind: "line", pattern: "on" } as const;
  const steps = [
    step("begin", [background("echo $$ >pid; echo on; sleep 3600", 10, ready)]),
    step("again", [background("echo on; sleep 3601", 20, ready)]),
    step("use", [command("kill -0 $(cat pid)", 30, { stop: "proxy" })]),
  ];
  const { steps: ended, events, report } = await runLesson(lesson(steps));
  expect(ended.map((one) => one.replace("lesson-01#", ""))).toEqual([
    "begin pass",
    "again background-ended",
    "use pass",
  ]);
  expect(report.replaceAll(/\s+/g, " ")).toContain(
    "was not started: the block of line 10 runs under this name already",
  );
  expect(ends(events)).toEqual(["proxy stopped undefined on"]);
});

test("a step that fails keeps its own verdict, and the block's end is told beside it", async () => {
  const ready = { kind: "line", pattern: "on" } as const;
  const steps = [
    step("begin", [background("echo $$ >pid; echo on; until [ -e go ]; do sleep 0.01; done", 10, ready)]),
    step("end", [command(`touch go; ${GONE}; false`, 30)]),
  ];
  const { steps: ended, events } = await runLesson(lesson(steps));
  expect(ended.at(-1)).toBe("lesson-01#end wrong-exit");
  expect(ends(events)).toEqual(["proxy by-itself 0 on"]);
});

test("a command that stops a block may end it itself", async () => {
  const ready = { kind: "line", pattern: "on" } as const;
  const steps = [
    step("begin", [background("echo $$ >pid; echo on; sleep 3600", 10, ready)]),
    step("stop", [command(`kill -9 $(cat pid); ${GONE}`, 30, { stop: "proxy" })]),
  ];
  const { steps: ended, events } = await runLesson(lesson(steps));
  expect(ended.at(-1)).toBe("lesson-01#stop pass");
  expect(ends(events)).toEqual(["proxy stopped undefined on"]);
});

test("expectations of a background block hold for what it had printed when it was ready", async () => {
  const ready = { kind: "line", pattern: "on" } as const;
  const source = "echo on; sleep 3600";
  const right = background(source, 10, ready, expecting(12, "on"));
  const wrong = background(source, 10, ready, expecting(12, "off"));
  expect((await runLesson(lesson([step("a", [right])]))).steps).toEqual(["lesson-01#a pass"]);
  expect((await runLesson(lesson([step("a", [wrong])]))).steps).toEqual(["lesson-01#a mismatch"]);
});

test("Ctrl-C while it is waited for ends it", async () => {
  const abort = new AbortController();
  const { ports, folder } = realRun({ signal: abort.signal });
  const emit = (event: RunEvent): void => {
    ports.emit(event);
    if (event.type === "output") abort.abort();
  };
  const run = await LessonRun.open(lesson([]), { ...ports, emit });
  const begin = step("begin", [
    background("echo $$ >pid; echo on; sleep 3600", 10, { kind: "line", pattern: "never" }),
  ]);
  expect(await run.runStep(begin)).toMatchObject({ kind: "interrupted" });
  expect(existsSync(`${folder}/pid`)).toBe(true);
  expect(await run.session.variables(["x"])).toEqual(new Map());
  await run.close();
});

test("run again, the step replaces its block", async () => {
  const { ports, events } = realRun();
  const begin = step("begin", [background("echo on; sleep 3600", 10, { kind: "line", pattern: "on" })]);
  const run = await LessonRun.open(lesson([begin]), ports);
  expect(await run.runStep(begin)).toEqual({ kind: "pass" });
  expect(await run.runStep(begin)).toEqual({ kind: "pass" });
  await run.close();
  expect(ends(events)).toEqual(["proxy stopped undefined on", "proxy stopped undefined on"]);
});

test("what ran begins again in a session that is opened anew, and on resume", async () => {
  const { ports, events } = realRun();
  const ready = { kind: "line", pattern: "on" } as const;
  const begin = step("begin", [background("echo on; sleep 3600", 10, ready)]);
  const other = step("other", [
    command("echo x", 20, { background: { name: "other", ready: undefined } }),
    command("echo", 21, { stop: "other" }),
  ]);
  const one = lesson([begin, other, step("use", [command("echo", 30)])]);
  const notes = (): string[] => events.flatMap((event) => (event.type === "note" ? [event.text] : []));
  const run = await LessonRun.open(one, ports);
  expect(await run.restoreBackgrounds([begin, other])).toBe(true);
  expect(notes()).toEqual(["beginning `proxy` again: echo on; sleep 3600"]);
  await run.stopBackgrounds([other]);
  expect(ends(events)).toEqual([]);
  await run.runStep(step("die", [command("exit 3", 40)]));
  await run.reopen();
  expect(notes()).toHaveLength(2);
  await run.stopBackgrounds([begin]);
  expect(ends(events)).toEqual(["proxy stopped undefined on", "proxy stopped undefined on"]);
  expect(await run.endBackgrounds()).toBeUndefined();
  await run.close();
  expect(ends(events)).toHaveLength(2);
});

test("what cannot begin again is said", async () => {
  const { ports, events } = realRun();
  const one = lesson([step("begin", [background("exit 3", 10, { kind: "line", pattern: "on" })])]);
  const run = await LessonRun.open(one, ports);
  expect(await run.restoreBackgrounds(one.steps)).toBe(false);
  await run.close();
  expect(events.at(-1)).toMatchObject({ type: "note", text: "`proxy` ended with status 3 before it was ready" });
});

test("blocks that change this machine: refused without the port, asked with it, each time", async () => {
  const host = (source: string, line: number) => command(source, line, { host: true });
  const one = lesson(
    [
      step("alone", [host("echo alone >>$PWD/ran", 10)]),
      step("mixed", [host("echo mixed >>$PWD/ran", 20), command("echo other", 21)]),
      step("checked", [host("echo", 30)], { checks: [check("holds", command("true", 32))] }),
    ],
    { cleanups: [command("echo undo >>ran", 90, { host: true })] },
  );
  const refused = await runLesson(one);
  const why = "it changes this machine";
  expect(refused.steps).toEqual([
    `lesson-01#alone skipped: ${why}`,
    "lesson-01#mixed pass",
    `lesson-01#checked skipped: ${why}`,
    "lesson-01 cleanup 90 skipped",
  ]);
  expect(refused.report).toContain(`not run, line 20: ${why}`);
  const asked: string[] = [];
  const allowed = await runLesson(one, {
    refuseHost: async ({ source }) => {
      asked.push(source.split(" ")[1] ?? "");
      return source === "echo" ? "you said no" : undefined;
    },
  });
  expect(allowed.steps.slice(0, 3)).toEqual([
    "lesson-01#alone pass",
    "lesson-01#mixed pass",
    "lesson-01#checked skipped: you said no",
  ]);
  expect(asked).toEqual(["alone", "mixed", "", "undo"]);
});

test("steps for a person's hands: skipped, unless their checks hold already", async () => {
  const item = { markdown: "Open **Kiali** in your browser. Then look around.\n\nMore.", place: command("", 10).place };
  const by = (id: string, predicate?: string) =>
    step(id, [], {
      manual: item,
      ...(predicate && { checks: [check("open", command(predicate, 12), { withinMs: 0 })] }),
    });
  const { steps } = await runLesson(
    lesson([by("bare"), by("true", "true"), by("false", "false"), by("broken", "no-such-program")]),
  );
  expect(steps).toEqual([
    "lesson-01#bare skipped: done by hand: Open **Kiali** in your browser",
    "lesson-01#true already-true",
    "lesson-01#false skipped: done by hand: Open **Kiali** in your browser",
    "lesson-01#broken skipped: done by hand: Open **Kiali** in your browser; not judged: open: its command was not found (status 127)",
  ]);
  const { ports } = realRun();
  const run = await LessonRun.open(lesson([]), ports);
  expect(await run.runStep(by("bare"), { how: "confirmed" })).toEqual({ kind: "pass", by: "learner" });
  expect(await run.runStep(by("false", "false"), { how: "confirmed" })).toMatchObject({ kind: "check-failed" });
  await run.close();
});
