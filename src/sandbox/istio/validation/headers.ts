import type { JsonObject } from "../../objects/index.ts";
import { type Findings, pairs, texts } from "./findings.ts";

const HEADER = /^[-_A-Za-z0-9]+$/;
const CLAIM = /^@request\.auth\.claims(?:(?:\[[^[\]]+\])+|\.[^.[\]]+(?:\.[^.[\]]+)*)$/i;
// biome-ignore lint/complexity/useRegexLiterals: the range is spelled as upstream's rule says it
const VALUE = new RegExp("^[^\\u0000-\\u0008\\u000A-\\u001F\\u007F]*$");

/** Whether a header's name is one. */
export function headerNameError(name: string): string | undefined {
  if (name === "") return "header name cannot be empty";
  return HEADER.test(name) ? undefined : `header name ${name} is not a valid header name`;
}

/** Whether a name is a claim of a token, by which a gateway can route. */
export function isClaim(name: string): boolean {
  return CLAIM.test(name);
}

/** Whether a name is of the authority, which a route may set in one place. */
export function isAuthority(name: string): boolean {
  return [":authority", "host"].includes(name.toLowerCase());
}

/** What a route or a destination does to headers. */
export function checkHeaderChanges(found: Findings, headers: JsonObject | undefined): void {
  const { request = {}, response = {} } = headers ?? {};
  for (const [name, value] of [...pairs(request.add), ...pairs(request.set)]) {
    found.error(requestNameError(name), headerValueError(value));
  }
  found.error(...texts(request.remove).map(changedNameError));
  for (const [name, value] of [...pairs(response.add), ...pairs(response.set)]) {
    found.error(changedNameError(name), headerValueError(value));
  }
  found.error(...texts(response.remove).map(changedNameError));
}

function requestNameError(name: string): string | undefined {
  if (name === "") return "header name cannot be empty";
  return name.startsWith(":") && !isAuthority(name) ? internal(name) : undefined;
}

function changedNameError(name: string): string | undefined {
  if (name === "") return "header name cannot be empty";
  if (name.toLowerCase() === "host") return `invalid header ${JSON.stringify(name)}: cannot set Host header`;
  return name.startsWith(":") ? internal(name) : undefined;
}

function internal(name: string): string {
  return `invalid header ${JSON.stringify(name)}: header cannot have ":" prefix`;
}

function headerValueError(value: string): string | undefined {
  if (!VALUE.test(value)) return `header value configuration ${value} is invalid`;
  const fault = formatFault(value);
  return fault === undefined ? undefined : `header value configuration: invalid header configuration. ${fault}`;
}

type Place = "array" | "arguments end" | "delimiter" | "literal" | "name" | "quote" | "string" | "variable end";
type Step = (char: string) => Place | { readonly fault: string };

/** Envoy's `%VARIABLE(["argument"])%`: what may follow in each place. */
const GRAMMAR: Readonly<Record<Place, Step>> = {
  literal: (char) => (char === "%" ? "name" : "literal"),
  name: (char) => (char === "%" ? "literal" : char === "(" ? "array" : "name"),
  array: (char) => (char === "[" ? "quote" : char === " " ? "array" : "string"),
  quote: (char) => (char === '"' ? "string" : char === " " ? "quote" : { fault: "Expecting '\"'" }),
  string: (char) => (char === ")" ? "variable end" : char === '"' ? "delimiter" : "string"),
  delimiter: (char) => {
    if (char === ",") return "quote";
    if (char === "]") return "arguments end";
    return char === " " ? "delimiter" : { fault: "Expecting ',', ']', or whitespace" };
  },
  "arguments end": (char) => {
    if (char === ")") return "variable end";
    return char === " " ? "arguments end" : { fault: "Expecting ')' or whitespace after '{}', but found '{}'" };
  },
  "variable end": (char) => {
    if (char === "%") return "literal";
    return char === " " ? "variable end" : { fault: "Expecting '%' or whitespace after" };
  },
};

function formatFault(value: string): string | undefined {
  let place: Place = "literal";
  for (let at = 0; at < value.length; at++) {
    const [char = "", next] = [value[at], value[at + 1]];
    if (place === "literal" && char === "%") {
      if (next === undefined) return "Un-escaped %";
      if (next === "%") {
        at++;
        continue;
      }
    }
    if (place === "string" && char === "\\") {
      if (next === undefined) return "Un-terminated backslash in JSON string";
      at++;
      continue;
    }
    const step: ReturnType<Step> = GRAMMAR[place](char);
    if (typeof step === "object") return step.fault;
    place = step;
  }
  return place === "literal" ? undefined : `Un-terminated variable expression '${value}'`;
}
