import { expect, test } from "vitest";
import { IdleWatch } from "../../../src/sandbox/idle.ts";
import { ManualClock } from "../control/manual-clock.ts";

/** A watch over an hour of idleness, and how often it said so. */
function watching(): { clock: ManualClock; watch: IdleWatch; streams: { open: number }; times: () => number } {
  const clock = new ManualClock(0);
  const streams = { open: 0 };
  let said = 0;
  const onIdle = (): void => {
    said += 1;
  };
  const watch = new IdleWatch({ clock, idleMs: 3_600_000, openStreams: () => streams.open, onIdle });
  watch.start();
  return { clock, watch, streams, times: () => said };
}

test("nobody asked for that long: idle, said once", () => {
  const { clock, times } = watching();
  clock.advance(3_599_999);
  expect(times()).toBe(0);
  clock.advance(1);
  expect(times()).toBe(1);
  clock.advance(7_200_000);
  expect(times()).toBe(1);
});

test("a request begins the time anew", () => {
  const { clock, watch, times } = watching();
  clock.advance(3_000_000);
  watch.touch();
  clock.advance(3_599_999);
  expect(times()).toBe(0);
  clock.advance(1);
  expect(times()).toBe(1);
});

test("an open watch is no idleness; the time begins when it was last seen", () => {
  const { clock, streams, times } = watching();
  streams.open = 1;
  clock.advance(36_000_000);
  expect(times()).toBe(0);
  streams.open = 0;
  clock.advance(3_540_000);
  expect(times()).toBe(0);
  clock.advance(60_000);
  expect(times()).toBe(1);
});

test("stopped, it says nothing more", () => {
  const { clock, watch, times } = watching();
  watch.stop();
  clock.advance(7_200_000);
  expect(times()).toBe(0);
});
