/** The arguments' verbs: `%q` quotes, all others print as Go's `%v`. */
const VERB = /%[sdvqt]/g;

/** A template with its arguments in it, as Go's `Sprintf` prints them. */
export function filled(template: string, args: readonly unknown[]): string {
  let index = 0;
  return template.replace(VERB, (verb) => {
    const value = args[index++];
    if (verb === "%q") return JSON.stringify(String(value));
    return Array.isArray(value) ? `[${value.join(" ")}]` : String(value);
  });
}
