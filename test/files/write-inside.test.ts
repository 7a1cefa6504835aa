import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeInside } from "../../src/files/index.ts";

let root = "";
let folder = "";
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "files-"));
  folder = path.join(root, "workspace");
  mkdirSync(folder);
  mkdirSync(path.join(root, "outside"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");

test("folders are made, the mode is 0644 whatever the mask, nothing else is left", () => {
  const mask = process.umask(0o077);
  try {
    expect(writeInside(folder, "a/b/c.yaml", "one\n")).toBe("nothing");
  } finally {
    process.umask(mask);
  }
  expect(read("a/b/c.yaml")).toBe("one\n");
  expect(statSync(path.join(folder, "a/b/c.yaml")).mode & 0o777).toBe(0o644);
  expect(readdirSync(path.join(folder, "a/b"))).toEqual(["c.yaml"]);
});

test("what stood there before is told", () => {
  writeFileSync(path.join(folder, "x"), "old");
  expect(writeInside(folder, "x", "new")).toEqual({ text: "old" });
  expect(writeInside(folder, "x", "new")).toBe("same");
  expect(read("x")).toBe("new");
});

test("a link may lead elsewhere in the folder, never out of it", () => {
  mkdirSync(path.join(folder, "real"));
  symlinkSync("real", path.join(folder, "near"));
  symlinkSync("../outside", path.join(folder, "far"));
  symlinkSync("nowhere", path.join(folder, "broken"));
  writeInside(folder, "near/x", "x");
  expect(read("real/x")).toBe("x");
  expect(() => writeInside(folder, "far/x", "x")).toThrow("the link `far` leads out of the workspace");
  expect(() => writeInside(folder, "far/deep/x", "x")).toThrow("the link `far` leads out of the workspace");
  expect(() => writeInside(folder, "broken/x", "x")).toThrow("the link `broken` leads out of the workspace");
  expect(readdirSync(path.join(root, "outside"))).toEqual([]);
});

test("what is no file is not replaced", () => {
  writeFileSync(path.join(root, "outside/secret"), "kept");
  symlinkSync("../outside/secret", path.join(folder, "link"));
  mkdirSync(path.join(folder, "dir"));
  writeFileSync(path.join(folder, "file"), "");
  expect(() => writeInside(folder, "link", "x")).toThrow("a link stands there");
  expect(() => writeInside(folder, "dir", "x")).toThrow("a folder stands there");
  expect(() => writeInside(folder, "file/x", "x")).toThrow("`file` is no folder");
  expect(() => writeInside(folder, "../outside/y", "x")).toThrow("the path leads out of the workspace");
  expect(readFileSync(path.join(root, "outside/secret"), "utf8")).toBe("kept");
  expect(existsSync(path.join(root, "outside/y"))).toBe(false);
  expect(lstatSync(path.join(folder, "link")).isSymbolicLink()).toBe(true);
});

test("a folder that is gone is the system's error", () => {
  expect(() => writeInside(path.join(root, "gone"), "x", "x")).toThrow("ENOENT");
});
