import { breathe } from "../process.ts";
import { expandBraces } from "./braces.ts";
import { parameterPieces } from "./expand-parameter.ts";
import type { Piece, Scope } from "./expansion.ts";
import { glob } from "./glob.ts";
import { literalPattern } from "./pattern.ts";
import type { Parameter, Part, Word } from "./syntax.ts";

/** Words as a command gets them: expanded, split, with file names for patterns. */
export async function expandWords(words: readonly Word[], scope: Scope): Promise<string[]> {
  const fields: string[] = [];
  for (const given of words) {
    for (const word of scope.hasBraces ? expandBraces(given) : [given]) {
      const [only] = word;
      if (word.length === 1 && only?.kind === "text" && (only.isQuoted || !/[~*?[]/.test(only.text))) {
        fields.push(only.text);
        continue;
      }
      await breathe(scope.signal);
      for (const field of split(await piecesOf(tilde(word, scope), scope), scope.fieldSeparators))
        for (const one of globbed(field, scope)) fields.push(one);
    }
  }
  return fields;
}

/** A word that stays one: an assignment's value, a file to redirect to. */
export async function expandText(word: Word, scope: Scope): Promise<string> {
  return (await piecesOf(tilde(word, scope), scope)).map(({ text, breaks }) => text + (breaks ? " " : "")).join("");
}

/** A word as a pattern: quoted characters mean themselves. */
export async function expandPattern(word: Word, scope: Scope): Promise<string> {
  const pieces = await piecesOf(tilde(word, scope), scope);
  return pieces.map(({ text, isQuoted }) => (isQuoted ? literalPattern(text) : text)).join("");
}

/** A word as a regular expression of bash: quoted characters mean themselves. */
export async function expandRegex(word: Word, scope: Scope): Promise<string> {
  const pieces = await piecesOf(word, scope);
  return pieces
    .map(({ text, isQuoted }) => (isQuoted ? text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&") : text))
    .join("");
}

function tilde(word: Word, scope: Scope): Word {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.isQuoted) return word;
  const match = /^~(\/|$)/.exec(first.text);
  if (!match || (match[1] === "" && rest.length > 0)) return word;
  return [
    { kind: "text", text: scope.get("HOME") ?? "~", isQuoted: true },
    { ...first, text: first.text.slice(1) },
    ...rest,
  ];
}

async function piecesOf(word: Word, scope: Scope): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const part of word) pieces.push(...(await piece(part, scope)));
  return pieces;
}

async function piece(part: Part, scope: Scope): Promise<readonly Piece[]> {
  switch (part.kind) {
    case "text":
      return [{ text: part.text, isQuoted: part.isQuoted, isLiteral: true }];
    case "command":
      return [{ text: (await scope.capture(part.body)).replace(/\n+$/, ""), isQuoted: part.isQuoted }];
    case "process":
      return [{ text: await scope.file(part.body), isQuoted: true }];
    case "arithmetic":
      return [{ text: scope.calculate(await expandText(part.expression, scope)), isQuoted: part.isQuoted }];
    case "parameter":
      return parameterPieces(part as Parameter, scope, { piecesOf, expandText, expandPattern });
  }
}

type Field = readonly Piece[];

/** Breaks what came from expansions at the field separators. Literal text has none: the parser has split it. */
function split(pieces: readonly Piece[], separators: string): Field[] {
  const fields: Piece[][] = [];
  let current: Piece[] | undefined;
  // Blanks that separate run together; any other separator closes a field, be it empty.
  let isAfterBlank = false;
  const add = (text: string, isQuoted: boolean): void => {
    current ??= [];
    current.push({ text, isQuoted });
  };
  const close = (): void => {
    if (current) fields.push(current);
    current = undefined;
  };
  for (const { text, isQuoted, isLiteral, breaks } of pieces) {
    if (isQuoted || isLiteral) {
      add(text, isQuoted);
      isAfterBlank = false;
    } else {
      let run = "";
      for (const char of text) {
        if (!separators.includes(char)) {
          run += char;
          continue;
        }
        const isBlank = " \t\n".includes(char);
        if (run !== "") {
          add(run, false);
          run = "";
          isAfterBlank = false;
        }
        if (!isBlank && current === undefined && !isAfterBlank) add("", false);
        isAfterBlank = isBlank && (current !== undefined || isAfterBlank);
        close();
      }
      if (run !== "") {
        add(run, false);
        isAfterBlank = false;
      }
    }
    if (breaks) {
      if (isQuoted) current ??= [];
      close();
    }
  }
  close();
  return fields;
}

function globbed(field: Field, { cwd, files, globs }: Scope): string[] {
  const text = field.map((one) => one.text).join("");
  if (!globs || !field.some((one) => !one.isQuoted && /[*?[]/.test(one.text))) return [text];
  const pattern = field.map((one) => (one.isQuoted ? literalPattern(one.text) : one.text)).join("");
  const found = glob(pattern, cwd, files);
  return found.length > 0 ? found : [text];
}
