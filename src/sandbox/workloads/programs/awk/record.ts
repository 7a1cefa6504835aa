import { posix, toRegExp } from "../pattern.ts";
import { Outside, type Value } from "./values.ts";

/** Cuts a text as `FS` says: a blank means runs of blanks, one character means itself, more are an expression. */
export function splitFields(text: string, separator: string | RegExp): string[] {
  if (text === "") return [];
  if (separator === " ") return text.trim() === "" ? [] : text.trim().split(/[ \t\n]+/);
  if (separator instanceof RegExp) return text.split(separator);
  if (separator === "") return [...text];
  if (separator.length === 1 && separator !== "\\") return text.split(separator);
  return text.split(toRegExp(posix(separator, true).replaceAll(/\((?!\?)/g, "(?:"), ""));
}

/** `$0` and its fields: either is made from the other when it is wanted. */
export class InputRecord {
  readonly #variable: (name: string) => string;
  readonly #give: (name: string, value: Value) => void;
  #text = "";
  #fields: string[] | undefined = [];
  #isStale = false;

  constructor(variable: (name: string) => string, give: (name: string, value: Value) => void) {
    this.#variable = variable;
    this.#give = give;
  }

  get text(): string {
    if (this.#isStale) this.#text = (this.#fields ?? []).join(this.#variable("OFS"));
    this.#isStale = false;
    return this.#text;
  }

  set(text: string): void {
    this.#text = text;
    this.#isStale = false;
    this.#fields = undefined;
  }

  split(): string[] {
    if (this.#fields) return this.#fields;
    this.#fields = splitFields(this.#text, this.#variable("FS"));
    this.#give("NF", this.#fields.length);
    return this.#fields;
  }

  field(number: number): Value {
    return new Outside(number === 0 ? this.text : (this.split()[number - 1] ?? ""));
  }

  setField(number: number, value: string): void {
    if (number === 0) {
      this.set(value);
      return;
    }
    const fields = this.split();
    while (fields.length < number) fields.push("");
    fields[number - 1] = value;
    this.#isStale = true;
    this.#give("NF", fields.length);
  }

  resize(count: number): void {
    const fields = this.split();
    while (fields.length < count) fields.push("");
    fields.length = count;
    this.#give("NF", count);
    this.#isStale = true;
  }
}
