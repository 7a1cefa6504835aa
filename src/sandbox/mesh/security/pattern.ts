/** Whether a text is as wanted; what is not there never is. */
export type TextTest = (text: string | undefined) => boolean;

/**
 * A value as policies write them: `*` for any text that is not empty, `*end`, `begin*`, or the text itself. The star in
 * front is looked at first, so `*a*` ends in `a*`. Source: istiod's pilot/pkg/security/authz/matcher.
 */
export function textPattern(value: string): TextTest {
  if (value === "*") return (text) => text !== undefined && text !== "";
  if (value.startsWith("*")) {
    const end = value.slice(1);
    return (text) => text?.endsWith(end) ?? false;
  }
  if (value.endsWith("*")) {
    const begin = value.slice(0, -1);
    return (text) => text?.startsWith(begin) ?? false;
  }
  return (text) => text === value;
}

/** The same whatever the case of the text. */
export function caselessPattern(value: string): TextTest {
  const test = textPattern(value.toLowerCase());
  return (text) => test(text?.toLowerCase());
}

/** A value in which every `*` stands for any text, none too: namespaces are compared so. */
export function globPattern(value: string): TextTest {
  if (!value.includes("*")) return (text) => text === value;
  const pattern = new RegExp(`^${value.split("*").map(escaped).join(".*")}$`, "s");
  return (text) => text !== undefined && pattern.test(text);
}

/** A text as part of a regular expression, meaning itself. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
