import { expect, test } from "vitest";
import { parseFlags } from "../../../src/sandbox/tools/flags.ts";

const FLAGS = [
  { long: "name", short: "n", takesValue: true },
  { long: "quiet", short: "q", takesValue: false },
];

test.each([
  [["--name", "x"], { name: "x" }, [], undefined],
  [["--name=x"], { name: "x" }, [], undefined],
  [["-n", "x", "-q"], { name: "x", quiet: "true" }, [], undefined],
  [["-nx"], { name: "x" }, [], undefined],
  [["a", "--", "--name"], {}, ["a", "--name"], undefined],
  [["--name"], {}, [], "flag needs an argument: --name"],
  [["--nmae", "x"], {}, [], "unknown flag: --nmae"],
  [["-z"], {}, [], "unknown shorthand flag: 'z' in -z"],
])("%j", (args, values, rest, error) => {
  const found = parseFlags(args, FLAGS);
  expect({ values: Object.fromEntries(found.values), rest: found.rest, error: found.error }).toEqual({
    values,
    rest,
    error,
  });
});
