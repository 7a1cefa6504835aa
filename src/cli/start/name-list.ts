/** Names in backticks, with commas between. */
export function nameList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
