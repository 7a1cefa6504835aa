import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const page = (printed: string, expected: string): string =>
  `# Page\n\n\`\`\`bash\necho ${printed}\n\`\`\`\n\n\`\`\`output\n${expected}\n\`\`\`\n`;

/** The one entry that is kept of a parsed page. */
function entry(): string {
  const found = filesIn(path.resolve(room.folder, "../cache/learn-istio/parse"));
  expect(found).toHaveLength(1);
  return found[0] ?? "";
}

function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return found.map((one) => path.join(one.parentPath, one.name));
}

async function testPage(): Promise<number | null> {
  return (await room.run(["test", "page.md"])).code;
}

test("what was kept is used again: its entry is what is run", async () => {
  room.write({ "page.md": page("one", "one") });
  expect(await testPage()).toBe(0);
  // The same in both halves, and under the page's own text: what nothing can tell from what we wrote.
  const kept = readFileSync(entry(), "utf8");
  writeFileSync(entry(), kept.replaceAll('"source":"echo one"', '"source":"echo two"'));
  expect(await testPage()).toBe(1);
});

test("an entry that was damaged anywhere is not believed", async () => {
  room.write({ "page.md": page("one", "two") });
  expect(await testPage()).toBe(1);
  const kept = readFileSync(entry(), "utf8");
  const damages = [
    kept.replace('"source":"echo one"', '"source":"echo two"'),
    kept.slice(0, -1),
    // The same in both halves: a step less.
    kept.replaceAll(/^\{"id":"page-1".*\n/gm, ""),
    kept.slice(0, kept.length / 2),
    `${kept}${kept}`.slice(1),
    "",
    "\0".repeat(kept.length),
  ];
  for (const damaged of damages) {
    writeFileSync(entry(), damaged);
    expect(await testPage()).toBe(1);
    expect(readFileSync(entry(), "utf8")).toBe(kept);
  }
});

test("an entry about another text that has this one's name is not believed", async () => {
  room.write({ "page.md": page("one", "one") });
  expect(await testPage()).toBe(0);
  const other = entry();
  const of = readFileSync(other, "utf8");
  room.write({ "page.md": page("two", "one") });
  expect(await testPage()).toBe(1);
  const own = filesIn(path.dirname(other)).find((file) => file !== other) ?? "";
  writeFileSync(own, of);
  expect(await testPage()).toBe(1);
});
