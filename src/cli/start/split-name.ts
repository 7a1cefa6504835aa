/** `lesson#step` as its two parts; what is not there is undefined. */
export function splitName(given: string | undefined): [string | undefined, string | undefined] {
  if (given === undefined) return [undefined, undefined];
  const at = given.indexOf("#");
  return at === -1 ? [given, undefined] : [given.slice(0, at), given.slice(at + 1)];
}
