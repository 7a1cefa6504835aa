import { expect, test } from "vitest";
import { quietVerdict, reasonsIn, withoutNoise } from "../../src/cli/start/client-noise.ts";

const LOG = 'E1123 15:27:09.558125   23249 memcache.go:265] "Unhandled Error" err="connection refused"';
const SENTENCE = "The connection to the server localhost:8080 was refused";

test.each([
  ["a client's log before its sentence", [LOG, LOG.replace("09.55", "10.01"), SENTENCE], [SENTENCE]],
  ["a client's log alone", [LOG], [LOG]],
  ["a reason twice", ["no pod", "no pod"], ["no pod"]],
  ["what only looks like one", ["E1123 is the part number"], ["E1123 is the part number"]],
])("%s", (_what, lines, left) => {
  expect(withoutNoise(lines)).toEqual(left);
});

test("reasons are sentences: no client's log, no table's blanks, nothing twice", () => {
  expect(reasonsIn([LOG, "  Ready   False   not   yet ", "Ready False not yet", "", SENTENCE])).toEqual([
    "Ready False not yet",
    SENTENCE,
  ]);
});

test("an output with a diff is left alone: each of its lines was compared", () => {
  const found = { status: 0, output: `${LOG}\n${SENTENCE}`, diff: [] };
  const verdict = { kind: "wrong", afterMs: 0, found, whys: [LOG, SENTENCE] } as const;
  expect(quietVerdict(verdict)).toBe(verdict);
  expect(quietVerdict({ ...verdict, found: { ...found, diff: undefined } })).toMatchObject({
    whys: [SENTENCE],
    found: { output: SENTENCE },
  });
});
