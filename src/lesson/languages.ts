/** What the language of a fence makes it. */
export type LanguageKind = "shell" | "transcript" | "output" | "inert";

const LANGUAGES: Readonly<Record<string, LanguageKind>> = {
  bash: "shell",
  console: "transcript",
  output: "output",
  sh: "shell",
  shell: "shell",
};

/** Names that other tools and people use for ours. */
const ALIASES: Readonly<Record<string, string>> = {
  "bash-session": "console",
  out: "output",
  outputs: "output",
  "sh-session": "console",
  "shell-session": "console",
  shellscript: "bash",
  shellsession: "console",
  stderr: "output",
  stdout: "output",
};

/** Languages of their own, although one letter away from ours. */
const NEIGHBOURS: ReadonlySet<string> = new Set(["ash", "bath", "cash", "dash", "hash", "hell", "mash", "shelly"]);

export function languageKind(language: string): LanguageKind {
  return Object.hasOwn(LANGUAGES, language) ? (LANGUAGES[language] ?? "inert") : "inert";
}

/** Ours, when a language is nearly but not quite ours: other case, keys glued to it, an alias, one letter off. */
export function nearLanguage(language: string): string | undefined {
  if (languageKind(language) !== "inert" || language === "") return undefined;
  const plain = withoutReferences(language).replace(/[\p{Cf}\s]/gu, "");
  const word = /^[{.]*(?:language-)?([^{}.:,=#()[\]"'\s]*)/.exec(plain)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(LANGUAGES, word)) return word;
  if (Object.hasOwn(ALIASES, word)) return ALIASES[word];
  if (NEIGHBOURS.has(word)) return undefined;
  return Object.keys(LANGUAGES).find((name) => name.length > 3 && isOneEditAway(word, name));
}

/** Markdown reads `ba&#115;h` as `bash`. */
function withoutReferences(language: string): string {
  return language.replace(/&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));/g, (whole, decimal?: string, hex?: string) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Is one letter missing, added, replaced or swapped with its neighbour? */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  const [restA, restB] = [a.slice(head), b.slice(head)];
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
