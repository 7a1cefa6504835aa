import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StateSaver } from "../../../src/sandbox/state-saver.ts";

let dir: string;
let file: string;
const said: string[] = [];
const savers: StateSaver[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "state-saver-"));
  file = path.join(dir, "state.json");
  said.length = 0;
});

afterEach(() => {
  for (const saver of savers.splice(0)) saver.stop();
  rmSync(dir, { recursive: true, force: true });
});

function saver(parts: (isFinal: boolean) => Iterable<string>): StateSaver {
  const made = new StateSaver({
    file,
    parts,
    log: (message, error) => said.push(`${message}: ${(error as Error).message}`),
    onGone: () => said.push("gone"),
  });
  savers.push(made);
  return made;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const text = (): string => readFileSync(file, "utf8");

test("what has changed is on the disk soon after, and nothing else lies there", async () => {
  let value = "one";
  const mine = saver(() => [value]);
  mine.soon();
  await until(() => mine.saved.at !== undefined);
  expect(text()).toBe("one");
  value = "two";
  mine.soon();
  await until(() => text() === "two");
  expect(readdirSync(dir)).toEqual(["state.json"]);
});

test("a big state is written in slices: others have their turns in between", async () => {
  const part = "x".repeat(1 << 18);
  const turns: number[] = [];
  let turn = 0;
  let isDone = false;
  const count = (): void => {
    turn += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const mine = saver(function* () {
    for (let index = 0; index < 20; index += 1) {
      turns.push(turn);
      yield part;
    }
  });
  mine.soon();
  await until(() => mine.saved.at !== undefined);
  isDone = true;
  expect(text().length).toBe(20 * part.length);
  expect(new Set(turns).size).toBeGreaterThanOrEqual(19);
});

test("whoever saves now overtakes what is being written, and its older text is never put in place", async () => {
  let value = "older";
  let isBegun = false;
  const part = " ".repeat(1 << 18);
  const mine = saver((isFinal) => {
    const mark = value;
    return (function* () {
      isBegun = true;
      yield mark;
      for (let index = 0; index < 40 && !isFinal; index += 1) yield part;
    })();
  });
  mine.soon();
  await until(() => isBegun);
  value = "newer";
  mine.now(true);
  expect(text()).toBe("newer");
  await until(() => readdirSync(dir).length === 1);
  expect(text()).toBe("newer");
});

test.runIf(process.platform === "linux")(
  "a full disk is said once, what was saved stays, and it is tried again",
  async () => {
    writeFileSync(file, "before");
    const blocked = [`${file}.${process.pid}.tmp`, `${file}.${process.pid}.now.tmp`];
    for (const one of blocked) symlinkSync("/dev/full", one);
    const mine = saver(() => ["after"]);
    mine.now();
    expect(text()).toBe("before");
    expect(mine.saved.error).toContain("ENOSPC");
    symlinkSync("/dev/full", blocked[1] ?? "");
    mine.now();
    expect(said).toEqual([expect.stringMatching(/^the state could not be saved: ENOSPC/)]);
    mine.soon();
    await until(() => text() === "after");
    expect(mine.saved.error).toBeUndefined();
  },
);

test("a folder that was removed is said", () => {
  const mine = saver(() => ["lost"]);
  rmSync(dir, { recursive: true });
  mine.now();
  expect(said).toContain("gone");
});
