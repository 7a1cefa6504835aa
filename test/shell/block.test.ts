import { expect, test } from "vitest";
import { Block } from "../../src/shell/block.ts";
import { RecordReader } from "../../src/shell/protocol.ts";

test("a character that two chunks share is told whole; one that never ends, as U+FFFD", () => {
  const told: string[] = [];
  const onOutput = (text: string): void => void told.push(text);
  const block = new Block({ source: ":", mode: "act", timeoutMs: 1, stream: "both", onOutput }, 1, "unused");
  for (const bytes of ["61", "62c3", "a9", "63", "ff64", "c3"]) block.push(Buffer.from(bytes, "hex"), true);
  const { output } = block.result({ kind: "exited", status: 0, failedAt: undefined }, undefined);
  expect(told.join("")).toBe("abéc\ufffdd\ufffd");
  expect(output.head).toBe("abéc\ufffdd\ufffd");
});

test("a record that comes byte by byte is the same record", () => {
  const reader = new RecordReader();
  const bytes = Buffer.from("said\u0001D\u000000000001\u00000\u0000/é\u0000");
  const records = [...bytes].flatMap((byte) => reader.push(Buffer.of(byte)));
  expect(records).toEqual([{ type: "D", fields: ["00000001", "0", "/é"], before: ["said"] }]);
});
