import { readdirSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { MESSAGES } from "../../../../../src/sandbox/tools/istioctl/analyze/catalogue.ts";
import { analyzed } from "./analyzed.ts";

const folder = new URL("cases/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(".yaml", ""));

function read(file: string): string {
  return readFileSync(new URL(file, folder), "utf8");
}

test.each(names)("%s", async (name) => {
  const told = await analyzed(read(`${name}.yaml`));
  expect(told).toMatch(/^\$ istioctl/);
  await expect(told).toMatchFileSnapshot(new URL(`${name}.txt`, folder).pathname);
});

test("no text stands there without its case", () => {
  const texts = readdirSync(folder).filter((file) => file.endsWith(".txt"));
  expect(texts.map((file) => file.replace(".txt", "")).sort()).toEqual([...names].sort());
});

test.each(Object.keys(MESSAGES))("%s is found, and is not where all is well", (code) => {
  const told = stripVTControlCharacters(read(`${code}.txt`));
  expect(told).toContain(`${MESSAGES[code as keyof typeof MESSAGES].level} [${code}] (`);
  expect(read(`${code}.quiet.txt`)).not.toContain(`[${code}]`);
});
