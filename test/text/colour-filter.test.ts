import fc from "fast-check";
import { expect, test } from "vitest";
import { createColourFilter, keepColour, stripAnsi } from "../../src/text/index.ts";

test.each([
  ["plain text", "a\tb\nc", "a\tb\nc"],
  ["colour", "\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"],
  ["colour with colons", "\x1b[38:2::1:2:3mx\x1b[m", "\x1b[38:2::1:2:3mx\x1b[m"],
  ["colour in 8-bit form", "\x9b31mx\x9b0m", "\x1b[31mx\x1b[0m"],
  ["colour that is left on", "\x1b[31mx", "\x1b[31mx\x1b[0m"],
  ["cursor moves", "a\x1b[2Ab\x1b[10;20Hc\x1b[Kd\x1b[2Je", "abcde"],
  ["private modes", "a\x1b[?25lb\x1b[?1049hc", "abc"],
  ["an m that is no colour", "a\x1b[>4;2mb\x1b[?4mc\x1b[1 md", "abcd"],
  ["a title, ended by BEL", "a\x1b]0;title\x07b", "ab"],
  ["a title, ended by ST", "a\x1b]0;title\x1b\\b", "ab"],
  ["a title in 8-bit form", "a\x9d0;title\x9cb", "ab"],
  ["a title of screen", "a\x1bktitle\x1b\\b", "ab"],
  ["a link", "\x1b]8;;https://x\x1b\\text\x1b]8;;\x1b\\", "text"],
  ["the clipboard", "a\x1b]52;c;aGk=\x07b", "ab"],
  ["DCS, SOS, PM, APC", "a\x1bPq\x1b\\b\x1bXq\x1b\\c\x1b^q\x1b\\d\x1b_q\x1b\\e", "abcde"],
  ["a string that never ends", "a\x1b]0;title\nb", "a\nb"],
  ["a string within a string", "a\x1b]0;x\x1b]0;y\x07b", "ab"],
  ["two-character sequences", "a\x1bcb\x1b7c\x1b8d\x1bMe", "abcde"],
  ["character sets", "a\x1b(0b\x1b#8c", "abc"],
  ["a sequence that is broken off", "a\x1b[3\x1b[31mb\x1b[0m", "a\x1b[31mb\x1b[0m"],
  ["a line end in a sequence", "a\x1b[3\n1m", "a\n1m"],
  ["half a sequence at the end", "a\x1b[3", "a"],
  ["an endless parameter", `a\x1b[${"1;".repeat(500)}mb`, "ab"],
  ["BEL, backspace, NUL, DEL, form feed", "a\x07b\x08c\x00d\x7fe\x0cf\x0bg", "abcdefg"],
  ["8-bit controls", "a\x84b\x85c\x8dd", "abcd"],
  ["letters beyond ASCII", "é😀\u00a0x", "é😀\u00a0x"],
  ["line ends of Windows", "a\r\nb\r\n", "a\nb\n"],
  ["line ends of a terminal's terminal", "a\r\r\nb", "a\nb"],
  ["a progress bar", "10%\r20%\r30%\n", "10%\n20%\n30%\n"],
  ["a progress bar that begins with a return", "\r10%\r20%\n", "10%\n20%\n"],
  ["nothing is hidden by being overwritten", "rm -rf /\rls", "rm -rf /\nls"],
  ["a return at the very end", "a\r", "a"],
])("colour alone survives: %s", (_, text, expected) => {
  expect(keepColour(text)).toBe(expected);
});

test.each([
  ["colour", "\x1b[1;31mred\x1b[0m", "red"],
  ["colour in odd forms", "\x1b[;mx\x1b[:my\x1b[38:2::1:2:3mz", "xyz"],
  ["a link", "\x1b]8;;https://x\x1b\\text\x1b]8;;\x1b\\", "text"],
  ["line ends", "a\r\nb", "a\nb"],
])("nothing but text survives: %s", (_, text, expected) => {
  expect(stripAnsi(text)).toBe(expected);
});

const hostile = fc.string({
  unit: fc.constantFrom(..."\x1b[]P^_kXm;:?>01hHJ\\\x07\x08\x9b\x9d\x9c\x90\x18\r\n\tab é😀(#"),
  maxLength: 40,
});
const COLOUR = /\x1b\[[0-9;:]*m/g;

test("whatever comes, only colour, tabs and line ends are left of the controls", () => {
  const property = fc.property(hostile, (text) => {
    expect(keepColour(text).replace(COLOUR, "")).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    expect(stripAnsi(text)).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    expect(keepColour(keepColour(text))).toBe(keepColour(text));
  });
  fc.assert(property, { numRuns: 2000 });
});

test("a stream gives the same as the whole text, and never half a sequence", () => {
  const property = fc.property(hostile, fc.array(fc.nat(10), { maxLength: 20 }), (text, sizes) => {
    const filter = createColourFilter();
    let shown = "";
    let at = 0;
    for (const size of [...sizes, text.length]) {
      const part = filter.push(text.slice(at, at + size));
      expect(part.replace(COLOUR, "")).not.toContain("\x1b");
      shown += part;
      at += size;
    }
    expect(shown + filter.end()).toBe(keepColour(text));
  });
  fc.assert(property, { numRuns: 2000 });
});

test("a filter begins anew after its end", () => {
  const filter = createColourFilter();
  expect(filter.push("\x1b[31mred\x1b]0;half")).toBe("\x1b[31mred");
  expect(filter.end()).toBe("\x1b[0m");
  expect(filter.push("title")).toBe("title");
  expect(filter.end()).toBe("");
});
