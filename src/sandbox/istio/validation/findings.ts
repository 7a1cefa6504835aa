import type { JsonObject } from "../../objects/index.ts";

/**
 * What a validator has found. A single error reads as it is; several, and one that upstream puts into a list by itself, read
 * as hashicorp's multierror writes them.
 */
export class Findings {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  #isList = false;

  /** One error each; undefined is none. */
  error(...messages: readonly (string | undefined)[]): this {
    for (const message of messages) if (message !== undefined) this.errors.push(message);
    return this;
  }

  /** Errors of a list, which stays one even with a single entry. */
  listed(...messages: readonly (string | undefined)[]): this {
    const before = this.errors.length;
    this.error(...messages);
    this.#isList ||= this.errors.length > before;
    return this;
  }

  warn(...messages: readonly (string | undefined)[]): this {
    for (const message of messages) if (message !== undefined) this.warnings.push(message);
    return this;
  }

  /** All that another one has found. */
  add(...others: readonly Findings[]): this {
    for (const other of others) this.errorsOf(other).warn(...other.warnings);
    return this;
  }

  /** Only the errors: in some places upstream loses the warnings. */
  errorsOf(other: Findings): this {
    return other.#isList ? this.listed(...other.errors) : this.error(...other.errors);
  }

  /** The same, each error with a prefix. */
  prefixed(prefix: string): Findings {
    const named = this.errors.map((one) => `${prefix} ${one}`);
    return (this.#isList ? new Findings().listed(...named) : new Findings().error(...named)).warn(...this.warnings);
  }

  /** The errors as one text; undefined when there is none. */
  get message(): string | undefined {
    if (this.errors.length === 0) return undefined;
    return this.errors.length === 1 && !this.#isList ? this.errors[0] : errorList(this.errors);
  }
}

/** hashicorp's multierror. */
export function errorList(errors: readonly string[]): string {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  return `${count} occurred:\n\t${errors.map((one) => `* ${one}`).join("\n\t")}\n\n`;
}

/** Go's `%q`. */
export function quoted(text: unknown): string {
  return JSON.stringify(String(text ?? ""));
}

/** The objects of a list; a field that is not set has none. */
export function items(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.map((one) => one ?? {}) : [];
}

/** The texts of a list. */
export function texts(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

/** The entries of a map. */
export function entries(map: unknown): readonly (readonly [key: string, value: JsonObject])[] {
  return typeof map === "object" && map !== null ? Object.entries(map) : [];
}

/** The entries of a map of texts. */
export function pairs(map: unknown): readonly (readonly [key: string, value: string])[] {
  return entries(map).map(([key, value]) => [key, String(value ?? "")]);
}
