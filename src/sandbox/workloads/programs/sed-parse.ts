import { Failure } from "../process.ts";
import { posix, toRegExp } from "./pattern.ts";

export type Address =
  | { readonly kind: "line"; readonly number: number; readonly step: number | undefined }
  | { readonly kind: "last" }
  | { readonly kind: "match"; readonly regex: RegExp }
  | { readonly kind: "more"; readonly count: number };

export interface SedCommand {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly isNegated: boolean;
  readonly act: string;
  /** A label, a file, what `a` adds, the characters of `y`. */
  readonly text: string;
  readonly more: string;
  readonly regex: RegExp | undefined;
  readonly flags: string;
  /** For `{`: where its `}` is. */
  end: number;
}

/** Reads sed's commands. Throws a `Failure` for what is none. */
export function parseSed(script: string, isExtended: boolean): SedCommand[] {
  const commands: SedCommand[] = [];
  const open: number[] = [];
  let rest = script;
  let lastRegex: RegExp | undefined;
  const regexOf = (source: string, flags: string): RegExp => {
    if (source === "" && lastRegex) return lastRegex;
    lastRegex = toRegExp(posix(source, isExtended), flags);
    return lastRegex;
  };
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length);
    return match;
  };
  const address = (): Address | undefined => {
    const line = take(/^(\d+)(?:~(\d+))?/);
    if (line)
      return { kind: "line", number: Number(line[1]), step: line[2] === undefined ? undefined : Number(line[2]) };
    if (take(/^\$/)) return { kind: "last" };
    const match = take(/^\/((?:\\[\s\S]|\[\^?\]?[^\]]*\]|[^\\/[])*)\/(I?)/);
    return match && { kind: "match", regex: regexOf((match[1] ?? "").replaceAll("\\/", "/"), match[2] ? "i" : "") };
  };
  for (take(/^[\s;]+/); rest !== ""; take(/^[\s;]+/)) {
    if (take(/^#[^\n]*/)) continue;
    const from = address();
    let to: Address | undefined;
    if (from && take(/^\s*,\s*/)) {
      const more = take(/^\+(\d+)/);
      to = more ? { kind: "more", count: Number(more[1]) } : address();
      if (!to) throw new Failure("unexpected `,'");
    }
    const isNegated = take(/^\s*!\s*/) !== undefined;
    take(/^\s+/);
    const act = rest[0] ?? "";
    rest = rest.slice(1);
    const command = {
      from,
      to,
      isNegated,
      act,
      text: "",
      more: "",
      regex: undefined as RegExp | undefined,
      flags: "",
      end: 0,
    };
    if (act === "}") {
      const start = commands[open.pop() ?? -1];
      if (!start) throw new Failure("unexpected `}'");
      start.end = commands.length;
    } else if (act === "{") open.push(commands.length);
    else if (":btT".includes(act)) command.text = take(/^\s*([^\s;}]*)/)?.[1] ?? "";
    else if ("aic".includes(act))
      command.text = (take(/^[ \t]*(?:\\\n?)?[ \t]*((?:\\\n|[^\n])*)/)?.[1] ?? "").replaceAll("\\\n", "\n");
    else if ("rw".includes(act)) command.text = take(/^[ \t]*([^\n]*)/)?.[1] ?? "";
    else if (act === "s" || act === "y") {
      const mark = rest[0] ?? "";
      const [first, second] = parts(rest, mark);
      if (first === undefined || second === undefined) throw new Failure(`unterminated \`${act}' command`);
      rest = rest.slice(first.length + second.length + 3);
      const plain = (text: string): string =>
        mark === "/" ? text.replaceAll("\\/", "/") : text.replaceAll(`\\${mark}`, mark);
      command.more = act === "y" ? plain(second) : plain(second).replaceAll("\\\n", "\n");
      if (act === "y") command.text = plain(first);
      else {
        command.flags = take(/^[gipIeMm0-9]*/)?.[0] ?? "";
        command.regex = regexOf(plain(first), /[iI]/.test(command.flags) ? "gi" : "g");
      }
    } else if ("qQ".includes(act)) command.text = take(/^\s*(\d*)/)?.[1] ?? "";
    else if (!"dDpPnNgGhHxl=".includes(act) || act === "")
      throw new Failure(act === "" ? "missing command" : `unknown command: \`${act}'`);
    commands.push(command);
  }
  if (open.length > 0) throw new Failure("unmatched `{'");
  return commands;
}

function parts(text: string, mark: string): [string | undefined, string | undefined] {
  const found: string[] = [];
  let part = "";
  for (let at = 1, inSet = false; at < text.length && found.length < 2; at += 1) {
    const char = text[at] ?? "";
    if (char === "\\") {
      part += char + (text[at + 1] ?? "");
      at += 1;
    } else if (char === mark && !inSet) {
      found.push(part);
      part = "";
    } else {
      if (char === "[" && found.length === 0 && !inSet) inSet = text.indexOf("]", at + 2) > 0;
      else if (char === "]" && text[at - 1] !== "[") inSet = false;
      part += char;
    }
  }
  return [found[0], found[1]];
}
