import { expect, test } from "vitest";
import { PACES, VaryingPace } from "../../../src/sandbox/control/index.ts";

test("a learner's pace is hurried until the moment that was named, by itself", () => {
  let now = 1000;
  const pace = new VaryingPace("learner", () => now);
  const seen = () => ({ name: pace.name, ...stagesOf(pace) });
  const learner = { name: "learner", ...PACES.learner };
  expect(seen()).toEqual(learner);
  pace.hurry(2000);
  expect(seen()).toEqual({ name: "test", ...PACES.test });
  now = 2000;
  expect(seen()).toEqual(learner);
  pace.hurry(3000);
  pace.hurry(0);
  expect(seen()).toEqual(learner);
});

test("what is not there to be watched is never slowed down", () => {
  const pace = new VaryingPace("instant", () => 0);
  pace.hurry(1000);
  expect({ name: pace.name, ...stagesOf(pace) }).toEqual({ name: "instant", ...PACES.instant });
});

/** Its stages, each asked for by name. */
function stagesOf(pace: VaryingPace): object {
  return Object.fromEntries(
    Object.keys(PACES.learner).map((stage) => [stage, pace[stage as keyof typeof PACES.learner]]),
  );
}
