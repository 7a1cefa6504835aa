import type { Input, Process } from "../../process.ts";
import type { Expr, Place } from "./syntax.ts";
import type { Value } from "./values.ts";

/** A run of an awk program, as its functions and its files need it. */
export interface Runtime {
  readonly process: Process;
  readonly record: { readonly text: string; set(text: string): void };
  seed: number;
  random: () => number;
  evaluate(expr: Expr): Promise<Value>;
  variable(name: string): Value;
  setVariable(name: string, value: Value): void;
  list(name: string): Map<string, Value>;
  /** How many items a list has; undefined for what is none. */
  sizeOf(name: string): number | undefined;
  set(place: Place, value: Value): Promise<Value>;
  text(value: Value): string;
  pattern(expr: Expr): Promise<RegExp>;
  regex(source: string): RegExp;
  open(name: string): Input;
  nextRecord(): Promise<boolean>;
}
