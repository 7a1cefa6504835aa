import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openCliRoom } from "../support/run-cli.ts";

const root = path.resolve(import.meta.dirname, "../..");

test.each([
  [
    "README.md",
    [
      // The first two that are left out are what this very test is part of.
      "  skip  one-minute-to-a-first-lesson-1: installs this very checkout",
      "  skip  one-minute-to-a-first-lesson-2: would run itself",
      "  skip  test-your-own-documents-4: runs in your CI",
      "1 lesson, 12 steps: 9 passed, 0 failed, 3 skipped · asserted 8 of 9 commands · <duration>",
    ],
  ],
  [
    "lessons/TEACHING.md",
    [
      "  skip  who-can-take-part-2: whether this machine is ready, nobody can say beforehand",
      "1 lesson, 8 steps: 7 passed, 0 failed, 1 skipped · asserted 4 of 7 commands · <duration>",
    ],
  ],
])("every command in %s does what stands there", async (document, expected) => {
  const bin = mkdtempSync(path.join(os.tmpdir(), "bin-"));
  const room = openCliRoom();
  try {
    mkdirSync(path.join(bin, "on-path"));
    symlinkSync(path.join(root, "src/cli/bin.cjs"), path.join(bin, "on-path/learn-istio"));
    const env = { PATH: `${path.join(bin, "on-path")}:${process.env.PATH ?? ""}` };
    const ran = await room.run(["test", "--target", "none", path.join(root, document)], { env });
    expect(ran.stderr).toBe("");
    expect(ran.stdout.split("\n").filter((line) => /^(?: {2}(?:skip|FAIL)|\d+ lesson,)/.test(line))).toEqual(expected);
    expect(ran.code).toBe(0);
  } finally {
    rmSync(bin, { recursive: true, force: true });
    room.remove();
  }
});

test("every row of what is simulated names what holds it, and that is there", () => {
  const section = readFileSync(path.join(root, "README.md"), "utf8").split("\n## What is simulated\n")[1] ?? "";
  const rows = section.split("\n| --- | --- | --- |\n")[1]?.split("\n\n")[0]?.split("\n") ?? [];
  const held = rows.map((row) => ({
    what: row.split(" | ")[0]?.slice(2),
    by: [...(row.split(" | ")[2] ?? "").matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file ?? ""),
  }));
  expect(held.length).toBeGreaterThan(8);
  expect(held.filter(({ by }) => by.length === 0).map(({ what }) => what)).toEqual(["not at all"]);
  expect(held.flatMap(({ by }) => by).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
