import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Elision, Expectation, ExpectedValue } from "../expectation.ts";
import { finding, isFreeText } from "../fault.ts";
import { parseParts } from "../parse-parts.ts";
import { DocumentError, showValue, type Value } from "./document.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import type { SourceText } from "./source-text.ts";

/** What a body gave: fields of its expectation, or findings. */
export interface ParsedBody {
  readonly fields: Partial<Expectation>;
  readonly diagnostics: readonly Diagnostic[];
}

const FORMATS = {
  json: { read: readJson, code: "LI056", name: "JSON" },
  yaml: { read: readYaml, code: "LI057", name: "YAML" },
} as const;

/**
 * The body of a `json` or `yaml` expectation: a value, of which an output must be at least so much. Text values may hold
 * placeholders and `${VAR}`; an element `...` of an array stands for none or more elements.
 */
export function parseDocumentBody(body: SourceText, mode: "json" | "yaml"): ParsedBody {
  const { read, code, name } = FORMATS[mode];
  try {
    const reader = new ExpectedReader(body);
    const document = reader.value(read(body.text));
    const diagnostics = reader.diagnostics.length > 0 ? reader.diagnostics : findFree(document);
    return { fields: { document }, diagnostics };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const message = `The expectation is not ${name}: found ${error.message}`;
    const place = body.placeOf(error.at, error.at + 1);
    return { fields: {}, diagnostics: [finding(code, place, message, `write ${name}, or leave out \`${mode}\``)] };
  }
}

class ExpectedReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #body: SourceText;

  constructor(body: SourceText) {
    this.#body = body;
  }

  value(value: Value): ExpectedValue {
    const place = this.#body.placeOf(value.start, value.end);
    const source = showValue(value);
    switch (value.kind) {
      case "scalar":
        return this.#scalar(value, { source, place });
      case "array":
        return { kind: "array", items: value.items.map((item) => this.#item(item)), source, place };
      case "object":
        return { kind: "object", entries: this.#entries(value.entries), source, place };
    }
  }

  #entries(entries: ReadonlyMap<string, Value>): readonly (readonly [string, ExpectedValue])[] {
    const elided = entries.get("...");
    if (elided !== undefined) {
      const message = "`...` found as a key, where it says nothing: an object may always have other keys";
      this.diagnostics.push(finding("LI055", this.#body.placeOf(elided.start, elided.end), message, "remove the key"));
    }
    return [...entries].map(([key, value]) => [key, this.value(value)] as const);
  }

  #item(item: Value): ExpectedValue | Elision {
    const isElision = item.kind === "scalar" && item.type === "string" && item.value === "...";
    return isElision ? { kind: "elision" } : this.value(item);
  }

  #scalar(scalar: Value & { readonly kind: "scalar" }, about: Pick<ExpectedValue, "source" | "place">): ExpectedValue {
    const { type, value } = scalar;
    if (type !== "string") return { kind: "scalar", type, value, ...about };
    const { parts, fault } = parseParts(value, { isGlob: false });
    if (fault !== undefined) {
      const message = `\`${fault.found}\` found, expected the name of a variable: \`\${NAME}\``;
      const hint = `name a variable, or write \`\\${fault.found}\` for the text itself`;
      this.diagnostics.push(finding("LI054", about.place, message, hint));
    }
    if (parts?.some((part) => part.kind !== "text")) return { kind: "pattern", parts, ...about };
    const text = parts?.map((part) => (part.kind === "text" ? part.text : "")).join("") ?? value;
    return { kind: "scalar", type, value: text, ...about };
  }
}

/** A document of which every object, or every array, or every text has enough. */
function findFree(document: ExpectedValue): readonly Diagnostic[] {
  const isFree =
    (document.kind === "object" && document.entries.length === 0) ||
    (document.kind === "array" &&
      document.items.length > 0 &&
      document.items.every((item) => item.kind === "elision")) ||
    isFreeText(document);
  if (!isFree) return [];
  const message = `The expectation cannot fail: any ${KIND_NAMES[document.kind]} has all of \`${document.source}\``;
  return [finding("LI051", document.place, message, "write a key or an element that the output must have")];
}

const KIND_NAMES: Readonly<Record<ExpectedValue["kind"], string>> = {
  array: "array",
  object: "object",
  pattern: "text",
  scalar: "value",
};
