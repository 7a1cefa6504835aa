import type { DiagnosticCode } from "../diagnostics/index.ts";
import { PatternError, patternWithin } from "../expect/index.ts";
import { parseTemplate } from "../text/index.ts";
import type { Readiness } from "./lesson.ts";

/** What is wrong with a value whose form is right. */
export interface ReadinessFault {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

/** The value of `ready`: `port N`, `http URL` or `line /re/`; undefined when it is none of these. */
export function readReadiness(value: string): Readiness | { readonly fault: ReadinessFault } | undefined {
  const [, kind, rest = ""] = /^\s*(port|http|line)\s+(.*?)\s*$/s.exec(value) ?? [];
  if (kind === "port") return isPort(rest) ? { kind, port: rest } : undefined;
  if (kind === "http") return isUrl(rest) ? { kind, url: rest } : undefined;
  const pattern = kind === "line" ? /^\/(.+)\/$/s.exec(rest)?.[1] : undefined;
  if (pattern === undefined) return undefined;
  const fault = faultOf(pattern);
  return fault === undefined ? { kind: "line", pattern } : { fault };
}

function isPort(text: string): boolean {
  if (/^\$\{[A-Za-z_]\w*\}$/.test(text)) return true;
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

/** A URL whose variables may stand for its beginning, its host, its port or a part of its path. */
function isUrl(text: string): boolean {
  const parts = parseTemplate(text);
  if (/\s/.test(text) || parts.some((part) => part.kind === "fault")) return false;
  const stand = parts.map((part, index) => {
    if (part.kind === "text") return part.text;
    return index === 0 ? "http://host" : "1";
  });
  const whole = stand.join("");
  return /^https?:\/\/[^$\\]+$/.test(whole) && URL.canParse(whole);
}

/** Lines of which no pattern that says something finds something in each. */
const ANY_LINES = ["", " ", "x", "0"];

function faultOf(pattern: string): ReadinessFault | undefined {
  const hint = "write what the block prints when it is ready, for example `/Starting to serve/`";
  try {
    const search = patternWithin(pattern);
    if (!ANY_LINES.every((line) => search.matches(line))) return undefined;
    const message = `\`/${pattern}/\` matches every line, expected a pattern that some lines do not match`;
    return { code: "LI051", message, hint };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const message = `\`/${pattern}/\` cannot be read: ${error.message}`;
    return { code: "LI052", message, hint };
  }
}
