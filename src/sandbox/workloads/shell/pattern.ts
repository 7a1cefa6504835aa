/** A shell pattern as a regular expression that matches the whole text. `\` takes the meaning from what follows it. */
export function patternSource(pattern: string, { greedy = true, slashes = true } = {}): string {
  const any = slashes ? "[\\s\\S]" : "[^/]";
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? "";
    if (char === "\\" && at + 1 < pattern.length) {
      at += 1;
      source += literal(pattern[at] ?? "");
    } else if (char === "*") {
      while (pattern[at + 1] === "*") at += 1;
      source += `${any}*${greedy ? "" : "?"}`;
    } else if (char === "?") source += any;
    else {
      const set = char === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
      if (set?.[2]) {
        source += `[${set[1] ? "^" : ""}${set[2].replaceAll(/[\\\]^]/g, "\\$&")}]`;
        at += set[0].length - 1;
      } else source += literal(char);
    }
  }
  return source;
}

export function matchesPattern(text: string, pattern: string): boolean {
  return new RegExp(`^(?:${patternSource(pattern)})$`).test(text);
}

/** A text as a pattern that means itself. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, "\\$&");
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}
