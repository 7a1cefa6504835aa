import type { Palette } from "./palette.ts";

type Role = "comment" | "quoted" | "key" | "value";
type Rules = readonly (readonly [Role, RegExp])[];

const QUOTED = /"(?:\\.|[^"\\])*"/;

/** What is told apart in a language; the first rule that fits wins. Enough to read by, no grammar. */
const LANGUAGES: Readonly<Record<string, Rules>> = {
  bash: [
    ["comment", /(?<![^\s;&|()])#.*/],
    ["quoted", /'[^']*'/],
    ["quoted", QUOTED],
    ["value", /\$\{[^}]*\}|\$\w+|\$[?!@#*$-]/],
  ],
  yaml: [
    ["comment", /(?<!\S)#.*/],
    ["key", /(?<=^[ \t]*(?:- +)*)(?:[\w./$-]+|"[^"\n]*")(?=:(?:\s|$))/m],
    ["quoted", /"(?:\\.|[^"\\\n])*"|'[^'\n]*'/],
    ["value", /(?<=[:,[-] *)(?:true|false|null|-?\d+(?:\.\d+)?)(?=\s*(?:$|[,\]}#]))/m],
  ],
  json: [
    ["key", /"(?:\\.|[^"\\])*"(?=\s*:)/],
    ["quoted", QUOTED],
    ["value", /\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/],
  ],
};

const ALIASES: Readonly<Record<string, string>> = { sh: "bash", shell: "bash", yml: "yaml", jsonc: "json" };

const PAINTS: Readonly<Record<Role, keyof Palette & ("dim" | "quoted" | "code" | "value")>> = {
  comment: "dim",
  quoted: "quoted",
  key: "code",
  value: "value",
};

/** Code with its parts in colour; a language that is not known is left as it is. Colour is all that is added. */
export function highlight(code: string, language: string, palette: Palette): string {
  if (!palette.coloured) return code;
  const name = language.toLowerCase();
  if (name === "console") return highlightTranscript(code, palette);
  const rules = LANGUAGES[ALIASES[name] ?? name];
  if (rules === undefined) return code;
  const any = new RegExp(rules.map(([, rule]) => `(${rule.source})`).join("|"), "gm");
  return code.replace(any, (found: string, ...groups: unknown[]) => {
    const role = rules[rules.findIndex((_, index) => groups[index] !== undefined)]?.[0];
    return role === undefined ? found : paintLines(found, palette[PAINTS[role]]);
  });
}

/** Each line is coloured for itself: what is put before lines later stays without colour. */
function paintLines(text: string, paint: (line: string) => string): string {
  return text
    .split("\n")
    .map((line) => paint(line))
    .join("\n");
}

/** In a transcript only commands are code. */
function highlightTranscript(code: string, palette: Palette): string {
  return code
    .split("\n")
    .map((line) => (/^[$>] /.test(line) ? highlight(line, "bash", palette) : palette.dim(line)))
    .join("\n");
}
