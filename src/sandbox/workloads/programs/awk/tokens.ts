import { Failure } from "../../process.ts";

export interface Token {
  readonly kind: "number" | "string" | "regex" | "name" | "call" | "word" | "sign" | "line" | "end";
  readonly text: string;
}

const WORDS = new Set(
  "BEGIN END function func if else while for do break continue next nextfile exit return delete in getline print printf".split(
    " ",
  ),
);
const SIGN = /^(?:\*\*=|\*\*|\+\+|--|[-+*/%^!=<>]=|&&|\|\||>>|!~|[-+*/%^!<>=~?:,;(){}[\]$|])/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  '"': '"',
  "/": "/",
  "\\": "\\",
};

/** The text of a string between its quotes, with its escapes done. */
export function unescapeAwk(text: string): string {
  return text.replaceAll(/\\([0-7]{1,3}|\n|[\s\S])/g, (whole, one: string) => {
    if (/^[0-7]/.test(one)) return String.fromCharCode(Number.parseInt(one, 8));
    return one === "\n" ? "" : (ESCAPES[one] ?? whole);
  });
}

/** Cuts an awk program into its words. A `/` begins an expression where no value stands before it. */
export function tokenizeAwk(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text;
  const push = (kind: Token["kind"], length: number, value = rest.slice(0, length)): void => {
    tokens.push({ kind, text: value });
    rest = rest.slice(length);
  };
  while (rest !== "") {
    const skipped = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(rest);
    if (skipped) {
      rest = rest.slice(skipped[0].length);
      continue;
    }
    const last = tokens.at(-1);
    const isValue =
      last !== undefined && (/number|string|regex|name/.test(last.kind) || /^(\)|\]|\$|\+\+|--)$/.test(last.text));
    if (rest[0] === "\n") push("line", 1);
    else if (rest[0] === '"') {
      const match = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(rest);
      if (!match) throw new Failure("unterminated string", 2);
      push("string", match[0].length, unescapeAwk(match[1] ?? ""));
    } else if (rest[0] === "/" && !isValue) {
      const match = /^\/((?:[^\\/[\n]|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\n])*\])*)\//.exec(rest);
      if (!match) throw new Failure("unterminated regular expression", 2);
      push("regex", match[0].length, match[1]);
    } else {
      const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
      const name = /^[A-Za-z_]\w*/.exec(rest);
      const sign = SIGN.exec(rest);
      if (number) push("number", number[0].length);
      else if (name) push(WORDS.has(name[0]) ? "word" : rest[name[0].length] === "(" ? "call" : "name", name[0].length);
      else if (sign) push("sign", sign[0].length);
      else throw new Failure(`syntax error at source line 1: unexpected character '${rest[0]}'`, 2);
    }
  }
  return [...tokens, { kind: "end", text: "" }];
}
