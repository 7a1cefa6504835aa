/** The suffixes of a line, taken off: what is left, and what they say. Or what is wrong with them (`at`: offset in the line). */
export interface Suffixes {
  readonly body: string;
  readonly match: "re" | "glob" | undefined;
  readonly isOptional: boolean;
  readonly fault: { readonly message: string; readonly hint: string; readonly at: number } | undefined;
}

const NAMES = ["re", "glob", "optional"];
/** What people write for them; a line that really ends so has a `\` before the parenthesis. */
const NEAR_MISSES: Readonly<Record<string, string>> = {
  re: "re",
  regex: "re",
  regexp: "re",
  glob: "glob",
  opt: "optional",
  optional: "optional",
};
const SUFFIX = /[ \t]\((re|regex|regexp|glob|opt|optional)\)$/i;

/** An escaped suffix at the end of a line: backslashes, then what would be one. */
export const ESCAPED_SUFFIX = /\((?:re|regex|regexp|glob|opt|optional)\)$/iy;

export function parseSuffixes(line: string): Suffixes {
  const found: string[] = [];
  let body = line;
  for (let match = SUFFIX.exec(body); match !== null; match = SUFFIX.exec(body)) {
    const name = match[1] ?? "";
    const at = match.index + 1;
    if (!NAMES.includes(name)) return faulty(body, misspelt(name), at);
    if (found.includes(name)) return faulty(body, { message: `\`(${name})\` stands twice`, hint: "write it once" }, at);
    found.push(name);
    body = body.slice(0, match.index);
  }
  return { body, ...meaningOf(found, body) };
}

function meaningOf(found: readonly string[], body: string): Omit<Suffixes, "body"> {
  const isOptional = found.includes("optional");
  const match = found.includes("re") ? "re" : found.includes("glob") ? "glob" : undefined;
  let fault: Suffixes["fault"];
  if (found.includes("re") && found.includes("glob")) {
    const message = "`(re)` and `(glob)` stand on one line, expected one of them";
    fault = { message, hint: "choose the one in whose syntax the line is written", at: body.length + 1 };
  } else if (found.length > 0 && body.trim() === "...") {
    const message = `\`...\` found with \`(${found[0]})\`, expected it alone on its line`;
    fault = { message, hint: "remove the suffix: `...` stands for none or more lines", at: body.length + 1 };
  }
  return { match, isOptional, fault };
}

function misspelt(name: string): { readonly message: string; readonly hint: string } {
  const meant = NEAR_MISSES[name.toLowerCase()] ?? "re";
  const message = `Unknown line suffix \`(${name})\`, expected \`(re)\`, \`(glob)\` or \`(optional)\``;
  return { message, hint: `did you mean \`(${meant})\`? For the text itself write \`\\(${name})\`` };
}

function faulty(body: string, fault: { readonly message: string; readonly hint: string }, at: number): Suffixes {
  return { body, match: undefined, isOptional: false, fault: { ...fault, at } };
}
