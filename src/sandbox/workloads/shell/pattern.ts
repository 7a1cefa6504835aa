const CLASSES: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: " \\t-\\r",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** A shell pattern as a regular expression that matches the whole text. `\` takes the meaning from what follows it. */
export function patternSource(pattern: string, { slashes = true } = {}): string {
  const any = slashes ? "[\\s\\S]" : "[^\\/]";
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? "";
    if (char === "\\" && at + 1 < pattern.length) {
      at += 1;
      source += literal(pattern[at] ?? "");
    } else if (char === "*") {
      while (pattern[at + 1] === "*") at += 1;
      source += `${any}*`;
    } else if (char === "?") source += any;
    else {
      const set = char === "[" ? /^\[([!^]?)(\]?(?:\[:\w+:\]|\\.|[^\]])*)\]/.exec(pattern.slice(at)) : null;
      if (set?.[2]) {
        source += `[${set[1] ? "^" : ""}${setSource(set[2])}]`;
        at += set[0].length - 1;
      } else source += literal(char);
    }
  }
  return source;
}

function setSource(set: string): string {
  return set.replaceAll(
    /\[:(\w+):\]|\\(.)|[\\\][^]/g,
    (whole, name: string | undefined, quoted: string | undefined) => {
      if (name !== undefined) return CLASSES[name] ?? "";
      const char = quoted ?? whole;
      return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
    },
  );
}

/** Whether a text is what a pattern means. What stands between stars is found from the left: no pattern takes long. */
export function matchesPattern(text: string, pattern: string): boolean {
  const pieces = piecesOf(pattern).map((one) => patternSource(one));
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return new RegExp(`^(?:${first})$`).test(text);
  let left = text;
  const take = (source: string): boolean => {
    const found = new RegExp(source).exec(left);
    if (found) left = left.slice(found.index + found[0].length);
    return found !== null;
  };
  return take(`^(?:${first})`) && rest.every((one) => take(one)) && new RegExp(`(?:${last})$`).test(left);
}

/** A pattern's parts between its stars. */
function piecesOf(pattern: string): string[] {
  const pieces = [""];
  for (const [one] of pattern.matchAll(/\\[\s\S]|\[[!^]?\]?(?:\[:\w+:\]|\\[\s\S]|[^\]])*\]|[\s\S]/g)) {
    if (one === "*") pieces.push("");
    else pieces[pieces.length - 1] += one;
  }
  return pieces;
}

/** A text as a pattern that means itself. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[*?[\]\\!^-]/g, "\\$&");
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
