import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { meshOf } from "./cluster.ts";
import { dump } from "./dump.ts";

const folder = new URL("pairs/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".objects.yaml"))
  .map((file) => file.replace(".objects.yaml", ""));

test.each(names)("%s", async (name) => {
  const text = readFileSync(new URL(`${name}.objects.yaml`, folder), "utf8");
  const asked = [...text.matchAll(/^# see: (.*)$/gm)].map(([, line = ""]) => line);
  expect(asked.length).toBeGreaterThan(0);
  const { config } = meshOf(text);
  await expect(dump(config(), asked)).toMatchFileSnapshot(new URL(`${name}.routes.txt`, folder).pathname);
});

test("no text stands there without its objects", () => {
  const texts = readdirSync(folder).filter((file) => file.endsWith(".routes.txt"));
  expect(texts.map((file) => file.replace(".routes.txt", ""))).toEqual(names);
});
