import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every function of the driver is readonly: a lesson cannot put its own in place", () => {
  const source = readFileSync(new URL("../../src/shell/bash/bootstrap.sh", import.meta.url), "utf8");
  const defined = [...source.matchAll(/^(__li_\w+)\(\)/gm)].map(([, name]) => name);
  const sealed = /^\\builtin readonly -f ((?:.*\\\n)*.*)$/m.exec(source)?.[1]?.match(/__li_\w+/g);
  expect(sealed).toEqual(defined);
});
