import { expect, test } from "vitest";
import { renderMarkdown } from "../../src/cli/screen/markdown.ts";
import { createPalette } from "../../src/cli/screen/palette.ts";

const PAGE = `## Where kubectl points

A *context* is a cluster, a **user** and a \`namespace\` under one name.
[kind](https://kind.sigs.k8s.io) wrote one; see [the next lesson](lesson-02.md).

> **In the sandbox** nothing is real but kubectl.

- one
- two, which is long enough to be wrapped when the terminal is a narrow one
  1. inner
  2. inner again
- [x] done

| in older texts | did | today |
| --- | --- | --- |
| Pilot | turned routes into proxy configuration | part of istiod |
| Mixer | checked policies | gone |

\`\`\`yaml
kind: Gateway
  indented: yes
\`\`\`

\`\`\`mermaid
flowchart TB
\`\`\`

<!-- a comment -->
`;

test("prose at 80 columns", () => {
  expect(render(PAGE, 80)).toMatchInlineSnapshot(`
    "## Where kubectl points

    A context is a cluster, a user and a \`namespace\` under one name. kind
    (https://kind.sigs.k8s.io) wrote one; see the next lesson.

    | In the sandbox nothing is real but kubectl.

    - one
    - two, which is long enough to be wrapped when the terminal is a narrow one

      1. inner
      2. inner again
    - [x] done

    in older texts  did                                     today
    Pilot           turned routes into proxy configuration  part of istiod
    Mixer           checked policies                        gone

        kind: Gateway
          indented: yes

    (a diagram stands here in the lesson's file)"
  `);
});

test("prose at 40 columns: a table that does not fit becomes a list", () => {
  expect(render(PAGE, 40)).toMatchInlineSnapshot(`
    "## Where kubectl points

    A context is a cluster, a user and a
    \`namespace\` under one name. kind
    (https://kind.sigs.k8s.io) wrote one;
    see the next lesson.

    | In the sandbox nothing is real but
    | kubectl.

    - one
    - two, which is long enough to be
      wrapped when the terminal is a narrow
      one

      1. inner
      2. inner again
    - [x] done

    Pilot
      did: turned routes into proxy
      configuration
      today: part of istiod
    Mixer
      did: checked policies
      today: gone

        kind: Gateway
          indented: yes

    (a diagram stands here in the lesson's file)"
  `);
});

test("a lesson cannot move the cursor or set the terminal's title", () => {
  expect(render("before \u001b[2J\u001b]0;title\u0007after", 80)).toBe("before after");
});

function render(markdown: string, width: number): string {
  return renderMarkdown(markdown, { width, palette: createPalette(false) });
}
