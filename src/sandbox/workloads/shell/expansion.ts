import type { Files } from "../container/files.ts";
import type { List } from "./syntax.ts";

/** What words are expanded with. */
export interface Scope {
  readonly cwd: string;
  readonly files: Files;
  readonly positional: readonly string[];
  readonly name: string;
  readonly signal: AbortSignal;
  readonly fieldSeparators: string;
  readonly hasBraces: boolean;
  readonly globs: boolean;
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** A list of bash's; one word stands for a list of one. */
  items(name: string): string[];
  keys(name: string): string[];
  item(name: string, index: string): string | undefined;
  setItem(name: string, index: string, value: string): void;
  isSetOption(name: string): boolean;
  /** What `$(( … ))` gives. */
  calculate(text: string): string;
  /** Runs `$( … )`, gives its output. */
  capture(body: List): Promise<string>;
  /** Runs `<( … )`, gives the file's name that its output is read from. */
  file(body: List): Promise<string>;
}

/** A piece of an expanded word: what is quoted is neither split nor a pattern. */
export interface Piece {
  readonly text: string;
  readonly isQuoted: boolean;
  /** Stands in the program itself: never split. */
  readonly isLiteral?: boolean;
  /** `"$@"`: a new word begins after this. */
  readonly breaks?: boolean;
}
