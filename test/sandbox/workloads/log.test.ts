import { expect, test } from "vitest";
import { ContainerLog } from "../../../src/sandbox/workloads/log.ts";

const ALL = { follow: false, timestamps: false, signal: new AbortController().signal };

async function linesOf(log: ContainerLog): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of log.read(ALL as never)) lines.push(line);
  return lines;
}

test("the oldest of many lines are rotated away", async () => {
  const log = new ContainerLog(() => 0);
  for (let index = 0; index < 50_000; index += 1) log.add(`line ${index}`);
  const lines = await linesOf(log);
  expect(lines.length).toBeLessThanOrEqual(20_000);
  expect(lines.length).toBeGreaterThanOrEqual(18_000);
  expect(lines.at(-1)).toBe("line 49999");
  expect(lines[0]).toBe(`line ${50_000 - lines.length}`);
});

test("so are the oldest of few that are long, but never the last", async () => {
  const log = new ContainerLog(() => 0);
  for (const letter of "abcdef") log.add(letter.repeat(1 << 20));
  const lines = await linesOf(log);
  expect(lines.map((line) => line[0]).join("")).toBe("cdef");
  log.add("g".repeat(1 << 23));
  expect((await linesOf(log)).map((line) => line[0]).join("")).toBe("g");
});

test("who follows misses nothing and sees nothing twice while lines are rotated away", async () => {
  const log = new ContainerLog(() => 0);
  log.add("line 0");
  const seen: string[] = [];
  const following = (async () => {
    for await (const line of log.read({ ...ALL, follow: true } as never)) seen.push(line);
  })();
  for (let index = 1; index < 60_000; index += 1) {
    log.add(`line ${index}`);
    if (index % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  log.end();
  await following;
  expect(seen).toEqual(Array.from({ length: 60_000 }, (_, index) => `line ${index}`));
});
