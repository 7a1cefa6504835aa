/** A shell program as a tree. */
export interface List {
  readonly items: readonly { readonly pipelines: AndOr; readonly isBackground: boolean; readonly text: string }[];
}

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly pipeline: Pipeline }[];
}

export interface Pipeline {
  readonly isNegated: boolean;
  /** `time` stands before it. */
  readonly isTimed: boolean;
  readonly commands: readonly Command[];
}

/** What follows a command's kind. */
export type Kind =
  | {
      readonly kind: "simple";
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly line: number;
    }
  | { readonly kind: "group" | "subshell"; readonly body: List }
  | {
      readonly kind: "if";
      readonly branches: readonly { test: List; body: List }[];
      readonly otherwise: List | undefined;
    }
  | { readonly kind: "while" | "until"; readonly test: List; readonly body: List }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[] | undefined; readonly body: List }
  | { readonly kind: "count"; readonly parts: readonly [Word, Word, Word]; readonly body: List }
  | { readonly kind: "arithmetic"; readonly expression: Word }
  | { readonly kind: "condition"; readonly words: readonly ConditionWord[] }
  | {
      readonly kind: "case";
      readonly word: Word;
      readonly clauses: readonly { patterns: readonly Word[]; body: List; end: ";;" | ";&" | ";;&" }[];
    }
  | { readonly kind: "function"; readonly name: string; readonly body: Command };

export type Command = Kind & { readonly redirects: readonly Redirect[] };

/** A word of `[[ … ]]`: an operator has no word. */
export type ConditionWord = { readonly operator: string } | { readonly word: Word; readonly operator?: undefined };

export interface Assignment {
  readonly name: string;
  /** `a[1]=`. */
  readonly index: Word | undefined;
  /** `+=`. */
  readonly adds: boolean;
  /** Words with their own subscripts where it is `( … )`. */
  readonly value: Word | readonly { readonly index: Word | undefined; readonly word: Word }[];
  readonly isList: boolean;
}

export interface Redirect {
  readonly fd: number;
  readonly operator: "<" | ">" | ">|" | ">>" | ">&" | "<&" | "<<" | "<<<" | "<>" | "&>" | "&>>";
  /** The file, the descriptor, or the here-document's text. */
  readonly target: Word;
}

/** Parts that stand together without a blank. */
export type Word = readonly Part[];

export interface Parameter {
  readonly kind: "parameter";
  readonly name: string;
  /** `[1]`, `[@]`, `[*]`. */
  readonly index: Word | "@" | "*" | undefined;
  readonly operator: string;
  readonly argument: Word;
  /** What `/` puts in place; how many `:` takes. */
  readonly second: Word | undefined;
  readonly isQuoted: boolean;
}

export type Part =
  | { readonly kind: "text"; readonly text: string; readonly isQuoted: boolean }
  | Parameter
  | { readonly kind: "command"; readonly body: List; readonly isQuoted: boolean }
  | { readonly kind: "process"; readonly body: List; readonly isQuoted: boolean }
  | { readonly kind: "arithmetic"; readonly expression: Word; readonly isQuoted: boolean };

/** What cannot be a program; `isIncomplete` when more lines could make it one. */
export class ShellSyntaxError extends Error {
  readonly isIncomplete: boolean;
  /** What stood where it cannot; undefined at the end of the text. */
  readonly found: string | undefined;
  readonly expecting: string | undefined;
  line = 0;

  constructor(message: string, isIncomplete = false, found?: string, expecting?: string) {
    super(message);
    this.name = "ShellSyntaxError";
    this.isIncomplete = isIncomplete;
    this.found = found;
    this.expecting = expecting;
  }
}
