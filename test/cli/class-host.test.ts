import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import jsQr from "jsqr";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lessonText } from "../support/lesson-text.ts";
import { openPty, PTY_MISSING } from "../support/pty.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

let teacher: CliRoom;
let room: CliRoom;
const files = {
  "lessons/course.yaml": "id: course\ntitle: Our <i>course</i>\n",
  "lessons/lesson-01-a.md": lessonText("A", { steps: ["echo x > /dev/null", "test -e fixed"] }),
};
beforeEach(() => {
  teacher = openCliRoom(files);
  room = openCliRoom(files);
});
afterEach(() => {
  teacher.remove();
  room.remove();
});

const hostFile = (name: string) => path.join(teacher.env.XDG_STATE_HOME ?? "", "learn-istio/course/class-host", name);

async function hostClass(...args: readonly string[]) {
  const host = startCli(teacher, "class", "host", ...args);
  const head = await host.until("`?` tells what you can type here.\n");
  return { ...host, head, invitation: /'(http:[^']*)'/.exec(head)?.[1] ?? "" };
}
const join = async (invitation: string, handle: string) =>
  expect((await room.run(["class", "join", invitation, "--as", handle])).code).toBe(0);
const run = (...words: readonly string[]) => teacher.run(["class", ...words]);

test("what is typed under the host is done and told, and the end of input ends nothing", async () => {
  const host = await hostClass();
  await join(host.invitation, "ana");
  host.type("announce Ten <b>minutes</b> \u202e then 👩‍💻\n");
  await host.until("everybody         is told: Ten <b>minutes</b> <U+202E> then");
  host.type("gate lesson-01#two\ngate lesson-01#two\n");
  await host.until("everybody         waits before lesson-01#two\n");
  await host.until("`lesson-01#two` is gated already.\n");
  host.type("who\nnugde ana x\n");
  await host.until("1 ana: at no step, no lesson open");
  await host.until("`nugde` is none of the words here. did you mean `nudge`?\n");
  host.type("nudge an Look \u001b[2J here\n");
  await host.until("The text has a control character (U+001B).");
  host.type(`announce ${"x".repeat(10_000)}\n`);
  await host.until("The text has 10000 characters.");
  host.type("?\n");
  await host.until("nudge WHO [hint N | TEXT]: their next hint");
  host.endInput();
  expect((await run("announce", "still", "here")).code).toBe(0);
  await host.until("everybody         is told: still here\n");
  host.interrupt();
  expect(await host.ended).toBe(0);
});

test("the same words from another terminal", async () => {
  const host = await hostClass();
  await join(host.invitation, "ana");
  const cases: readonly [string, number, string][] = [
    ["announce We go on", 0, "everybody is told: We go on.\n"],
    ["nudge an Look there", 0, "ana is told: Look there.\n"],
    ["nudge 1 hint 1", 2, "`ana` is at no step of the course."],
    ["gate lesson-01#two", 0, "everybody waits before lesson-01#two.\n"],
    ["ungate lesson-01#two", 0, "everybody may go on to lesson-01#two.\n"],
    ["ungate lesson-01#two", 0, "`lesson-01#two` is not gated.\n"],
    ["catch-up lesson-01#tow", 2, "did you mean `lesson-01#two`?"],
    ["catch-up lesson-01#two", 0, "everybody is asked to come to lesson-01#two.\n"],
    ["helped ana", 0, "`ana` has no hand raised.\n"],
    ["hands now", 2, "`now` is too much."],
  ];
  for (const [line, code, said] of cases) {
    const ran = await run(...line.split(" "));
    expect([line, ran.code, ran.stdout, ran.stderr]).toEqual([line, code, "", expect.stringContaining(said)]);
  }
  await room.run(["class", "hand"]);
  const hands = await run("hands");
  expect([hands.stdout, hands.stderr]).toEqual([expect.stringMatching(/^1 ana asked \S+ ago\.\n$/), ""]);
  expect(JSON.parse((await run("hands", "--json")).stdout)).toMatchObject([{ number: 1, handle: "ana" }]);
  expect((await run("helped", "1")).stderr).toBe("ana was helped.\n");
  expect((await run("hands")).stdout).toBe("No hand is raised.\n");
  const board = JSON.parse((await run("board", "--json")).stdout);
  expect(board).toMatchObject({ version: 1, state: { gated: [], step: "lesson-01#two", closed: false } });
  expect((await run("who")).stdout).toContain("1 ana: at no step");
  expect((await run("steps")).stdout).toContain("- lesson-01#two: 0 here, 0 of 1 done. The class is here.\n");
});

test("the board's key is in a file for this user alone and on the link that is asked for, nowhere else", async () => {
  const host = await hostClass();
  const { key, url } = JSON.parse(readFileSync(hostFile("instructor.json"), "utf8"));
  expect(statSync(hostFile("instructor.json")).mode & 0o777).toBe(0o600);
  const linked = await run("board");
  expect([linked.code, linked.stdout]).toEqual([0, `${url}/board#${key}\n`]);
  expect(host.head).not.toContain(key);
  host.type("board\nwho\n");
  const shown = await host.until("Nobody is in the class.\n");
  host.interrupt();
  await host.ended;
  expect(`${shown}${await host.until("The class is kept")}`).not.toContain(key);
  expect(existsSync(hostFile("instructor.json"))).toBe(false);
  const json = startCli(teacher, "class", "host", "--json");
  expect(await json.until("\n")).not.toContain(key);
});

test("a class is closed by who is sure, tells what it cost, and ends the host; the debrief stays", async () => {
  const host = await hostClass();
  await join(host.invitation, "ana");
  await room.run(["start", "lesson-01", "--yes", "--target", "none", "--plain", "--trust"]);
  const unsure = await run("close");
  expect([unsure.code, unsure.stderr]).toEqual([2, expect.stringContaining("`learn-istio class close --yes`")]);
  host.type("close\n");
  await host.until("`close yes`");
  const closed = await run("close", "--yes");
  expect([closed.code, closed.stderr]).toEqual([0, "The class is closed.\n"]);
  expect(closed.stdout).toMatch(/^`Our <i>course<\/i>`: 1 learner, .* What cost most:\n1\. lesson-01#/);
  expect(closed.stdout).not.toContain("ana");
  await host.until("everybody         is told that the class is closed\n");
  await host.until("What cost most:\n");
  expect(await host.ended).toBe(0);
  const debrief = JSON.parse((await run("debrief", "--json")).stdout);
  expect(debrief).toMatchObject({
    version: 1,
    learners: 1,
    steps: expect.arrayContaining([expect.objectContaining({ step: "lesson-01#one", done: 1 })]),
  });
  expect(JSON.stringify(debrief)).not.toContain("ana");
  const next = await hostClass();
  expect([next.head.includes("goes on"), next.invitation.split("#")[1] === host.invitation.split("#")[1]]).toEqual([
    false,
    false,
  ]);
});

test("names are said where they are asked for", async () => {
  const host = await hostClass();
  await join(host.invitation, "ana");
  await room.run(["start", "lesson-01", "--yes", "--target", "none", "--plain", "--trust"]);
  expect((await run("debrief")).stdout).not.toContain("ana");
  expect((await run("debrief", "--names")).stdout).toMatch(/Longest: ana \S+ \((?:passed|not done)\)/);
  host.interrupt();
  await host.ended;
  const after = await run("debrief", "--names");
  expect([after.code, after.stderr]).toEqual([4, expect.stringContaining("No class of this course is hosted")]);
});

test.each(["announce x", "who", "board", "hands", "debrief", "close --yes"])("not hosted: class %s", async (line) => {
  const ran = await run(...line.split(" "));
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([
    4,
    "",
    expect.stringContaining("No class of this course is hosted on this machine now."),
  ]);
});

test("the key is not given to whoever listens after a host that was killed", async () => {
  const host = await hostClass();
  host.kill();
  await host.ended;
  expect(existsSync(hostFile("instructor.json"))).toBe(true);
  expect((await run("who")).stderr).toContain("No class of this course is hosted on this machine now.");
  writeFileSync(hostFile("instructor.json"), "{");
  await hostClass();
  expect((await run("who")).stdout).toBe("Nobody is in the class.\n");
});

/** What stands in a terminal as half blocks, as the camera sees it. */
function scan(shown: string): string | undefined {
  const rows = shown.split("\n").filter((line) => /^[ ▀▄█]{29,}$/.test(line));
  const [scale, columns] = [4, rows[0]?.length ?? 0];
  const dark = (x: number, y: number): boolean => {
    const half = rows[Math.floor(y / 2)]?.[x] ?? " ";
    return half === "█" || half === (y % 2 === 0 ? "▀" : "▄");
  };
  const [width, height] = [columns * scale, rows.length * 2 * scale];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (dark(Math.floor(x / scale), Math.floor(y / scale)))
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  return jsQr.default(pixels, width, height, { inversionAttempts: "dontInvert" })?.data;
}

const SAID = "`?` tells what you can type here.";

test.skipIf(PTY_MISSING !== undefined)("a terminal shows the invitation as a QR code, in its own colours", async () => {
  const host = openPty(teacher, ["class", "host", "--listen", "0.0.0.0"], { columns: 80 });
  const shown = await host.until(SAID);
  const invitation = /'(http:[^']*)'/.exec(shown)?.[1];
  expect(scan(shown)).toBe(invitation);
  expect(host.bytes.match(/\u001b\[30;107m[ ▀▄█]+\u001b\[0m/g)?.length).toBeGreaterThan(14);
  host.press("announce hi\r");
  await host.until("everybody         is told: hi");
});

test.skipIf(PTY_MISSING !== undefined).each([
  ["at 40 columns it fits", 40, [], true],
  ["at 30 columns it does not", 30, [], false],
  ["--plain", 80, ["--plain"], false],
] as const)("a QR code: %s", async (_, columns, more, isThere) => {
  const host = openPty(teacher, ["class", "host", "--listen", "0.0.0.0", ...more], { columns });
  const shown = await host.until(SAID);
  expect(shown.includes("█")).toBe(isThere);
  if (isThere) expect(scan(shown)).toBe(/'(http:[^']*)'/.exec(shown)?.[1]);
});

test("in a pipe there is no QR code, and the machine's addresses are named but not listened on", async () => {
  const host = await hostClass();
  expect(host.head).not.toMatch(/[█▀▄]/);
  expect(host.head.replaceAll(/\s+/g, " ")).toMatch(
    /Only this machine can reach it(?:\. For a room: `--listen [\d.]+` \([^)]+\)|, and it is in no network now\.)/,
  );
  expect(host.invitation).toMatch(/^http:\/\/127\.0\.0\.1:/);
});

test.skipIf(PTY_MISSING !== undefined)("the link is opened for who says so", async () => {
  await hostClass();
  teacher.write({ "bin/xdg-open": '#!/bin/sh\necho "$1" > "$OPENED"\n' });

  chmodSync(path.join(teacher.folder, "bin/xdg-open"), 0o755);
  const opened = path.join(teacher.folder, "opened");
  const env = { PATH: `${path.join(teacher.folder, "bin")}:${teacher.env.PATH}`, OPENED: opened };
  const terminal = openPty(teacher, ["class", "board", "--plain"], { env, columns: 120 });
  const shown = await terminal.until("(yes/no) ");
  terminal.press("yes\r");
  expect(await terminal.ended).toBe(0);
  const link = /http:\S+/.exec(shown)?.[0] ?? "none";
  await expect.poll(() => existsSync(opened) && readFileSync(opened, "utf8")).toBe(`${link}\n`);
});
