import { expect, test } from "vitest";
import { EventStream, StreamError } from "../../src/workshop/learner/event-stream.ts";

const read = (...parts: readonly (string | Buffer)[]) => {
  const stream = new EventStream();
  return parts.flatMap((part) => stream.push(Buffer.from(part)));
};
const event = (data: string, type = "message", id?: string) => ({ type, data, id });

test.each([
  ["nothing", "", []],
  ["no end", "data: a\n", []],
  ["one", "data: a\n\n", [event("a")]],
  ["a type and an id", "id: 7\nevent: notice\ndata: a\n\n", [event("a", "notice", "7")]],
  ["several lines of data", "data: a\ndata\ndata:b\n\n", [event("a\n\nb")]],
  ["comments between", ":\n\n: b\ndata: a\n:\n\n:\n\n", [event("a")]],
  ["CR", "data: a\r\rdata: b\r\r", [event("a"), event("b")]],
  ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [event("a"), event("b")]],
  ["a byte order mark", "\ufeffdata: a\n\n", [event("a")]],
  ["fields that nobody knows", "retry: 5\nwhat: x\ndata: a\n\n", [event("a")]],
  ["an event without data is none", "event: x\nid: 1\n\ndata: a\n\n", [event("a")]],
  ["one blank belongs to the field", "data:  a\ndata:\tb\n\n", [event(" a\n\tb")]],
  ["signs of several bytes", "data: ä 👩‍💻 \u202e\n\n", [event("ä 👩‍💻 \u202e")]],
])("a stream of %s is read alike wherever it is cut", (_, text, events) => {
  const bytes = Buffer.from(text);
  expect(read(bytes)).toEqual(events);
  for (let cut = 0; cut <= bytes.length; cut += 1)
    expect(read(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(events);
  expect(read(...[...bytes].map((byte) => Buffer.of(byte)))).toEqual(events);
});

test.each([
  ["a line without end", "x".repeat(33), "a line is too long"],
  ["a line that ends", `data: ${"x".repeat(33)}\n`, "a line is too long"],
  ["a line in pieces", ["data: ", "x".repeat(20), "x".repeat(20)], "a line is too long"],
  ["many lines", "data: 12345678\n".repeat(4), "an event is too long"],
])("%s of more than is allowed is refused", (_, text, message) => {
  const stream = new EventStream(32);
  expect(() => [text].flat().map((part) => stream.push(Buffer.from(part)))).toThrow(new StreamError(message));
});

test("what was read does not count against the next event", () => {
  const stream = new EventStream(32);
  for (let times = 0; times < 10; times += 1)
    expect(stream.push(Buffer.from("data: 12345678\ndata: 12345678\n\n"))).toEqual([event("12345678\n12345678")]);
});
