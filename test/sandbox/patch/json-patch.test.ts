import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../src/sandbox/objects/index.ts";
import { jsonPatch, PatchError } from "../../../src/sandbox/patch/index.ts";

test.each<[Json, Json, Json]>([
  [{ a: 1 }, [{ op: "add", path: "/b", value: 2 }], { a: 1, b: 2 }],
  [{ a: 1 }, [{ op: "add", path: "/a", value: 2 }], { a: 2 }],
  [{ a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2, 3] }],
  [{ a: [1] }, [{ op: "add", path: "/a/-", value: 2 }], { a: [1, 2] }],
  [{ a: [1] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2] }],
  [{ a: 1 }, [{ op: "add", path: "", value: [] }], []],
  [{ a: 1, b: 2 }, [{ op: "remove", path: "/a" }], { b: 2 }],
  [{ a: [1, 2] }, [{ op: "remove", path: "/a/0" }], { a: [2] }],
  [{ a: null }, [{ op: "remove", path: "/a" }], {}],
  [{ a: 1 }, [{ op: "replace", path: "/a", value: null }], { a: null }],
  [{ a: [1, 2] }, [{ op: "replace", path: "/a/1", value: 3 }], { a: [1, 3] }],
  [{ a: { b: 1 }, c: {} }, [{ op: "move", from: "/a/b", path: "/c/d" }], { a: {}, c: { d: 1 } }],
  [{ a: [1, 2] }, [{ op: "move", from: "/a/0", path: "/a/1" }], { a: [2, 1] }],
  [{ a: { b: 1 } }, [{ op: "copy", from: "/a", path: "/c" }], { a: { b: 1 }, c: { b: 1 } }],
  [{ "x/y": { "m~n": 1 } }, [{ op: "replace", path: "/x~1y/m~0n", value: 2 }], { "x/y": { "m~n": 2 } }],
  [{ "": 1 }, [{ op: "test", path: "/", value: 1 }], { "": 1 }],
  [{ a: { b: [1] } }, [{ op: "test", path: "/a", value: { b: [1] } }], { a: { b: [1] } }],
])("%j patched with %j is %j", (document, patch, expected) => {
  expect(jsonPatch(document, patch)).toEqual(expected);
});

test.each<[string, Json, unknown, string, string]>([
  ["a failed test", { a: 1 }, [{ op: "test", path: "/a", value: 2 }], "unprocessable", "testing value /a failed"],
  [
    "a test of another type",
    { a: 1 },
    [{ op: "test", path: "/a", value: "1" }],
    "unprocessable",
    "testing value /a failed",
  ],
  ["removing what is not there", {}, [{ op: "remove", path: "/a" }], "unprocessable", "the path does not exist: /a"],
  [
    "replacing what is not there",
    {},
    [{ op: "replace", path: "/a", value: 1 }],
    "unprocessable",
    "the path does not exist: /a",
  ],
  [
    "a parent that is not there",
    {},
    [{ op: "add", path: "/a/b", value: 1 }],
    "unprocessable",
    "the path does not exist: /a",
  ],
  [
    "an index past the end",
    { a: [] },
    [{ op: "add", path: "/a/1", value: 1 }],
    "unprocessable",
    "the path does not exist: /a/1",
  ],
  [
    "an index with a leading zero",
    { a: [1] },
    [{ op: "remove", path: "/a/00" }],
    "unprocessable",
    "the path does not exist: /a/00",
  ],
  [
    "an inherited property",
    {},
    [{ op: "remove", path: "/toString" }],
    "unprocessable",
    "the path does not exist: /toString",
  ],
  [
    "a move into itself",
    { a: {} },
    [{ op: "move", from: "/a", path: "/a/b" }],
    "invalid",
    "a value cannot be moved into itself",
  ],
  ["no array", {}, { op: "add" }, "invalid", "a JSON patch is an array of operations"],
  ["an unknown operation", {}, [{ op: "valueOf", path: "" }], "invalid", "unexpected kind of operation: valueOf"],
  ["a pointer without a slash", {}, [{ op: "add", path: "a", value: 1 }], "invalid", 'no JSON pointer: "a"'],
  ["a missing value", {}, [{ op: "add", path: "/a" }], "invalid", "an operation lacks its value"],
])("%s is refused", (_, document, patch, reason, message) => {
  const apply = (): Json => jsonPatch(document, patch);
  expect(apply).toThrow(PatchError);
  expect(apply).toThrow(expect.objectContaining({ reason, message }));
});

test("a refused patch has changed nothing", () => {
  const document = { a: [1] };
  const patch = [
    { op: "add", path: "/a/-", value: 2 },
    { op: "test", path: "/a/0", value: 9 },
  ];
  expect(() => jsonPatch(document, patch)).toThrow(PatchError);
  expect(document).toEqual({ a: [1] });
});

test("what is added can be tested, and removed again", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.jsonValue(), (before, key, value) => {
      fc.pre(!Object.hasOwn(before, key));
      const path = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const document = JSON.parse(JSON.stringify(before)) as Json;
      const patch = [
        { op: "add", path, value },
        { op: "test", path, value },
        { op: "remove", path },
      ];
      expect(jsonPatch(document, JSON.parse(JSON.stringify(patch)))).toEqual(document);
    }),
  );
});
