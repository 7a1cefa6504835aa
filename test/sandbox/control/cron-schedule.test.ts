import { expect, test } from "vitest";
import { nextTime } from "../../../src/sandbox/control/cron-schedule.ts";

// A Friday.
const NOW = Date.parse("2026-01-02T03:04:05Z");

test.each([
  ["* * * * *", "2026-01-02T03:05:00.000Z"],
  ["*/5 * * * *", "2026-01-02T03:05:00.000Z"],
  ["10-20/5 * * * *", "2026-01-02T03:10:00.000Z"],
  ["0 * * * *", "2026-01-02T04:00:00.000Z"],
  ["30 2 * * *", "2026-01-03T02:30:00.000Z"],
  ["0 0 1 * *", "2026-02-01T00:00:00.000Z"],
  ["0 0 * * mon", "2026-01-05T00:00:00.000Z"],
  ["0 0 * * 7", "2026-01-04T00:00:00.000Z"],
  ["0 0 20 * 1", "2026-01-05T00:00:00.000Z"],
  ["0 0 29 2 *", "2028-02-29T00:00:00.000Z"],
  ["@monthly", "2026-02-01T00:00:00.000Z"],
  ["5,7 4 * feb *", "2026-02-01T04:05:00.000Z"],
])("%s comes next at %s", (schedule, time) => {
  const at = nextTime(schedule, NOW);
  expect(at === undefined ? at : new Date(at).toISOString()).toBe(time);
});

test.each(["0 0 31 2 *", "* * * *", "60 * * * *", "x * * * *", "5-1 * * * *", "*/0 * * * *", ""])(
  "%j never comes",
  (schedule) => {
    expect(nextTime(schedule, NOW)).toBeUndefined();
  },
);
