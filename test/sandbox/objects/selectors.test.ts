import { expect, test } from "vitest";
import {
  formatSelector,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseSelector,
  selectorOf,
} from "../../../src/sandbox/objects/index.ts";

const labels = { app: "web", tier: "front", "app.kubernetes.io/name": "shop", replicas: "3", empty: "" };

test.each([
  ["", true],
  ["app=web", true],
  ["app==web", true],
  ["app = web , tier=front", true],
  ["app=api", false],
  ["app!=api", true],
  ["app!=web", false],
  ["missing!=x", true],
  ["app", true],
  ["missing", false],
  ["!missing", true],
  ["!app", false],
  ["app in (web, api)", true],
  ["app in (api)", false],
  ["app notin (api,db)", true],
  ["missing notin (a)", true],
  ["app in (web),tier notin (back),!gone", true],
  ["app.kubernetes.io/name=shop", true],
  ["empty=", true],
  ["empty in (,a)", true],
  ["missing=", false],
  ["replicas>2", true],
  ["replicas<3", false],
  ["constructor", false],
])("labels against %j: %s", (text, expected) => {
  expect(matchesLabels(parseSelector(text), labels)).toBe(expected);
});

test.each(["app in", "app in (a", "=web", "app=web,", "app web", "app>x", "!", "app in a"])(
  "%j does not parse",
  (text) => {
    expect(() => parseSelector(text)).toThrow(/^unable to parse requirement: .*"/);
  },
);

test.each([
  [{}, true, "<none>"],
  [{ matchLabels: { tier: "front", app: "web" } }, true, "app=web,tier=front"],
  [{ matchExpressions: [{ key: "app", operator: "In", values: ["web", "api"] }] }, true, "app in (api,web)"],
  [{ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, false, "app!=web"],
  [{ matchExpressions: [{ key: "gone", operator: "DoesNotExist" }] }, true, "!gone"],
  [{ matchLabels: { app: "web" }, matchExpressions: [{ key: "gone", operator: "Exists" }] }, false, "app=web,gone"],
])("the selector %j is %s and prints as %s", (selector, expected, printed) => {
  expect(matchesLabels(selectorOf(selector), labels)).toBe(expected);
  expect(formatSelector(selectorOf(selector))).toBe(printed);
});

test("an unknown operator is no selector", () => {
  expect(() => selectorOf({ matchExpressions: [{ key: "a", operator: "Like" }] })).toThrow(
    '"Like" is not a valid label selector operator',
  );
});

const fields: Readonly<Record<string, string>> = {
  "status.phase": "Running",
  "metadata.name": "a,b",
  "spec.nodeName": "",
};

test.each([
  ["", true],
  ["status.phase=Running", true],
  ["status.phase==Running", true],
  ["status.phase!=Running", false],
  ["status.phase!=Failed,spec.nodeName=", true],
  ["metadata.name=a\\,b", true],
  ["metadata.name=a", false],
])("fields against %j: %s", (text, expected) => {
  expect(matchesFields(parseFieldSelector(text), (field) => fields[field] ?? "")).toBe(expected);
});

test("a term without an operator is refused", () => {
  expect(() => parseFieldSelector("status.phase")).toThrow(
    "invalid selector: 'status.phase'; can't understand 'status.phase'",
  );
});
