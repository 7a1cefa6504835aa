import { describe, expect, test } from "vitest";
import { notesIn } from "../../../src/cli/present/author-notes.ts";
import { drawTitle } from "../../../src/cli/present/block-letters.ts";
import { deckOf, firstIdeaOf, type Idea } from "../../../src/cli/present/deck.ts";
import { type Look, pagesOf } from "../../../src/cli/present/screens.ts";
import { createPalette } from "../../../src/cli/screen/palette.ts";
import { type Lesson, parseLesson } from "../../../src/lesson/index.ts";
import { columnsOf } from "../../../src/text/index.ts";

const TEXT = `---
title: The door
summary: What a door is for.
minutes: 5
targets: [none]
---

# The door

A door opens.

<!-- nobody reads this -->

- It opens.
- It shuts.

## Open it

There are two ways:

| way | who |
| --- | --- |
| push | you |

Now from outside:

\`\`\`bash {#open}
echo opened
\`\`\`

\`\`\`output
opened
\`\`\`

It opened.

## A file

This one, \`door.yaml\`:

\`\`\`yaml {file=door.yaml}
open: true
\`\`\`

It says all.

\`\`\`bash {#read}
cat door.yaml
\`\`\`

## Your turn

Shut it.

<details>
<summary>Check: it is shut</summary>

\`\`\`bash
true
\`\`\`

</details>

<details>
<summary>Solution</summary>

\`\`\`bash
true
\`\`\`

</details>

## Checkpoint

All of it.

<details>
<summary>Check: it holds</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

function lessonOf(text: string): Lesson {
  const { lesson, diagnostics } = parseLesson("lessons/lesson-01-door.md", text);
  if (lesson === undefined) throw new Error(JSON.stringify(diagnostics));
  return lesson;
}

const LESSON = lessonOf(TEXT);

/** An idea in one line. */
function brief(idea: Idea): string {
  const heading = "heading" in idea && idea.heading !== undefined ? `[${idea.heading}] ` : "";
  const blocks = "blocks" in idea ? idea.blocks : "caption" in idea ? idea.caption : [];
  const words = blocks.map(({ markdown }) => (markdown.split("\n")[0] ?? "").slice(0, 24)).join(" / ");
  const what = idea.kind === "act" ? idea.way : idea.kind === "file" ? `file ${idea.file.file?.path}` : idea.kind;
  return `${idea.step} ${what}: ${heading}${words}`.trimEnd();
}

test("a lesson comes to one idea at a time, and what only leads to the next stands with it", () => {
  expect(deckOf(LESSON).map(brief)).toEqual([
    "0 title:",
    "0 prose: A door opens.",
    "0 prose: - It opens.",
    "0 prose: [Open it] There are two ways: / | way | who |",
    "0 run: Now from outside:",
    "0 prose: It opened.",
    "1 file door.yaml: [A file] This one, `door.yaml`:",
    "1 prose: It says all.",
    "1 run:",
    "2 prose: [Your turn] Shut it.",
    "2 goal:",
    "3 prose: [Checkpoint] All of it.",
    "3 look:",
    "3 end:",
  ]);
});

test.each([
  [0, 3],
  [1, 6],
  [2, 9],
  [3, 11],
])("step %i begins with idea %i", (step, idea) => {
  expect(firstIdeaOf(deckOf(LESSON), step)).toBe(idea);
});

describe("a title in block letters", () => {
  test("is drawn, and broken between words", () => {
    expect(drawTitle("Go on", 25, 2, "#")?.join("\n")).toBe(
      [
        " ###  ##       ##  #   #",
        "#    #  #     #  # ##  #",
        "# ## #  #     #  # # # #",
        "#  # #  #     #  # #  ##",
        " ###  ##       ##  #   #",
      ].join("\n"),
    );
    expect(drawTitle("Go on", 24, 2, "█")).toHaveLength(5);
    expect(drawTitle("Go on", 23, 2, "#")).toHaveLength(11);
  });

  test("has letters whose rows are all as wide as the others", () => {
    const drawn = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#%&'()*+,-./:;<=>?@[]_"];
    for (const letter of drawn) {
      // An I behind it ends at the same column in its first and its last row, and one before that between them.
      const widths = drawTitle(`${letter}I`, 80, 1, "#")?.map((row) => row.length) ?? [];
      const [widest = 0] = widths;
      expect([letter, ...widths]).toEqual([letter, widest, widest - 1, widest - 1, widest - 1, widest]);
    }
  });

  test.each([
    ["a word wider than the screen", "Observability", 40, 3],
    ["more lines than may be", "one two three", 20, 2],
    ["a letter without a drawing", "Café", 80, 3],
    ["nothing", " ", 80, 3],
  ])("is not drawn: %s", (_, title, columns, most) => {
    expect(drawTitle(title, columns, most, "█")).toBeUndefined();
  });
});

const LOOK: Look = { palette: createPalette(false), references: "", ink: "█", target: "none (no cluster)" };

function pages(at: number, columns: number, rows: number | undefined, look = LOOK): readonly string[] {
  const idea = deckOf(LESSON)[at];
  if (idea === undefined) throw new Error(`no idea ${at}`);
  return pagesOf(LESSON, idea, { columns, rows }, look).map((page) => page.join("\n"));
}

describe("an idea on a screen", () => {
  test("is a block in the middle, its heading drawn above it", () => {
    expect(pages(9, 80, 20)).toMatchInlineSnapshot(`
      [
        "                 █   █  ██  █  █ ███      █████ █  █ ███  █   █
                        █ █  █  █ █  █ █  █       █   █  █ █  █ ██  █
                         █   █  █ █  █ ███        █   █  █ ███  █ █ █
                         █   █  █ █  █ █ █        █   █  █ █ █  █  ██
                         █    ██   ██  █  █       █    ██  █  █ █   █


                       Shut it.",
      ]
    `);
  });

  test.each([
    ["where the drawing and the words do not both fit", 80, 6, LOOK],
    ["on a narrow terminal", 24, 20, LOOK],
    ["where nothing is drawn", 80, 20, { ...LOOK, ink: undefined }],
  ])("has its heading in words %s", (_, columns, rows, look) => {
    expect(
      pages(9, columns, rows, look)[0]
        ?.split("\n")
        .map((line) => line.trim()),
    ).toEqual(["Your turn", "", "Shut it."]);
  });

  test("goes on on another screen where it does not fit, and nothing of it is lost", () => {
    const whole = pages(3, 80, 40, { ...LOOK, ink: undefined }).join("\n");
    const parts = pages(3, 80, 5, { ...LOOK, ink: undefined });
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part.split("\n").length).toBeLessThanOrEqual(5);
    const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
    expect(words(parts.join("\n"))).toEqual(words(whole));
  });

  test("keeps its words to fifty columns, and to what a narrow terminal has", () => {
    const long = lessonOf(TEXT.replace("A door opens.", "A door opens and shuts. ".repeat(20)));
    const idea = deckOf(long)[1] as Idea;
    for (const [columns, most] of [
      [120, 50],
      [80, 50],
      [40, 36],
    ] as const) {
      const lines = pagesOf(long, idea, { columns, rows: 30 }, LOOK).flat();
      const widths = lines.map((line) => columnsOf(line.trim()));
      expect(Math.max(...widths)).toBeLessThanOrEqual(most);
      expect(Math.max(...widths)).toBeGreaterThan(most - 10);
    }
  });

  test("in the plain form is words alone, without a layout", () => {
    expect(pages(9, 80, undefined)).toEqual(["== Your turn\n\nShut it.\n"]);
  });

  test("the first says how letters become larger, and what is simulated", () => {
    expect(pages(0, 80, 22)[0]).toContain("Ctrl and +");
    expect(pages(0, 80, 22)[0]).toMatch(/on target none \(no\s+cluster\)/);
  });
});

test("an author's notes are of the whole lesson, or of the step that a heading names", () => {
  const notes = notesIn("Bring a door.\n\n## #open\n\nKnock first.\n\n### Twice\n\n## #nothing\n\nLost.\n", LESSON);
  expect(notes.whole).toBe("Bring a door.");
  expect(notes.steps.get("open")).toBe("Knock first.\n\n### Twice");
  expect(notes.unknown).toEqual(["nothing"]);
});
