import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase32, toBase32 } from "../../src/workshop/day/base32.ts";
import { abilityOf, findReports, type MachineReport, PROBLEMS, writeReport } from "../../src/workshop/index.ts";

const REPORT: Omit<MachineReport, "v"> = {
  id: "0123abcd",
  app: "0.1.0",
  os: "linux",
  arch: "x64",
  cores: 4,
  memory: 16,
  disk: 100,
  node: "20.20.2",
  kubectl: "1.35.2",
  columns: 120,
  colour: true,
  utf8: true,
  ports: true,
  proxy: false,
  problems: ["no-kind", "no-docker"],
};
const LINE = writeReport(REPORT);
const FOUND = { report: { v: 1, ...REPORT } };

test("RFC 4648's own examples, and any bytes there and back", () => {
  const rows = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map((text) => toBase32(Buffer.from(text)));
  expect(rows).toEqual(["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"]);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => Buffer.compare(fromBase32(toBase32(bytes)), bytes) === 0));
});

test.each<[string, string, number]>([
  ["alone", LINE, 1],
  ["in lower case", LINE.toLowerCase(), 1],
  ["in a sentence", `hi\nhere: ${LINE}. Thanks!`, 2],
  ["wrapped at 40 columns", `\n\n${LINE.replaceAll(/.{40}/g, "$&\n")}`, 3],
  ["quoted twice and wrapped", `>> ${LINE.replaceAll(/.{60}/g, "$&\r\n>> ")}\r\n`, 1],
  ["quoted-printable", LINE.replaceAll(/.{70}/g, "$&=\r\n"), 1],
  ["as code in a chat", `\`\`\`${LINE}\`\`\``, 1],
  ["with invisible blanks", LINE.replaceAll(/.{50}/g, "$&\u200b\u00ad"), 1],
])("a report %s is read", (_, text, at) => {
  expect(findReports(text)).toEqual([{ line: at, ...FOUND }]);
});

test("any sign that is another one is noticed", () => {
  const signs = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"];
  const packed = LINE.indexOf("-1-") + 3;
  const places = fc.integer({ min: packed, max: LINE.length - 5 }).filter((at) => LINE[at] !== "-");
  fc.assert(
    fc.property(places, fc.constantFrom(...signs), (at, sign) => {
      fc.pre(sign !== LINE[at]);
      const mangled = LINE.slice(0, at) + sign + LINE.slice(at + 1);
      expect(findReports(mangled)).toEqual([
        { line: 1, problem: "it was changed on the way: its checksum does not hold" },
      ]);
    }),
  );
});

test("any cut is noticed", () => {
  for (let length = "learn-istio-report-1".length; length < LINE.length; length++)
    expect(findReports(`${LINE.slice(0, length)} Best regards`)).toEqual([
      { line: 1, problem: expect.stringContaining("cut off") },
    ]);
});

/** What somebody else might send, with a checksum that holds. */
function forge(json: string, made = 1): string {
  const packed = toBase32(deflateRawSync(json));
  const check = toBase32(createHash("sha256").update(`${made}-${packed}`).digest()).slice(0, 8);
  return `learn-istio-report-${made}-${packed}-${check}-end`;
}

test.each([
  ["an unknown key", JSON.stringify({ ...FOUND.report, name: "ana" }), /no key but/],
  ["a version with a control sequence", JSON.stringify({ ...FOUND.report, bash: "\u001b[31m5" }), /report\.bash/],
  ["an unknown problem", JSON.stringify({ ...FOUND.report, problems: ["constructor"] }), /report\.problems/],
  ["no JSON", "{", /understands$/],
  ["ten megabytes", JSON.stringify("x".repeat(10_000_000)), /understands$/],
])("a report with %s is refused", (_, json, problem) => {
  expect(findReports(forge(json))).toEqual([{ line: 1, problem: expect.stringMatching(problem) }]);
});

test("one of a newer version says so, and prose that names reports is none", () => {
  expect(findReports(forge("{}", 2))).toEqual([{ line: 1, problem: "a newer learn-istio made it; update this one" }]);
  expect(findReports("Send the `learn-istio-report` line, or learn-istio-report-files.")).toEqual([]);
});

test("any text at all is read without an error", () => {
  const pieces = fc.constantFrom(LINE, LINE.slice(0, 80), "learn-istio-report-1-", "\n> ", "-end", "=", "é");
  fc.assert(fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => void findReports(parts.join(""))));
});

test("every problem says what it is and what to do, and what hinders all hinders live", () => {
  for (const { what, remedy } of Object.values(PROBLEMS))
    expect([what, remedy]).toEqual([expect.stringMatching(/^\S.*[^.]$/), expect.stringMatching(/\w/)]);
  expect(abilityOf([])).toEqual({ sandbox: true, live: true });
  expect(abilityOf(["no-kind", "no-utf8"])).toEqual({ sandbox: true, live: false });
  expect(abilityOf(["no-utf8"])).toEqual({ sandbox: true, live: true });
  expect(abilityOf(["no-kubectl"])).toEqual({ sandbox: false, live: false });
});
