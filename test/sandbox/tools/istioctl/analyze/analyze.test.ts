import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MESSAGES } from "../../../../../src/sandbox/tools/istioctl/analyze/messages.ts";
import { analysed } from "./analysed.ts";

const folder = new URL("pairs/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(/\.yaml$/, ""));

// Objects and `# run:` lines, and what istioctl prints of them.
test.each(names)("%s", async (name) => {
  const text = readFileSync(new URL(`${name}.yaml`, folder), "utf8");
  const told = await analysed(text);
  expect(told).not.toBe("");
  await expect(told).toMatchFileSnapshot(new URL(`${name}.txt`, folder).pathname);
});

test("no text stands there without its objects", () => {
  const texts = readdirSync(folder).filter((file) => file.endsWith(".txt"));
  expect(texts.map((file) => file.replace(".txt", "")).sort()).toEqual([...names].sort());
});

// A pair of a code is called after it: `ist0101-host` has the finding, `ist0101-host.quiet` the same without the fault.
test.each(Object.entries(MESSAGES))("%s is found in one pair and not in its quiet one", (_, { code }) => {
  const own = names.filter((name) => name.startsWith(code.toLowerCase()));
  const found = (name: string): boolean => readFileSync(new URL(`${name}.txt`, folder), "utf8").includes(`[${code}]`);
  const [loud, quiet] = [own.filter((name) => !name.endsWith(".quiet")), own.filter((name) => name.endsWith(".quiet"))];
  expect([loud.length > 0, quiet.length > 0]).toEqual([true, true]);
  expect(loud.filter((name) => !found(name))).toEqual([]);
  expect(quiet.filter(found)).toEqual([]);
});
