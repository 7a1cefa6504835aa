import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { seen } from "./seen.ts";

const own = new URL("pairs/", import.meta.url);
const mesh = new URL("../../mesh/config/pairs/", import.meta.url);

function names(folder: URL): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".objects.yaml"))
    .map((file) => file.replace(".objects.yaml", ""));
}

// `# run:` lines of istioctl over a file's objects.
test.each(names(own))("%s", async (name) => {
  const text = readFileSync(new URL(`${name}.objects.yaml`, own), "utf8");
  const lines = [...text.matchAll(/^# run: (.*)$/gm)].map(([, line = ""]) => line);
  expect(lines.length).toBeGreaterThan(0);
  await expect(await seen(lines, text)).toMatchFileSnapshot(new URL(`${name}.txt`, own).pathname);
});

test("no text stands there without its objects", () => {
  const texts = readdirSync(own).filter((file) => file.endsWith(".txt"));
  expect(texts.map((file) => file.replace(".txt", "")).sort()).toEqual([...names(own)].sort());
});

// What the mesh's own pairs lead to, as the first proxy of each tells it.
test.each(names(mesh))("of the mesh's pair %s", async (name) => {
  const text = readFileSync(new URL(`${name}.objects.yaml`, mesh), "utf8");
  const [, namespace = "", pod = ""] = /^# see: [\w-]+ ([\w-]+)\/([\w-]+)/m.exec(text) ?? [];
  const lines = ["cluster", "listener", "route"].map((part) => `istioctl pc ${part} ${pod}.${namespace}`);
  await expect(await seen(lines, text)).toMatchFileSnapshot(new URL(`mesh/${name}.txt`, import.meta.url).pathname);
});
