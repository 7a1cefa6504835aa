import { expect, test } from "vitest";
import { Guesses } from "../../src/workshop/host/guesses.ts";

test("eight wrong codes from an address are looked at at once, then one in 50 ms, the right one in its turn", () => {
  const guesses = new Guesses();
  for (let count = 0; count < 8; count += 1) {
    expect(guesses.turn("10.0.0.1", 1000)).toBe(0);
    guesses.wrong("10.0.0.1", 1000);
  }
  expect([1000, 1000, 1010, 2000].map((now) => guesses.turn("10.0.0.1", now))).toEqual([0, 50, 90, 0]);
  expect(guesses.turn("10.0.0.2", 1000)).toBe(0);
  // A minute later nothing of it counts.
  expect([61_001, 61_001, 61_001].map((now) => guesses.turn("10.0.0.1", now))).toEqual([0, 0, 0]);
});

test("a line that is too long takes nobody more, and gets no longer by that", () => {
  const guesses = new Guesses();
  for (let count = 0; count < 8; count += 1) guesses.wrong("10.0.0.1", 0);
  const turns = Array.from({ length: 500 }, () => guesses.turn("10.0.0.1", 0));
  expect(turns.slice(0, 401)).toEqual(Array.from({ length: 401 }, (_, index) => index * 50));
  expect(new Set(turns.slice(401))).toEqual(new Set([undefined]));
  expect(guesses.turn("10.0.0.1", 50)).toBe(20_000);
});

test("wrong codes from many addresses slow down all who join, by 10 ms each", () => {
  const guesses = new Guesses();
  for (let count = 0; count < 120; count += 1) guesses.wrong(`10.0.1.${count}`, 0);
  expect([0, 0, 0].map((now) => guesses.turn("10.0.0.2", now))).toEqual([0, 10, 20]);
});
