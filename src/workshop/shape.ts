/** What came over the wire and is not what was agreed: where in the message, and what was expected there. */
export class WireError extends Error {
  constructor(where: string, expected: string) {
    super(`${where}: expected ${expected}`);
    this.name = "WireError";
  }
}

/** A value of unknown origin → that value, known; `where` names it in the error. Throws WireError. */
export type Shape<T> = (value: unknown, where: string) => T;

/** A text of at most so many characters (UTF-16 units), without control characters. */
export function text(max: number): Shape<string> {
  return (value, where) => {
    if (typeof value === "string" && value !== "" && value.length <= max && !/\p{Cc}/u.test(value)) return value;
    throw new WireError(where, `a text of 1 to ${max} characters`);
  };
}

/** A text that a pattern describes; `called` says in the error what it is. */
export function pattern(called: string, expression: RegExp): Shape<string> {
  return (value, where) => {
    if (typeof value === "string" && expression.test(value)) return value;
    throw new WireError(where, called);
  };
}

export function integer(min: number, max: number): Shape<number> {
  return (value, where) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new WireError(where, `an integer from ${min} to ${max}`);
  };
}

export const boolean: Shape<boolean> = (value, where) => {
  if (typeof value === "boolean") return value;
  throw new WireError(where, "true or false");
};

export function oneOf<const T extends string | number>(values: readonly T[]): Shape<T> {
  return (value, where) => {
    const found = values.find((one) => one === value);
    if (found !== undefined) return found;
    throw new WireError(where, values.join(", "));
  };
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, where) => (value === undefined ? undefined : shape(value, where));
}

export function list<T>(shape: Shape<T>, max: number): Shape<readonly T[]> {
  return (value, where) => {
    if (Array.isArray(value) && value.length > 0 && value.length <= max)
      return value.map((one, index) => shape(one, `${where}[${index}]`));
    throw new WireError(where, `a list of 1 to ${max}`);
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
/** The keys that an object of these fields may lack. */
type Lacking<F extends Fields> = { [K in keyof F]: undefined extends ReturnType<F[K]> ? K : never }[keyof F];
type Read<F extends Fields> = { readonly [K in Exclude<keyof F, Lacking<F>>]: ReturnType<F[K]> } & {
  readonly [K in Lacking<F>]?: Exclude<ReturnType<F[K]>, undefined>;
};

/** An object of exactly these keys: one that is unknown is refused, because nobody agreed to send it. */
export function object<F extends Fields>(fields: F): Shape<Read<F>> {
  return (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WireError(where, "an object");
    const given = value as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(given).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) throw new WireError(where, `no key but ${Object.keys(fields).join(", ")}`);
    const read = Object.entries(fields).map(([key, shape]) => [
      key,
      shape(Object.hasOwn(given, key) ? given[key] : undefined, `${where}.${key}`),
    ]);
    return Object.fromEntries(read.filter(([, one]) => one !== undefined)) as Read<F>;
  };
}
