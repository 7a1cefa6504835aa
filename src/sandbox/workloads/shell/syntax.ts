/** A shell program as a tree. */
export interface List {
  readonly items: readonly { readonly pipelines: AndOr; readonly isBackground: boolean }[];
}

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly pipeline: Pipeline }[];
}

export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
}

export type Command = { readonly redirects: readonly Redirect[] } & (
  | { readonly kind: "simple"; readonly assignments: readonly Assignment[]; readonly words: readonly Word[] }
  | { readonly kind: "group" | "subshell"; readonly body: List }
  | {
      readonly kind: "if";
      readonly branches: readonly { test: List; body: List }[];
      readonly otherwise: List | undefined;
    }
  | { readonly kind: "while" | "until"; readonly test: List; readonly body: List }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[] | undefined; readonly body: List }
  | {
      readonly kind: "case";
      readonly word: Word;
      readonly clauses: readonly { patterns: readonly Word[]; body: List }[];
    }
  | { readonly kind: "function"; readonly name: string; readonly body: Command }
);

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface Redirect {
  readonly fd: number;
  readonly operator: "<" | ">" | ">>" | ">&" | "<&" | "<<" | "<>" | "&>";
  /** The file, the descriptor, or the here-document's text. */
  readonly target: Word;
}

/** Parts that stand together without a blank. */
export type Word = readonly Part[];

export type Part =
  | { readonly kind: "text"; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly operator: string;
      readonly argument: Word;
      readonly isQuoted: boolean;
    }
  | { readonly kind: "command"; readonly body: List; readonly isQuoted: boolean }
  | { readonly kind: "arithmetic"; readonly expression: Word; readonly isQuoted: boolean };

/** What cannot be a program; `isIncomplete` when more lines could make it one. */
export class ShellSyntaxError extends Error {
  readonly isIncomplete: boolean;

  constructor(message: string, isIncomplete = false) {
    super(message);
    this.name = "ShellSyntaxError";
    this.isIncomplete = isIncomplete;
  }
}
