import { absolute } from "../container/files.ts";
import { Failure, type Program } from "../process.ts";
import { readOptions } from "./options.ts";
import { posix, toRegExp } from "./pattern.ts";

interface Rule {
  readonly applies: (line: string, number: number, isLast: boolean) => boolean;
  readonly act: string;
  readonly from?: RegExp;
  readonly to?: string;
  readonly prints?: boolean;
}

/** `sed` with what people type: `s`, `d`, `p`, `q`, on lines by number or pattern. */
export const sed: Program = async (process) => {
  const options = readOptions(process.args, "nEri", "e", ["expression=", "quiet"]);
  const rest = [...options.rest];
  const scripts = options.all.get("e") ?? options.all.get("expression") ?? [rest.shift() ?? ""];
  const rules = scripts.flatMap((one) => parse(one, options.has("E", "r")));
  const texts = rest.map((name) => process.machine.files.read(absolute(process.cwd, name)).toString());
  const whole = rest.length === 0 ? (await process.stdin.readAll()).toString() : texts.join("");
  const lines = whole.replace(/\n$/, "").split("\n");
  let result = "";
  for (const [index, line] of whole === "" ? [] : lines.entries()) {
    const { text, extra, isDeleted, isLast } = edit(line, index + 1, index === lines.length - 1, rules);
    result += extra + (isDeleted || options.has("n", "quiet") ? "" : `${text}\n`);
    if (isLast) break;
  }
  if (options.has("i") && rest[0] !== undefined)
    process.machine.files.write(absolute(process.cwd, rest[0]), Buffer.from(result));
  else await process.stdout(result);
  return 0;
};

function edit(
  line: string,
  number: number,
  isEnd: boolean,
  rules: readonly Rule[],
): { text: string; extra: string; isDeleted: boolean; isLast: boolean } {
  let text = line;
  let extra = "";
  for (const rule of rules) {
    if (!rule.applies(text, number, isEnd)) continue;
    if (rule.act === "d") return { text, extra, isDeleted: true, isLast: false };
    if (rule.act === "q") return { text, extra, isDeleted: false, isLast: true };
    if (rule.act === "p") extra += `${text}\n`;
    else if (rule.from) {
      const next = text.replace(rule.from, (...match) => replacement(rule.to ?? "", match as string[]));
      if (rule.prints && next !== text) extra += `${next}\n`;
      text = next;
    }
  }
  return { text, extra, isDeleted: false, isLast: false };
}

function replacement(to: string, match: string[]): string {
  return to.replaceAll(/\\([0-9n&\\/])|&/g, (whole, char: string | undefined) => {
    if (whole === "&") return match[0] ?? "";
    if (char === "n") return "\n";
    return /\d/.test(char ?? "") ? (match[Number(char)] ?? "") : (char ?? "");
  });
}

const ADDRESS = /^\s*(?:(\d+|\$)|\/((?:\\.|[^\\/])*)\/)?(?:,(?:(\d+|\$)|\/((?:\\.|[^\\/])*)\/))?\s*(!?)\s*/;

function parse(script: string, isExtended: boolean): Rule[] {
  const rules: Rule[] = [];
  for (let left = script; left.trim() !== ""; left = left.replace(/^[\s;]+/, "")) {
    const address = ADDRESS.exec(left);
    left = left.slice(address?.[0].length ?? 0);
    const act = left[0] ?? "";
    const applies = applying(address ?? [], isExtended);
    if ("dpq".includes(act) && act !== "") {
      rules.push({ applies, act });
      left = left.slice(1);
      continue;
    }
    const mark = left[1] ?? "";
    const part = `((?:\\\\[\\s\\S]|[^\\\\])*?)`;
    const m =
      mark && act === "s" ? new RegExp(`^s\\${mark}${part}\\${mark}${part}\\${mark}([gipI0-9]*)`).exec(left) : null;
    if (!m) throw new Failure(`unsupported command ${act}`);
    const flags = m[3] ?? "";
    const from = toRegExp(
      posix((m[1] ?? "").replaceAll(`\\${mark}`, mark === "|" ? "\\|" : mark), isExtended),
      `${flags.includes("g") ? "g" : ""}${/i/i.test(flags) ? "i" : ""}`,
    );
    rules.push({ applies, act, from, to: (m[2] ?? "").replaceAll(`\\${mark}`, mark), prints: flags.includes("p") });
    left = left.slice(m[0].length);
  }
  return rules;
}

function applying(
  [, line, pattern, toLine, toPattern, not]: readonly (string | undefined)[],
  isExtended: boolean,
): Rule["applies"] {
  const at = (number: string | undefined, regex: string | undefined) => {
    const test = regex === undefined ? undefined : toRegExp(posix(regex, isExtended), "");
    return (text: string, current: number, isLast: boolean): boolean =>
      test ? test.test(text) : number === "$" ? isLast : current === Number(number);
  };
  const begins = at(line, pattern);
  const ends = at(toLine, toPattern);
  const hasEnd = toLine !== undefined || toPattern !== undefined;
  const isAny = line === undefined && pattern === undefined;
  let isInside = false;
  return (text, current, isLast) => {
    let found = isAny;
    if (!isAny && !isInside) {
      found = begins(text, current, isLast);
      isInside = found && hasEnd && !(toLine !== undefined && toLine !== "$" && Number(toLine) <= current);
    } else if (isInside) {
      found = true;
      isInside = !ends(text, current, isLast);
    }
    return not ? !found : found;
  };
}
