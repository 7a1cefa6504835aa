import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ACTION_TYPES, action } from "../../src/workshop/action.ts";
import { classFiles } from "../../src/workshop/learner/membership.ts";
import { Queue } from "../../src/workshop/learner/queue.ts";
import { classState, notice } from "../../src/workshop/notice.ts";
import { pack, unpack } from "../../src/workshop/packed.ts";
import { type Shape, WireError } from "../../src/workshop/shape.ts";
import {
  CHECK_VERDICTS,
  type ClassEvent,
  classEvent,
  eventsReply,
  eventsRequest,
  joinReply,
  joinRequest,
  LIMITS,
  STEP_VERDICTS,
} from "../../src/workshop/wire.ts";
import { scratch } from "../support/classes.ts";

const SHAPES: Readonly<Record<string, Shape<unknown>>> = {
  action,
  classEvent,
  classState,
  eventsReply,
  eventsRequest,
  joinReply,
  joinRequest,
  notice,
};

/** Objects that come near to a message: the right keys, with values of any kind. */
const near = fc.record(
  {
    type: fc.oneof(fc.constantFrom(...ACTION_TYPES, "open", "hint", "step-end", "gap", "__proto__"), fc.jsonValue()),
    v: fc.oneof(fc.constant(1), fc.jsonValue()),
    at: fc.oneof(fc.nat(), fc.double(), fc.jsonValue()),
    from: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.jsonValue()),
    sent: fc.oneof(fc.nat(), fc.jsonValue()),
    lesson: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
    step: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
    events: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
    gated: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
    text: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
    number: fc.oneof(fc.maxSafeInteger(), fc.jsonValue()),
  },
  { requiredKeys: [] },
);

test.each(Object.entries(SHAPES))(
  "%s takes or refuses any JSON, and what it takes comes out as it went in",
  (_, shape) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ maxDepth: 4 }), near), (value) => {
        const given: unknown = JSON.parse(JSON.stringify(value));
        try {
          expect(JSON.parse(JSON.stringify(shape(given, "message")))).toEqual(given);
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          expect(error.message).toMatch(/^message[\w.[\]-]*: expected /);
        }
      }),
      { numRuns: 500 },
    );
  },
);

const id = fc
  .string({ unit: "binary", minLength: 1, maxLength: LIMITS.id })
  .filter((text) => text.length <= LIMITS.id && !/\p{Cc}/u.test(text));
const at = fc.integer({ min: 0, max: 8.64e15 });
const place = { at, lesson: id, step: id };
const event: fc.Arbitrary<ClassEvent> = fc.oneof(
  fc.record({ type: fc.constant("open" as const), ...place }),
  fc.record({ type: fc.constant("step-start" as const), ...place }),
  fc.record(
    {
      type: fc.constant("check-end" as const),
      ...place,
      check: id,
      verdict: fc.constantFrom(...CHECK_VERDICTS),
      diagnosis: fc.integer({ min: 1, max: 1000 }),
    },
    { requiredKeys: ["type", "at", "lesson", "step", "check", "verdict"] },
  ),
  fc.record(
    { type: fc.constant("step-end" as const), ...place, verdict: fc.constantFrom(...STEP_VERDICTS), check: id, ms: at },
    { requiredKeys: ["type", "at", "lesson", "step", "verdict", "ms"] },
  ),
  fc.record({ type: fc.constant("hint" as const), ...place, tier: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ type: fc.constant("hand" as const), at, raised: fc.boolean() }),
  fc.record({ type: fc.constant("close" as const), at }),
);

test("every message of events is read as it was sent, packed or not", () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), fc.nat(), at, (events, from, sent) => {
      const message = { v: 1, from: from + 1, sent, events };
      expect(eventsRequest(JSON.parse(unpack(pack(message), 1e6)), "message")).toEqual(
        JSON.parse(JSON.stringify(message)),
      );
    }),
  );
});

test("bytes that nobody packed, or too many of them, are refused and nothing else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 1000 }), (bytes, most) => {
      let text = "";
      try {
        text = unpack(bytes, most);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
      // A byte that is no UTF-8 is read as a sign of three.
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3 * most);
    }),
  );
});

test("a queue that is cut off at any byte loses the torn line at most, and goes on", () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 12 }), event, fc.nat(), (events, later, cut) => {
      const folder = scratch();
      const { queue: file } = classFiles(folder);
      const before = new Queue(folder);
      for (const one of events) before.append(one);
      before.close();
      const bytes = readFileSync(file);
      const size = cut % (bytes.length + 1);
      truncateSync(file, size);
      const whole = bytes.subarray(0, size).filter((byte) => byte === 10).length;
      const isTorn = size > 0 && bytes[size - 1] !== 10;
      const after = new Queue(folder);
      after.append(later);
      const read: ClassEvent[] = [];
      let sent = { seq: 0, offset: 0 };
      for (let batch = after.read(sent, 5, 7); batch !== undefined; batch = after.read(sent, 5, 7)) {
        expect(batch.from).toBe(sent.seq + 1);
        read.push(...batch.events);
        sent = { seq: sent.seq + batch.events.length, offset: batch.end };
        expect(after.find(sent.seq)).toEqual(sent);
      }
      after.close();
      const kept = events.slice(0, whole).map((one) => JSON.parse(JSON.stringify(one)));
      // A line that lost its line break alone is whole all the same.
      const torn = isTorn
        ? [size === endOf(bytes, whole) ? JSON.parse(JSON.stringify(events[whole])) : { type: "gap", at: 7 }]
        : [];
      expect(read).toEqual([...kept, ...torn, JSON.parse(JSON.stringify(later))]);
    }),
    { numRuns: 60 },
  );
});

/** Where the line after so many ends, without its line break. */
function endOf(bytes: Buffer, lines: number): number {
  let at = -1;
  for (let count = 0; count <= lines; count += 1) at = bytes.indexOf(10, at + 1);
  return at;
}

test("a queue of noise is gaps, one for each line, and never blocks", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const folder = scratch();
      writeFileSync(classFiles(folder).queue, bytes);
      const queue = new Queue(folder);
      queue.append({ type: "close", at: 1 });
      const lines = readFileSync(classFiles(folder).queue).filter((byte) => byte === 10).length;
      let sent = { seq: 0, offset: 0 };
      let last: ClassEvent | undefined;
      for (let batch = queue.read(sent, 3, 7); batch !== undefined; batch = queue.read(sent, 3, 7)) {
        sent = { seq: sent.seq + batch.events.length, offset: batch.end };
        last = batch.events.at(-1);
      }
      queue.close();
      expect([sent.seq, last]).toEqual([lines, { type: "close", at: 1 }]);
    }),
    { numRuns: 60 },
  );
});
