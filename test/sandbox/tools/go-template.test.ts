import { expect, test } from "vitest";
import { renderTemplate } from "../../../src/sandbox/tools/go-template.ts";

const VALUE = {
  Name: "kind",
  Empty: [],
  IPAM: { Config: [{ Subnet: "fc00::/64" }, { Subnet: "172.18.0.0/16" }] },
  Labels: { a: "b" },
};

test.each([
  ["{{.Name}}", "kind"],
  ["{{ .Name }}!", "kind!"],
  ["{{range .IPAM.Config}}{{println .Subnet}}{{end}}", "fc00::/64\n172.18.0.0/16\n"],
  ["{{range .IPAM.Config }}{{ .Subnet }} {{$.Name}};{{end}}", "fc00::/64 kind;172.18.0.0/16 kind;"],
  ["{{range .Empty}}x{{else}}none{{end}}", "none"],
  ["{{if .Empty}}some{{else}}none{{end}}", "none"],
  ["a {{- .Name -}} b", "akindb"],
  ["{{json .Labels}}", '{"a":"b"}'],
  ['{{index .Labels "a"}}', "b"],
  ["{{.Labels}}", "map[a:b]"],
])("%s", (template, expected) => {
  expect(renderTemplate(template, VALUE)).toBe(expected);
});

test.each([
  ["{{.Nmae}}", "can't evaluate field Nmae"],
  ["{{printf .Name}}", 'function "printf" not defined'],
  ["{{range .IPAM.Config}}", "{{range}} has no {{end}}"],
  ["{{.Name", "unclosed action"],
  ["{{.constructor}}", "can't evaluate field constructor"],
])("%s is refused", (template, message) => {
  expect(() => renderTemplate(template, VALUE)).toThrow(message);
});
