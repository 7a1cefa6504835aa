import { SelectorError } from "./selector-error.ts";

/** One term of a field selector; `==` is the same as `=`. */
export interface FieldTerm {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** Terms end at a comma; a backslash escapes `,`, `=` and itself in a value. */
const TERM = /((?:\\.|[^\\,])*)(?:,|$)/y;
const PARTS = /^((?:\\.|[^\\=!])*)(!=|==|=)(.*)$/s;

/** Parses `status.phase=Running,metadata.name!=web`. An empty text has no terms. Throws `SelectorError`. */
export function parseFieldSelector(text: string): readonly FieldTerm[] {
  const terms: FieldTerm[] = [];
  const pattern = new RegExp(TERM);
  while (pattern.lastIndex < text.length) {
    const term = pattern.exec(text)?.[1];
    if (term === undefined) throw new SelectorError(`invalid selector: '${text}'; can't understand it`);
    if (term !== "") terms.push(termOf(term, text));
  }
  return terms;
}

/** Whether every term holds; `fieldValue` gives the value of a field, empty when unset. */
export function matchesFields(terms: readonly FieldTerm[], fieldValue: (field: string) => string): boolean {
  return terms.every(({ field, operator, value }) => (fieldValue(field) === value) === (operator === "="));
}

function termOf(term: string, text: string): FieldTerm {
  const [, field, operator, value] = PARTS.exec(term) ?? [];
  if (field === undefined || operator === undefined || value === undefined) {
    throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
  }
  return { field: field.trim(), operator: operator === "!=" ? "!=" : "=", value: value.replace(/\\([\\,=])/g, "$1") };
}
