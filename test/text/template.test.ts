import { expect, test } from "vitest";
import { parseTemplate } from "../../src/text/index.ts";

const shown = (text: string): string =>
  parseTemplate(text)
    .map((part) => (part.kind === "text" ? part.text : part.kind === "variable" ? `[${part.name}]` : `!${part.offset}`))
    .join("");

test.each([
  ["", ""],
  [`a \${A}\${B_1} z`, "a [A][B_1] z"],
  [`\\\${A} \${A}`, `\${A} [A]`],
  ["$A $$ $(x) `x` \\ \\n \\$A", "$A $$ $(x) `x` \\ \\n \\$A"],
  [`\${A:-x} \${1} \${`, "!0A:-x} !81} !13"],
])("%j is %j", (text, parts) => {
  expect(shown(text)).toBe(parts);
});
