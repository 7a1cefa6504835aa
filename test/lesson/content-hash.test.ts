import { expect, test } from "vitest";
import { parseLesson } from "../../src/lesson/index.ts";

function hashOf(text: string): string | undefined {
  const checkpoint = "## Checkpoint\n\n<details>\n<summary>Check: ok</summary>\n\n```bash\ntrue\n```\n\n</details>\n";
  const head = '---\ntitle: x\n---\n\n```bash {#first background=a ready="port 1"}\ntrue\n```\n\n';
  const { lesson, diagnostics } = parseLesson("lesson-09-x.md", `${head}${text}\n\n${checkpoint}`);
  if (lesson === undefined) throw new Error(JSON.stringify(diagnostics));
  return lesson.steps.at(1)?.contentHash;
}

const block = (keys: string, body = "true"): string => `\`\`\`bash {#id ${keys}}\n${body}\n\`\`\``;

test("all that says what a step does is in its hash", () => {
  const texts = [
    block(""),
    block("", "false"),
    block("exit=1"),
    block("host"),
    block("stop=a"),
    block("background=b"),
    block("background=c"),
    block('background=b ready="port 1"'),
    block('background=b ready="port 2"'),
    block('background=b ready="http http://localhost/"'),
    block('background=b ready="line /a/"'),
    "- [ ] Look.",
    "- [ ] Look again.",
    "- [ ] Look.\n\n  Well.",
  ];
  const hashes = texts.map(hashOf);
  expect(new Set(hashes).size).toBe(texts.length);
  expect(hashes).not.toContain(undefined);
});

test("how a learner is led, and for how long, is not", () => {
  expect(hashOf(block("mode=type timeout=5s"))).toBe(hashOf(block("")));
  expect(hashOf(`Other prose.\n\n1. [ ] Look.\n\nMore.`)).toBe(hashOf("- [ ] Look."));
});

test("hashes of what earlier versions read stay what they were", () => {
  expect(hashOf(block(""))).toMatchInlineSnapshot(`"2ee1aa3a0cf65955"`);
});
