import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTar, TarError, type TarFile, writeTar } from "../../src/files/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tar-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LONG = `${"a".repeat(60)}/${"b".repeat(60)}/${"c".repeat(60)}.txt`;
const FILES: readonly TarFile[] = [
  { name: "empty", content: Buffer.alloc(0) },
  { name: "folder/exactly one block", content: Buffer.alloc(512, "x") },
  { name: "folder/program", content: Buffer.from("#!/bin/sh\n"), isProgram: true },
  { name: LONG, content: Buffer.alloc(100_000, "long ") },
  { name: "ümläut", content: Buffer.from("ü") },
];

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(archive: Uint8Array, size = 1000): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of readTar(inPieces(archive, size))) {
    const parts: Buffer[] = [];
    for await (const part of entry.content) parts.push(part);
    found[entry.name] = Buffer.concat(parts).toString("utf8");
    expect(Buffer.concat(parts)).toHaveLength(entry.size);
  }
  return found;
}

const written = (files: Iterable<TarFile> = FILES): Buffer => Buffer.concat([...writeTar(files)]);
const texts = Object.fromEntries(FILES.map(({ name, content }) => [name, Buffer.from(content).toString("utf8")]));

test("the system's tar unpacks what was written, with modes, without owners and dates", () => {
  writeFileSync(path.join(folder, "a.tar"), written());
  const listed = execFileSync("tar", ["-tvf", "a.tar"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" },
  });
  expect(listed.split("\n")[2]).toMatch(/^-rwxr-xr-x .*\b0\b.*\b1970.* folder\/program$/);
  execFileSync("tar", ["-xf", "a.tar"], { cwd: folder, stdio: "pipe" });
  for (const [name, text] of Object.entries(texts)) expect(readFileSync(path.join(folder, name), "utf8")).toBe(text);
});

test.each([1, 7, 512, 100_000_000])("what was written is read again, in pieces of %i bytes", async (size) => {
  expect(await read(written(), size)).toEqual(texts);
});

test("what the system's tar packs is read; contents that nobody reads are passed over", async () => {
  mkdirSync(path.join(folder, "in/deep"), { recursive: true });
  writeFileSync(path.join(folder, "in/deep/one"), "1".repeat(1500));
  writeFileSync(path.join(folder, "in/two"), "2");
  const archive = execFileSync("tar", ["--format=ustar", "-cf", "-", "in"], { cwd: folder });
  expect(await read(archive)).toEqual({ "in/deep/one": "1".repeat(1500), "in/two": "2" });
  const names: string[] = [];
  for await (const { name } of readTar(inPieces(archive, 100))) names.push(name);
  expect(names.sort()).toEqual(["in/deep/one", "in/two"]);
});

test.each<[string, () => Uint8Array, string]>([
  ["cut off", () => written().subarray(0, 3000), "it ends in the middle"],
  ["empty", () => Buffer.alloc(0), "it ends in the middle"],
  ["no tar", () => Buffer.alloc(2000, "hello"), "it is no tar archive, or it is damaged"],
  [
    "damaged",
    () => {
      const bytes = written();
      bytes[3] = 33;
      return bytes;
    },
    "it is no tar archive, or it is damaged",
  ],
  [
    "one with a link",
    () => {
      execFileSync("ln", ["-s", "/etc/passwd", path.join(folder, "link")]);
      return execFileSync("tar", ["--format=ustar", "-cf", "-", "link"], { cwd: folder });
    },
    "`link` is neither a file nor a folder",
  ],
])("an archive that is %s is an error", async (_, make, message) => {
  await expect(read(make())).rejects.toThrow(new TarError(message));
});

test("a name that fits no header is refused before anything is written", () => {
  expect(() => written([{ name: "x".repeat(101), content: Buffer.alloc(0) }])).toThrow(
    new TarError(`the name \`${"x".repeat(101)}\` is too long for an archive`),
  );
});
